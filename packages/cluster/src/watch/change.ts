/** What the watch client hands over. */
import type { Gap, ResourceRecord } from "@plimsoll/core";

/** One thing that has changed. */
export type Change =
  | { readonly op: "put"; readonly record: ResourceRecord }
  | {
      readonly op: "remove";
      /** `apps/v1/Deployment`. */
      readonly kind: string;
      readonly namespace: string;
      readonly name: string;
      readonly uid: string;
    }
  /** All gaps there are now, and all kinds of which every object was handed over before. */
  | { readonly op: "gaps"; readonly gaps: readonly Gap[]; readonly covered: readonly string[] };
