/** A list of packages that somebody sent: nothing is believed of it, each entry is looked at by itself. */
import type { Image, Package } from "@plimsoll/core";
import { createCollector } from "./collect.ts";
import { createLeft } from "./field.ts";
import { readPurl } from "./purl.ts";

export interface SentList {
  readonly packages: readonly Package[];
  /** Entries that were not taken, counted by what was wrong. */
  readonly left: { readonly [why: string]: number };
}

const longestPurl = 1_024;
const longestPath = 4_096;

/** Each `{ purl, files? }`. Where one file of a package is not well made, none of its files is taken. */
export function sentList(entries: readonly unknown[]): SentList {
  const collector = createCollector(false);
  const left = createLeft();
  for (const entry of entries) {
    const { purl, files = [] } = (typeof entry === "object" && entry !== null ? entry : {}) as {
      readonly purl?: unknown;
      readonly files?: unknown;
    };
    if (typeof purl !== "string" || purl.length > longestPurl || readPurl(purl) === undefined) {
      left.add("entry that names no package");
      continue;
    }
    const isWell = Array.isArray(files) && files.every(isPath);
    if (!isWell) left.add("package whose files are not well told");
    collector.package({ purl, files: isWell ? (files as readonly string[]) : [] });
  }
  const { image, left: more } = collector.result({ reference: "" } satisfies Pick<Image, "reference">, "");
  return { packages: image.packages ?? [], left: { ...left.all(), ...more } };
}

function isPath(file: unknown): boolean {
  // oxlint-disable-next-line no-control-regex
  return typeof file === "string" && file.length <= longestPath && /^\/[^\0-\x1f\x7f]*$/.test(file);
}
