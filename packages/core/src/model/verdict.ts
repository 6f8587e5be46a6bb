/** Whether a change would refuse something that a workload was seen to do: in what the verdict is told, and on what grounds. */
import type { ObservationDetail } from "./observation.ts";
import type { PatchOperation } from "./operation.ts";

/**
 * `clear`: nothing seen would have been refused, and enough was seen. `breaks`: something seen would have been.
 * `repaired`: it would have been, and with a further patch would not. `unknown`: too little was seen to say.
 */
export type VerdictKind = "clear" | "breaks" | "repaired" | "unknown";

/** The gravest first: of several fields, the first that any has is the verdict of the whole. */
export const verdictKinds = [
  "breaks",
  "unknown",
  "repaired",
  "clear",
] as const satisfies readonly VerdictKind[];

/** The verdicts as people are told them. */
export const verdictWords: { readonly [Verdict in VerdictKind]: string } = {
  clear: "no conflict seen",
  breaks: "conflict seen",
  repaired: "repaired",
  unknown: "not seen enough",
};

/** `construction`: it follows from what stands there, whatever was seen. */
export type Basis = "construction" | "observation";

/** Something seen that the change would refuse. */
export interface Witness {
  /** One line: `wrote /var/cache/app/index`. */
  readonly text: string;
  /** Absent where it was measured: the peak of a resource. */
  readonly detail?: ObservationDetail;
  /** Pods that were seen to do it, of those that were watched for it. */
  readonly replicas: number;
  readonly replicasWatched: number;
  /** RFC 3339; empty where it stands in an object, and nobody had to see it happen. */
  readonly first: string;
  readonly last: string;
  readonly sensors: readonly string[];
  /** Why it may not be the workload's ordinary work: `only 1 of 40 replicas did it …`. */
  readonly flags: readonly string[];
}

/** Something that was not seen, and what would show it: one imperative line, a wait or a command. */
export interface Missing {
  readonly text: string;
  readonly remedy: string;
}

/** What is said of one field of one container. */
export interface FieldVerdict {
  /** Id of the field, `read-only-root-filesystem`; `other` for what no field is told about. */
  readonly field: string;
  /** Absent where the whole pod, or no pod, is meant. */
  readonly container?: string;
  readonly verdict: VerdictKind;
  readonly basis: Basis;
  /** One sentence. */
  readonly because: string;
  /** At most `mostWitnesses`, those of most replicas first. */
  readonly witnesses: readonly Witness[];
  /** All that there are. */
  readonly witnessCount: number;
  /** For `unknown`, never empty. */
  readonly missing: readonly Missing[];
  /** For `repaired`: what its repair does, in words. */
  readonly repair?: string;
}

export const mostWitnesses = 5;

/** What is said of one entry that an edit takes out of a list, were it taken out alone. */
export interface EntryVerdict {
  /** As its finding has it. */
  readonly path: string;
  /** Ids of its findings. */
  readonly resolves: readonly string[];
  readonly verdict: VerdictKind;
  readonly text: string;
}

/** What is said of a whole edit. */
export interface EditVerdict {
  readonly verdict: VerdictKind;
  readonly basis: Basis;
  /** For people, in full sentences: what was seen, what was not, how to undo it. */
  readonly text: string;
  /** What nobody watched is left out, and is `unknown`: the text says so. */
  readonly fields: readonly FieldVerdict[];
  /** For `repaired`: what the patch has beyond the findings' own fixes. RFC 6902, to be applied after them. */
  readonly repair: readonly PatchOperation[];
  /** How to take the change back. */
  readonly undo: string;
  /** Where it takes several entries out of a list and not the same is said of each. */
  readonly entries?: readonly EntryVerdict[];
}
