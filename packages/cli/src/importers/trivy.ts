/** Trivy's ignore files: `.trivyignore`, a line an id, and `.trivyignore.yaml` with paths, statements and ends. */
import { isJsonArray, isJsonObject, type Json, type JsonObject } from "@plimsoll/core";
import type { DataDocument } from "@plimsoll/cluster";
import { dayOf, terms, type Draft, type Equals, type Imported, type Leftover } from "./importer.ts";

const noEqual = "no control here is its equal";

/** A comment just above a line is its reason; `exp:2027-01-31` its end. */
export function fromTrivyLines(text: string, file: string, equals: Equals): Imported {
  const drafts: Draft[] = [];
  const leftovers: Leftover[] = [];
  let reason: string | undefined;
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const place = `${file}:${index + 1}`;
    const [entry = "", ...comment] = line.split("#");
    const [id, ...more] = entry.split(/\s+/).filter((word) => word !== "");
    const said = comment.join("#").trim();
    if (id === undefined) {
      reason = said === "" ? undefined : said;
      continue;
    }
    const controls = controlsOf(id, equals);
    const end = more.find((word) => word.startsWith("exp:"))?.slice(4);
    if (controls.length === 0) leftovers.push({ what: id, place, why: noEqual });
    else drafts.push({ controls, ...terms(said || reason, dayOf(end)), match: {}, place });
  }
  return { drafts, leftovers };
}

export function fromTrivyYaml({ value, place }: DataDocument, equals: Equals): Imported {
  const drafts: Draft[] = [];
  const leftovers: Leftover[] = [];
  for (const [section, list] of Object.entries(isJsonObject(value) ? value : {})) {
    if (list === null || list === undefined) continue;
    for (const [index, entry] of (isJsonArray(list) ? list : [list]).entries()) {
      const fields = isJsonObject(entry) ? entry : {};
      const what = typeof fields["id"] === "string" ? fields["id"] : "an entry without an id";
      const at = place([section, index]);
      const left = (why: string): void => void leftovers.push({ what, place: at, why });
      const controls = section === "misconfigurations" ? controlsOf(what, equals) : [];
      if (controls.length === 0)
        left(section === "misconfigurations" ? noEqual : `${section} are not judged by controls`);
      else drafts.push(...draftsOf(fields, controls, at, left));
    }
  }
  return { drafts, leftovers };
}

function draftsOf(
  fields: JsonObject,
  controls: readonly string[],
  place: string,
  left: (why: string) => void,
): readonly Draft[] {
  const base = { controls, ...terms(fields["statement"], dayOf(fields["expired_at"])), place };
  const given = fields["paths"] ?? [];
  const paths: readonly Json[] = isJsonArray(given) ? given : [given];
  if (paths.length === 0) return [{ ...base, match: {} }];
  return paths.flatMap((path): readonly Draft[] => {
    const file = typeof path === "string" ? patternOf(path) : undefined;
    if (file !== undefined) return [{ ...base, match: { file } }];
    left(`the path ${JSON.stringify(path)} is a pattern that cannot be said here`);
    return [];
  });
}

/** `**` is our `*`; their `*` stays within a folder, and ours would accept more. */
function patternOf(path: string): string | undefined {
  const plain = path.replaceAll("**/", "\u0000").replaceAll("**", "\u0000");
  return /[*?[\]{}\\!]/.test(plain) ? undefined : plain.replaceAll("\u0000", "*");
}

/** `KSV017`, `KSV-0017` and `AVD-KSV-0017` are one check. */
function controlsOf(id: string, equals: Equals): readonly string[] {
  const parts = /^(?:AVD-)?(KSV|KCV)-?(\d+)$/i.exec(id);
  return parts === null ? [] : equals(`trivy:${parts[1]}-${parts[2]!.padStart(4, "0")}`);
}
