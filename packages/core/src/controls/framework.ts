/** The shape of a framework: a published document, each of its requirements, and the controls that meet each. */

export interface Requirement<ControlId extends string = string> {
  /** As published. */
  readonly id: string;
  /** In our own words. */
  readonly title: string;
  /** Controls that must all pass for it to be met; empty means it is met by hand. */
  readonly controls: readonly ControlId[];
  /** For requirements without controls: why no control can tell, and what evidence helps. */
  readonly manual?: string;
  /** Related requirements elsewhere, as `cis-2.0.1/5.1.1`. */
  readonly related?: readonly string[];
  /** Results of these kinds count only on workloads matching this Kubernetes minor version or newer. */
  readonly since?: string;
}

export interface Framework<ControlId extends string = string> {
  readonly id: string;
  readonly title: string;
  readonly version: string;
  /** Who publishes it and where. */
  readonly source: string;
  readonly description: string;
  readonly requirements: readonly Requirement<ControlId>[];
}
