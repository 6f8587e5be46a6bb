/** What could not be read or evaluated, and what is unknown because of it. */

export type GapReason =
  | "forbidden" // 401, 403: the account may not read it
  | "not-found" // 404 on something that was asked for by name
  | "expired" // 410: the list's continuation was lost and could not be restarted
  | "throttled" // 429 after all retries
  | "server-error" // 5xx after all retries
  | "timeout"
  | "unreachable" // no connection
  | "unreadable" // a file that cannot be opened or is no text
  | "refused" // input over a limit, malformed, duplicate keys, unknown tag …
  | "unsupported" // understood to exist, but nobody here can evaluate it
  | "tool-missing" // helm, kustomize not on PATH
  | "evaluation-error" // a control's expression failed on a resource
  | "no-evidence"; // needs a sensor, an image scan or a node agent that this scan did not have

/** One blind spot. Made where it happened; never thrown past a pillar, never logged and forgotten. */
export interface Gap {
  readonly reason: GapReason;
  /** What was being read: a file path, `cluster`, a sensor's id, a control's id. */
  readonly source: string;
  /** One sanitised line for people: what happened and, where known, at which limit. */
  readonly message: string;
  /** Kinds (`group/version/Kind`, core as `v1/Pod`) that could not be listed; controls that read them become `unknown`. Empty: none known. */
  readonly kinds: readonly string[];
  /** Namespaces the gap is limited to; absent means the whole cluster. */
  readonly namespaces?: readonly string[];
  readonly line?: number;
  readonly column?: number;
  /** What would show it: one imperative line, e.g. a command or a permission to grant. */
  readonly remedy?: string;
  /** False for a gap that is reported but was not asked for by the user (does not make the scan incomplete). Default true. */
  readonly blocking?: boolean;
}
