/** Exceptions that stand beside what they accept: in annotations of resources and in comments of manifests. */
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { refOf, UserError, type Exception, type Snapshot } from "@plimsoll/core";
import { untilOf } from "./config.ts";

export const acceptAnnotation = "plimsoll.dev/accept";

/** `CONTROL[, CONTROL…]; reason=…; owner=…; until=…` */
interface Terms {
  readonly controls: readonly string[];
  readonly reason: string;
  readonly owner: string;
  readonly until?: string;
}

/** One exception for each line of the annotation, covering its own resource and nothing else. */
export function fromAnnotations(snapshot: Snapshot): readonly Exception[] {
  return snapshot.resources.flatMap(({ resource, source }) => {
    const text = resource.metadata.annotations?.[acceptAnnotation];
    if (text === undefined) return [];
    const { kind, namespace, name } = refOf(resource);
    const where = `${kind} ${namespace === "" ? "" : `${namespace}/`}${name}`;
    return text
      .split("\n")
      .filter((line) => line.trim() !== "")
      .map((line, index): Exception => {
        const place = source.line === undefined ? where : `${source.file}:${source.line}: ${where}`;
        return {
          id: `${where}#${index + 1}`,
          ...termsOf(line, `${place}: annotation ${acceptAnnotation}`),
          match: { kind, namespace, name },
          source: `annotation of ${where}`,
        };
      });
  });
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
    // A file that went away since it was scanned has no comments left to heed.
    const text = file === "-" ? "" : await readFile(resolve(cwd, file), "utf8").catch(() => "");
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

const termKeys = ["reason", "owner", "until"];

function termsOf(text: string, place: string): Terms {
  const refuse = (expected: string): never => {
    throw new UserError(
      "bad-config",
      `${place}: ${expected}`,
      "write: CONTROL; reason=…; owner=…; until=2026-12-31",
    );
  };
  const [names = "", ...parts] = text.split(";").map((part) => part.trim());
  const controls = names.split(/[\s,]+/).filter((name) => name !== "");
  if (controls.length === 0) refuse("no control is named");
  const terms = new Map<string, string>();
  for (const part of parts.filter((part) => part !== "")) {
    const [key = "", ...value] = part.split("=");
    if (!termKeys.includes(key.trim())) refuse(`${key.trim()} is none of ${termKeys.join(", ")}`);
    terms.set(key.trim(), value.join("=").trim());
  }
  const needed = (key: string): string => terms.get(key) || refuse(`${key} is needed`);
  const until = untilOf(needed("until"), refuse);
  return {
    controls,
    reason: needed("reason"),
    owner: needed("owner"),
    ...(until === undefined ? {} : { until }),
  };
}
