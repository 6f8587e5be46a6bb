/**
 * Fixes of what a kustomization makes: as patches in the kustomization that was named, or in the file of its base. One is kept
 * only if the kustomization, rendered anew with it, makes just what the fix would, and everything else as before.
 */
import { realpath } from "node:fs/promises";
import { resolve } from "node:path";
import {
  applyOperations,
  isJsonArray,
  isJsonObject,
  sameJson,
  yamlLines,
  type Json,
  type JsonObject,
  type PatchOperation,
  type Resource,
} from "@plimsoll/core";
import type { Kustomizing } from "@plimsoll/cluster";
import { readRegular, type FileChange, type Refusal } from "./files.ts";
import { inOne, onlyOf, onTopOf, type ResourceFix } from "./merge.ts";
import { isJust, keyOf, madeOf, type Made } from "./rendered.ts";

/** Where the change is written. */
export type Place = "overlay" | "base";

const prefix = "kustomize:";

export function isOfKustomization({ record: { source } }: ResourceFix): boolean {
  return source.renderedBy?.startsWith(prefix) === true;
}

export interface Written {
  readonly changes: readonly FileChange[];
  readonly refusals: readonly Refusal[];
}

export async function kustomizeChanges(
  fixes: readonly ResourceFix[],
  cwd: string,
  takenAt: string,
  place: Place,
): Promise<Written> {
  const changes: FileChange[] = [];
  const refusals: Refusal[] = [];
  const folders = Map.groupBy(fixes, ({ record }) => record.source.renderedBy!.slice(prefix.length));
  for (const [folder, own] of folders) {
    const made = await ofKustomization(folder, own, cwd, takenAt, place);
    changes.push(...made.changes);
    refusals.push(...made.refusals);
  }
  // Two kustomizations may share a base: what both change there is written by neither.
  const byPath = Map.groupBy(changes, ({ path }) => path);
  const twice = changes.filter(({ path }) => byPath.get(path)!.length > 1);
  const why = "several kustomizations would change it: fix one after the other";
  return {
    changes: changes.filter((change) => !twice.includes(change)),
    refusals: [...refusals, ...twice.map(({ file, fixes: own }) => ({ file, fixes: own, why }))],
  };
}

async function ofKustomization(
  folder: string,
  fixes: readonly ResourceFix[],
  cwd: string,
  takenAt: string,
  place: Place,
): Promise<Written> {
  const { openKustomization } = await import("@plimsoll/cluster");
  const opened = await openKustomization(folder, cwd, takenAt);
  if ("refused" in opened) return refusedAll(fixes, folder, opened.refused);
  const plain = await opened.render(new Map());
  if ("refused" in plain) return refusedAll(fixes, folder, plain.refused);
  const made = madeOf(plain.resources);
  const [known, changed] = [
    fixes.filter(({ record }) => sameJson(made.get(keyOf(record)), record.resource)),
    fixes.filter(({ record }) => !sameJson(made.get(keyOf(record)), record.resource)),
  ];
  const stale = refusedAll(changed, folder, "it renders otherwise than when it was read");
  const trying: Trying = { kustomizing: opened, made, cwd, takenAt, tries: 0 };
  const done = place === "overlay" ? await inOverlay(known, trying) : await inBase(known, trying);
  return { changes: done.changes, refusals: [...stale.refusals, ...done.refusals] };
}

function refusedAll(fixes: readonly ResourceFix[], file: string, why: string): Written {
  return { changes: [], refusals: fixes.length === 0 ? [] : [{ file, fixes, why }] };
}

interface Trying {
  readonly kustomizing: Kustomizing;
  readonly made: Made;
  readonly cwd: string;
  readonly takenAt: string;
  tries: number;
}

/** Each render starts a program. */
const mostTries = 100;

/** Whether these texts in place of the files make just what the fixes would. */
async function proves(
  trying: Trying,
  changed: ReadonlyMap<string, string>,
  fixes: readonly ResourceFix[],
): Promise<boolean> {
  if ((trying.tries += 1) > mostTries) return false;
  const outcome = await trying.kustomizing.render(changed);
  if ("refused" in outcome) return false;
  const expected = new Map(
    fixes.map(({ record, operations }) => [
      keyOf(record),
      applyOperations<Resource>(record.resource, operations),
    ]),
  );
  return isJust(trying.made, madeOf(outcome.resources), expected);
}

async function inOverlay(fixes: readonly ResourceFix[], trying: Trying): Promise<Written> {
  const { file: real, shown } = trying.kustomizing;
  const path = resolve(trying.cwd, shown);
  const before = await readRegular(path);
  if (typeof before === "string") return refusedAll(fixes, shown, before);
  const text = before.toString("utf8");
  const values = await valuesIn(text, shown);
  const refusals: Refusal[] = [];
  let done: readonly ResourceFix[] = [];
  let entries: readonly JsonObject[] = [];
  let after: string | undefined;
  const attempt = async (more: readonly ResourceFix[], how: Aim): Promise<boolean> => {
    const own = more.flatMap((fix) => onTopOf(done, fix) ?? []);
    if (own.length < more.length) return false;
    const next = [
      ...entries,
      ...own.filter(({ operations }) => operations.length > 0).map((fix) => entryFor(fix, values, how)),
    ];
    const written = await withEntries(text, values, next, shown);
    const all = inOne([...done, ...own]);
    if (written === undefined || !(await proves(trying, new Map([[real, written]]), all))) return false;
    [done, entries, after] = [all, next, written];
    return true;
  };
  // All at once first: mostly that does it, and a render takes its time.
  if (fixes.length > 1 && (await attempt(fixes, "by name"))) return changed();
  const tried = async (fix: ResourceFix): Promise<boolean> =>
    (await attempt([fix], "by name")) || (await attempt([fix], "by name and namespace"));
  for (const fix of fixes) {
    if (await tried(fix)) continue;
    const single = fix.chosen.length === 1 ? [] : fix.chosen.map(onlyOf);
    if (single.length === 0) refusals.push(refusal(fix, shown, trying));
    for (const own of single) if (!(await tried(own))) refusals.push(refusal(own, shown, trying));
  }
  return changed();

  function changed(): Written {
    if (after === undefined) return { changes: [], refusals };
    const change = { file: shown, path, before, after: Buffer.from(after), fixes: done, notes: [] };
    return { changes: [change as FileChange], refusals };
  }
}

function refusal(fix: ResourceFix, shown: string, { tries }: Trying): Refusal {
  const { file } = fix.record.source;
  const why =
    tries > mostTries
      ? `not tried: ${mostTries} renders were enough; name fewer edits`
      : `no patch in ${shown} does just this: change ${file}`;
  return { file, fixes: [fix], why };
}

type Aim = "by name" | "by name and namespace";

/** What its names are before the kustomization's own prefix and suffix come to them, which is after patches. */
function entryFor({ record: { resource }, operations }: ResourceFix, values: Json, aim: Aim): JsonObject {
  const { apiVersion, kind, metadata } = resource;
  const [group, version] = apiVersion.includes("/") ? apiVersion.split("/") : [undefined, apiVersion];
  const { namespace } = metadata;
  return {
    target: {
      ...(group === undefined ? {} : { group }),
      version: version!,
      kind,
      name: ownName(metadata.name ?? "", values),
      ...(aim === "by name" || namespace === undefined ? {} : { namespace }),
    },
    patch: yamlLines([...guards(resource, operations), ...operations] as unknown as readonly Json[], "").join(
      "\n",
    ),
  };
}

function ownName(name: string, values: Json): string {
  const { namePrefix, nameSuffix } = isJsonObject(values) ? values : {};
  const start = typeof namePrefix === "string" && name.startsWith(namePrefix) ? namePrefix.length : 0;
  const ends = typeof nameSuffix === "string" && nameSuffix !== "" && name.endsWith(nameSuffix);
  return name.slice(start, ends ? name.length - nameSuffix.length : undefined);
}

/** Should the base reorder its containers, the patch is refused and changes no other. */
function guards(resource: Resource, operations: readonly PatchOperation[]): readonly Json[] {
  const places = operations.flatMap(
    ({ path }) => /^.*?\/(?:initC|c)ontainers\/\d+(?=\/)/.exec(path)?.[0] ?? [],
  );
  return [...new Set(places)].flatMap((place) => {
    const name = place
      .split("/")
      .slice(1)
      .reduce<Json | undefined>(
        (value, step) =>
          isJsonArray(value) ? value[Number(step)] : isJsonObject(value) ? value[step] : undefined,
        resource,
      );
    return isJsonObject(name) && typeof name["name"] === "string"
      ? [{ op: "test", path: `${place}/name`, value: name["name"] }]
      : [];
  });
}

/** The kustomization's text with patches at its end, each as a block of lines; `undefined` where it cannot be edited so. */
async function withEntries(
  text: string,
  values: Json,
  entries: readonly JsonObject[],
  shown: string,
): Promise<string | undefined> {
  if (!isJsonObject(values)) return undefined;
  const { patches = [] } = values;
  if (!isJsonArray(patches)) return undefined;
  const { rewriteDocument } = await import("@plimsoll/cluster");
  const stand = (index: number): string => `plimsoll-patch-${index}`;
  const stood = entries.map((entry, index) => ({ ...entry, patch: stand(index) }));
  const made = rewriteDocument(text, values, { ...values, patches: [...patches, ...stood] });
  const written = await made;
  if ("refused" in written) return undefined;
  let after = written.text;
  for (const [index, { patch }] of entries.entries()) {
    const line = new RegExp(`^([ \\t-]*)patch: ${stand(index)}$`, "m").exec(after);
    if (line === null) after = after.replace(stand(index), JSON.stringify(patch));
    else {
      const indent = `${" ".repeat(line[1]!.length)}  `;
      const block = String(patch)
        .split("\n")
        .map((each) => `\n${indent}${each}`)
        .join("");
      after = after.replace(line[0], () => `${line[1]}patch: |-${block}`);
    }
  }
  const told = await valuesIn(after, shown).catch(() => undefined);
  return sameJson(told, { ...values, patches: [...patches, ...entries] }) ? after : undefined;
}

async function valuesIn(text: string, file: string): Promise<Json> {
  const { dataIn } = await import("@plimsoll/cluster");
  return dataIn(Buffer.from(text), file, "bad-config")[0]?.value ?? {};
}

/** In the files that the objects come from: what other kustomizations make of them changes too. */
async function inBase(fixes: readonly ResourceFix[], trying: Trying): Promise<Written> {
  const changes: FileChange[] = [];
  const refusals: Refusal[] = [];
  const texts = new Map<string, string>();
  let done: readonly ResourceFix[] = [];
  for (const [file, own] of Map.groupBy(fixes, ({ record }) => record.source.file)) {
    const path = resolve(trying.cwd, file);
    const before = await readRegular(path);
    if (typeof before === "string") {
      refusals.push(...refusedAll(own, file, before).refusals);
      continue;
    }
    const [real, kept] = [await realpath(path), [] as ResourceFix[]];
    for (const fix of own) {
      const text = await rewritten(before, file, [...kept, fix], trying);
      const next = new Map([...texts, ...(text === undefined ? [] : [[real, text] as const])]);
      if (text === undefined || !(await proves(trying, next, inOne([...done, fix])))) {
        const why =
          "its object in the base cannot be changed so that just this comes of it: leave --in base out";
        refusals.push({ file, fixes: [fix], why });
        continue;
      }
      texts.set(real, text);
      done = inOne([...done, fix]);
      kept.push(fix);
    }
    const after = texts.get(real);
    const notes = ["other kustomizations that name it are changed with it"];
    if (after !== undefined)
      changes.push({ file, path, before, after: Buffer.from(after), fixes: kept, notes });
  }
  return { changes, refusals };
}

async function rewritten(
  before: Buffer,
  file: string,
  fixes: readonly ResourceFix[],
  { cwd, takenAt }: Trying,
): Promise<string | undefined> {
  const { readFiles, rewriteFile } = await import("@plimsoll/cluster");
  const { resources } = await readFiles([file], { cwd, takenAt });
  const patches = fixes.map(({ record: { resource }, operations }) => {
    const alike = resources.filter(
      ({ resource: { apiVersion, kind, metadata } }) =>
        apiVersion === resource.apiVersion &&
        kind === resource.kind &&
        (resource.metadata.name ?? "").includes(metadata.name ?? ""),
    );
    const exact = alike.filter(({ resource: { metadata } }) => metadata.name === resource.metadata.name);
    const [record, ...others] = exact.length > 0 ? exact : alike;
    return record === undefined || others.length > 0 ? undefined : { record, operations };
  });
  if (patches.some((patch) => patch === undefined)) return undefined;
  const made = await rewriteFile(before, file, patches as Parameters<typeof rewriteFile>[2]);
  return "refused" in made ? undefined : made.text;
}
