/** Reads the exceptions of other tools from files and folders, and writes them as settings for a person to complete. */
import { stat } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { counted, isJsonArray, isJsonObject, sanitize, UserError, type Json } from "@plimsoll/core";
import { library } from "@plimsoll/library";
import { equalsIn, joined, type Draft, type Imported } from "./importer.ts";
import { fromKubeLinter } from "./kube-linter.ts";
import { fromKubescape } from "./kubescape.ts";
import { fromTrivyLines, fromTrivyYaml } from "./trivy.ts";

export async function importAll(paths: readonly string[], cwd: string): Promise<Imported> {
  const parts: Imported[] = [];
  for (const path of paths) parts.push(await importOne(path, cwd));
  return joined(parts);
}

async function importOne(path: string, cwd: string): Promise<Imported> {
  const equals = equalsIn(library.controls);
  const file = resolve(cwd, path);
  const found = await stat(file).catch(() => undefined);
  if (found === undefined)
    throw new UserError(
      "no-input",
      `there is no ${sanitize(path)}`,
      "give a file of exceptions, or a folder of manifests",
    );
  const { readData, readFiles, readText } = await import("@plimsoll/cluster");
  if (found.isDirectory()) {
    const snapshot = await readFiles([path], {
      cwd,
      stdin: process.stdin,
      takenAt: new Date().toISOString(),
    });
    const unread = snapshot.gaps.map(({ source, message }) => ({
      what: "what it accepts",
      place: source,
      why: message,
    }));
    return joined([fromKubeLinter(snapshot, equals), { drafts: [], leftovers: unread }]);
  }
  if (basename(path).endsWith("trivyignore"))
    return fromTrivyLines(await readText(file, "no-input", { shown: path }), path, equals);
  const documents = await readData(file, "bad-config", path);
  return joined(
    documents.map((document) => {
      if (isKubescape(document.value)) return fromKubescape(document, equals);
      if (isTrivy(document.value)) return fromTrivyYaml(document, equals);
      throw new UserError(
        "bad-config",
        `${document.place([])}: neither Kubescape's exceptions nor a Trivy ignore file`,
        "for kube-linter's annotations, give the folder of manifests",
      );
    }),
  );
}

function isKubescape(value: Json): boolean {
  return (isJsonArray(value) ? value : [value]).some(
    (entry) =>
      isJsonObject(entry) && ("posturePolicies" in entry || entry["policyType"] === "postureExceptionPolicy"),
  );
}

function isTrivy(value: Json): boolean {
  const sections = ["misconfigurations", "vulnerabilities", "secrets", "licenses"];
  return isJsonObject(value) && Object.keys(value).some((key) => sections.includes(key));
}

/** Terms that nobody gave stand empty, so that the settings are refused, with their place, until somebody completes them. */
export function importedText({ drafts, leftovers }: Imported): string {
  const left = leftovers
    .map(({ what, place, why }) => `#   ${sanitize(`${place}: ${what}: ${why}`)}\n`)
    .join("");
  return `
# Imported. Complete what is empty: until then this file is refused, with the place of what is missing.
exceptions:${drafts.length === 0 ? " []\n" : `\n${drafts.map(entryOf).join("")}`}${
    left === ""
      ? ""
      : `
# Not imported, for want of an equal here:
${left}`
  }`;
}

function entryOf({ controls, reason, until, match, place }: Draft): string {
  const matches = Object.keys(match).length === 0 ? "" : `    match: ${quoted(match)}\n`;
  return `  # from ${sanitize(place)}
  - controls: ${quoted(controls)}
    reason:${reason === undefined ? " # complete: why it is accepted" : ` ${quoted(reason)}`}
    owner: # complete: who answers for it
    until:${until === undefined ? " # complete: a day as 2027-06-30, or never" : ` "${until}"`}
${matches}`;
}

/** JSON is YAML but for a few characters that YAML wants escaped. */
function quoted(value: unknown): string {
  return JSON.stringify(value).replaceAll(
    /[\u007f-\u009f\u2028\u2029\ufeff]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

export function importedNotes({ drafts, leftovers }: Imported): readonly string[] {
  return [
    `plimsoll: imported ${counted(drafts.length, "exception")}; each needs at least an owner`,
    ...leftovers.map(
      ({ what, place, why }) => `plimsoll: not imported: ${sanitize(`${place}: ${what}: ${why}`)}`,
    ),
  ];
}
