/** Kubernetes minor versions, by which controls are versioned. */
import type { CelControl } from "./control.ts";

/** The newest minor version this library knows; what is judged when a snapshot names no version. */
export const newestVersion = "1.37";

/** Orders `1.9` before `1.10`: major × 1000 + minor. `v1.35.4` and `1.29` are both read; anything else is the newest. */
export function minorOf(version: string | undefined): number {
  const match = /^v?(\d+)\.(\d+)/.exec(version ?? newestVersion) ?? /^(\d+)\.(\d+)/.exec(newestVersion)!;
  return Number(match[1]) * 1000 + Number(match[2]);
}

/** The text of a control's check for a version, `undefined` where that version does not have the requirement yet. */
export function checkFor(control: CelControl, version: string | undefined): string | undefined {
  const minor = minorOf(version);
  if (control.since !== undefined && minor < minorOf(control.since)) return undefined;
  return control.versions?.find((entry) => minor <= minorOf(entry.until))?.validate ?? control.validate;
}
