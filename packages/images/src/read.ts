/** Reads what scanners and bills of materials say of images, whichever tool wrote it. */
import type { Image } from "@plimsoll/core";
import { exploitedIn, isExploitedList } from "./exploited.ts";
import { objectsAt } from "./field.ts";
import type { Fields } from "./importer.ts";
import { importers } from "./importers/index.ts";

export interface Documents {
  readonly images: readonly Image[];
  /** Flaws that a list names as used by attackers. */
  readonly exploited: ReadonlySet<string>;
  /** Entries that nothing could be made of, counted by what they were. */
  readonly left: { readonly [why: string]: number };
}

/** One parsed JSON value: a document, or a list of them. Never throws. */
export function readDocuments(value: unknown): Documents {
  const images: Image[] = [];
  const exploited = new Set<string>();
  const left = new Map<string, number>();
  const add = (why: string, count = 1): void => {
    left.set(why, (left.get(why) ?? 0) + count);
  };
  for (const document of documentsIn(value)) {
    if (isExploitedList(document)) {
      for (const id of exploitedIn(document)) exploited.add(id);
      continue;
    }
    const importer = importers.find(({ recognizes }) => recognizes(document));
    const imported = importer?.read(document);
    if (imported === undefined) {
      add(
        importer === undefined
          ? "document of no known tool"
          : `${importer.title} document that names no image`,
      );
      continue;
    }
    images.push(imported.image);
    for (const [why, count] of Object.entries(imported.left)) add(why, count);
  }
  return { images, exploited, left: Object.fromEntries([...left].sort(([a], [b]) => (a < b ? -1 : 1))) };
}

function documentsIn(value: unknown): readonly Fields[] {
  if (Array.isArray(value)) return objectsAt({ value }, "value");
  const [document] = objectsAt({ value: [value] }, "value");
  if (document === undefined) return [];
  const kind = document["kind"];
  return typeof kind === "string" && kind.endsWith("List") ? objectsAt(document, "items") : [document];
}
