/** Exceptions that stand beside what they accept: in annotations of resources and in comments of manifests. */
import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { annotatedExceptions, termsOf, type Exception, type Snapshot } from "@plimsoll/core";

/** Those of all resources. Throws a `UserError` where one is not understood. */
export function fromAnnotations(snapshot: Snapshot): readonly Exception[] {
  return snapshot.resources.flatMap(annotatedExceptions);
}

const comment = /#\s*plimsoll:\s*accept\s+([^\n]*)/;

/** One exception for each comment, covering the findings of its line, or of the next where it has a line of its own. */
export async function fromComments(snapshot: Snapshot, cwd: string): Promise<readonly Exception[]> {
  const files = new Set(
    snapshot.resources
      .filter(({ source }) => source.line !== undefined && source.renderedBy === undefined)
      .map(({ source }) => source.file),
  );
  const exceptions: Exception[] = [];
  for (const file of [...files].sort()) {
    const text = file === "-" ? "" : await textAgain(resolve(cwd, file));
    for (const [index, line] of text.split("\n").entries()) {
      const found = comment.exec(line);
      if (found === null) continue;
      const place = `${file}:${index + 1}`;
      const alone = line.slice(0, found.index).trim() === "";
      exceptions.push({
        id: place,
        ...termsOf(found[1]!, place),
        match: { file, lines: [index + (alone ? 2 : 1)] },
        source: place,
      });
    }
  }
  return exceptions;
}

/** A file that went away since it was scanned has no comments left to heed, and a pipe gives what it holds only once. */
async function textAgain(path: string): Promise<string> {
  const { readText } = await import("@plimsoll/cluster");
  const found = await stat(path).catch(() => undefined);
  return found?.isFile() === true ? readText(path, "no-input").catch(() => "") : "";
}
