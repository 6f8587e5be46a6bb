/** The shape of another scanner's catalogue: every id of it, what judging it takes, and why some have no equal here. */

/**
 * What a check must read, the least that suffices: `manifests` (objects of the Kubernetes API, from files or a cluster),
 * `node` (files, flags or the kernel of a node), `cloud` (the provider's API), `image` (what an image or registry holds),
 * `probe` (a request to the program, or the request that is judged), `person` (somebody who looks), `gone` (what no
 * maintained version of Kubernetes has, or its publisher withdrew).
 */
export type Need = "manifests" | "node" | "cloud" | "image" | "probe" | "person" | "gone";

/**
 * Why an id has no equal: `agent` (only somebody on the node sees it), `cloud`, `obsolete`, `manual`, `runtime`,
 * `not-security` (no attacker gains where it fails), `not-a-weakness` (it finds every use of a feature), `organisation`
 * (what is right is each organisation's own affair), `one-product`, `one-vulnerability`, `impossible` (no cluster can
 * show it), `blind` (we do not ask for what it reads), `sum` (of checks that are met one by one).
 */
export type Reason =
  | "agent"
  | "cloud"
  | "obsolete"
  | "manual"
  | "runtime"
  | "not-security"
  | "not-a-weakness"
  | "organisation"
  | "one-product"
  | "one-vulnerability"
  | "impossible"
  | "blind"
  | "sum";

export interface Unmet {
  readonly reason: Reason;
  /** For people, about these ids. */
  readonly because: string;
  readonly ids: readonly string[];
}

export interface Catalogue {
  /** As in `equivalents`, before the colon. */
  readonly id: string;
  readonly title: string;
  /** The commit its ids were read at. */
  readonly revision: string;
  /** Every id that is about security, once. */
  readonly needs: { readonly [N in Need]?: readonly string[] };
  /** Ids that are about other things, where a catalogue is about more than security. */
  readonly outside?: readonly Omit<Unmet, "reason">[];
  readonly unmet: readonly Unmet[];
}

/** Words of a text, as ids. */
export function ids(text: string): readonly string[] {
  return text.trim().split(/\s+/);
}
