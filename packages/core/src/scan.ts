/** The whole product in one function: a snapshot and a library in, a report out. It touches nothing else. */
import type { Library } from "./controls/control.ts";
import type { Report } from "./model/report.ts";
import type { Snapshot } from "./model/snapshot.ts";

export interface ScanOptions {
  /** Ids of controls to evaluate; default: those of `frameworks`, else all. */
  readonly controls?: readonly string[];
  /** Ids of frameworks to measure against; default: all. */
  readonly frameworks?: readonly string[];
  /** Report passed and skipped results too. */
  readonly everyResult?: boolean;
  /** The version of the tool, told in the report. */
  readonly toolVersion: string;
}

export function scan(_snapshot: Snapshot, _library: Library, _options: ScanOptions): Report {
  throw new Error("being written");
}
