/** Something that happened and should not, as a sensor's own rule told it. */
import type { ContainerKey, Support, Trust } from "./observation.ts";
import type { Severity } from "./finding.ts";

export interface Detection {
  readonly container: ContainerKey;
  readonly sensor: string;
  /** The rule's name, as the tool has it. */
  readonly rule: string;
  readonly severity: Severity;
  /** One sanitised line. */
  readonly message: string;
  /** The program at work, where told: what it did around that time is not learned. */
  readonly program?: string;
  /** ATT&CK techniques, as `T1059`. */
  readonly techniques: readonly string[];
  readonly trust: Trust;
  readonly support: readonly Support[];
}
