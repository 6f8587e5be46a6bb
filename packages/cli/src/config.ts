/** `.plimsoll.yaml`: what a repository or a cluster accepts, how it names its teams, and what gates it. */
import { access } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import {
  faultOf,
  isJsonArray,
  isJsonObject,
  severities,
  untilOf,
  UserError,
  type CrownJewel,
  type Exception,
  type ExceptionCondition,
  type ExceptionMatch,
  type Json,
  type JsonObject,
  type Path,
  type Severity,
  type Thresholds,
} from "@plimsoll/core";
import { nearest } from "./suggestion.ts";

export const configName = ".plimsoll.yaml";

export interface Config {
  /** As shown to people; `undefined` where there is no file. */
  readonly file?: string;
  readonly exceptions: readonly Exception[];
  /** Whether annotations on resources may accept findings: whoever writes the workload then excuses himself. */
  readonly annotations: boolean;
  /** Whether comments in manifests may. */
  readonly comments: boolean;
  readonly teamLabels?: readonly string[];
  readonly environmentLabels?: readonly string[];
  /** Workloads that are targets of attacks, besides those that the label names. */
  readonly crownJewels?: readonly CrownJewel[];
  readonly failOn?: Severity;
  readonly frameworks?: readonly string[];
  /** From where on what was not seen is taken for not done. */
  readonly enough?: Partial<Thresholds>;
  /** Files and folders of users' own controls, absolute. */
  readonly controls: readonly string[];
}

const initHint = "`plimsoll init` writes a file with every setting";
/** A line that is more than space, a comment or the mark of a document. */
const somethingSaid = /^(?![ \t\r]*(?:#|---|\.\.\.|$))/m;

const none: Config = { exceptions: [], annotations: false, comments: false, controls: [] };

/** The file that was named, else the nearest `.plimsoll.yaml` upward from the working folder, else nothing. */
export async function loadConfig(cwd: string, named: string | undefined): Promise<Config> {
  const file = named === undefined ? await nearestConfig(cwd) : resolve(cwd, named);
  if (file === undefined) return none;
  const { readData, readText } = await import("@plimsoll/cluster");
  const shown = shownFrom(cwd, file);
  const documents = await readData(file, "bad-config", shown);
  if (documents.length === 0) {
    if (somethingSaid.test(await readText(file, "bad-config", { shown })))
      throw new UserError("bad-config", `${shown}: the settings: a mapping is needed`, initHint);
    return { ...none, file: shown };
  }
  const [first, second] = documents;
  if (second !== undefined)
    throw new UserError("bad-config", `${second.place([])}: one document is needed, not several`);
  const reader = readerOf(first!.value, first!.place);
  return { file: shown, ...readConfig(reader, dirname(file), shown) };
}

/** How a file is called to somebody in a folder: by the shorter of its names. */
export function shownFrom(cwd: string, file: string): string {
  const name = relative(cwd, file);
  return name !== "" && name.length < file.length ? name : file;
}

async function nearestConfig(from: string): Promise<string | undefined> {
  for (let folder = from; ; folder = dirname(folder)) {
    const file = join(folder, configName);
    const there = await access(file).then(
      () => true,
      () => false,
    );
    if (there) return file;
    if (dirname(folder) === folder) return undefined;
  }
}

/** Reads one mapping strictly: a key nobody knows is a mistake, told with its place and what was meant. */
interface Reader {
  readonly only: (...keys: readonly string[]) => void;
  readonly keys: readonly string[];
  readonly has: (key: string) => boolean;
  readonly text: (key: string) => string | undefined;
  readonly texts: (key: string) => readonly string[] | undefined;
  readonly flag: (key: string) => boolean;
  readonly number: (key: string) => number | undefined;
  readonly within: (key: string) => Reader;
  readonly each: (key: string) => readonly Reader[];
  readonly refuse: (key: string, expected: string) => never;
}

function readerOf(value: Json, place: (path: Path) => string, path: Path = []): Reader {
  const refuse = (key: string, expected: string): never => {
    const at = key === "" ? path : [...path, key];
    throw new UserError(
      "bad-config",
      `${place(at)}: ${at.join(".") || "the settings"}: ${expected}`,
      initHint,
    );
  };
  if (!isJsonObject(value)) return refuse("", "a mapping is needed");
  const object: JsonObject = value;
  const get = (key: string): Json | undefined => (Object.hasOwn(object, key) ? object[key] : undefined);
  const text = (key: string): string | undefined => {
    const found = get(key);
    if (found === undefined || (typeof found === "string" && found.trim() !== "")) return found;
    return refuse(key, "a text is needed");
  };
  return {
    refuse,
    text,
    keys: Object.keys(object),
    has: (key) => get(key) !== undefined,
    only: (...keys) => {
      const odd = Object.keys(object).find((key) => !keys.includes(key));
      if (odd === undefined) return;
      const meant = nearest(odd, keys);
      refuse(
        odd,
        `no such setting; ${meant === undefined ? `there are ${keys.join(", ")}` : `did you mean ${meant}?`}`,
      );
    },
    texts: (key) => {
      const found = get(key);
      if (found === undefined) return undefined;
      const list = typeof found === "string" ? [found] : found;
      if (!isJsonArray(list) || !list.every((entry) => typeof entry === "string"))
        return refuse(key, "a list of texts is needed");
      return list as readonly string[];
    },
    flag: (key) => {
      const found = get(key) ?? false;
      return typeof found === "boolean" ? found : refuse(key, "true or false is needed");
    },
    number: (key) => {
      const found = get(key);
      if (found === undefined || (typeof found === "number" && found >= 0)) return found;
      return refuse(key, "a number is needed, 0 or more");
    },
    within: (key) => readerOf(get(key) ?? {}, place, [...path, key]),
    each: (key) => {
      const found = get(key) ?? [];
      if (!isJsonArray(found)) return refuse(key, "a list is needed");
      return found.map((entry, index) => readerOf(entry, place, [...path, key, index]));
    },
  };
}

function readConfig(reader: Reader, folder: string, file: string): Omit<Config, "file"> {
  reader.only(
    "exceptions",
    "annotations",
    "comments",
    "labels",
    "failOn",
    "frameworks",
    "controls",
    "enough",
    "crownJewels",
  );
  const labels = reader.within("labels");
  labels.only("team", "environment");
  const failOn = reader.text("failOn");
  if (failOn !== undefined && !severities.includes(failOn as Severity))
    reader.refuse("failOn", `one of ${severities.join(", ")} is needed`);
  const [teamLabels, environmentLabels, frameworks] = [
    labels.texts("team"),
    labels.texts("environment"),
    reader.texts("frameworks"),
  ];
  return {
    exceptions: reader.each("exceptions").map((entry, index) => exceptionOf(entry, index, file)),
    annotations: reader.flag("annotations"),
    comments: reader.flag("comments"),
    controls: (reader.texts("controls") ?? []).map((path) => resolve(folder, path)),
    ...(teamLabels === undefined ? {} : { teamLabels }),
    ...(environmentLabels === undefined ? {} : { environmentLabels }),
    ...(frameworks === undefined ? {} : { frameworks }),
    ...(failOn === undefined ? {} : { failOn: failOn as Severity }),
    ...(reader.has("crownJewels") ? { crownJewels: reader.each("crownJewels").map(crownJewelOf) } : {}),
    ...(reader.has("enough") ? { enough: enoughOf(reader.within("enough")) } : {}),
  };
}

function crownJewelOf(reader: Reader): CrownJewel {
  reader.only("kind", "namespace", "name", "criticality");
  const { kind, namespace, name, criticality } = Object.fromEntries(
    ["kind", "namespace", "name", "criticality"].map((key) => [key, reader.text(key)]),
  );
  if (kind === undefined && namespace === undefined && name === undefined)
    reader.refuse("name", "a kind, a namespace or a name is needed: everything is no target");
  const known = severities.find((severity) => severity === criticality);
  if (criticality !== undefined && known === undefined)
    reader.refuse("criticality", `one of ${severities.join(", ")} is needed`);
  return {
    ...(kind === undefined ? {} : { kind }),
    ...(namespace === undefined ? {} : { namespace }),
    ...(name === undefined ? {} : { name }),
    ...(known === undefined ? {} : { criticality: known }),
  };
}

/** `runs`: of a schedule. */
function enoughOf(reader: Reader): Partial<Thresholds> {
  reader.only("hours", "replicas", "runs");
  const [hours, replicas, cycles] = [
    reader.number("hours"),
    reader.number("replicas"),
    reader.number("runs"),
  ];
  return {
    ...(hours === undefined ? {} : { hours }),
    ...(replicas === undefined ? {} : { replicas }),
    ...(cycles === undefined ? {} : { cycles }),
  };
}

const matchTexts = ["kind", "namespace", "name", "container", "path", "file"] as const;

function exceptionOf(reader: Reader, index: number, file: string): Exception {
  reader.only("id", "controls", "reason", "owner", "until", "while", "match");
  const needed = (key: string): string =>
    reader.text(key) ?? reader.refuse(key, "is needed: an exception says why, whose it is and when it ends");
  const controls =
    reader.texts("controls") ?? reader.refuse("controls", "is needed: the ids of controls, or *");
  const until = untilOf(needed("until"), (expected) => reader.refuse("until", expected));
  return {
    id: reader.text("id") ?? `exception-${index + 1}`,
    controls,
    reason: needed("reason"),
    owner: needed("owner"),
    ...(until === undefined ? {} : { until }),
    ...(reader.has("while") ? { while: conditionOf(reader.within("while"), reader) } : {}),
    match: matchOf(reader.within("match")),
    source: file,
  };
}

/** A control that is met, or something of a kind for which CEL holds. */
function conditionOf(reader: Reader, parent: Reader): ExceptionCondition {
  reader.only("control", "kind", "name", "holds", "namespace");
  const [control, kind, name, namespace] = ["control", "kind", "name", "namespace"].map((key) =>
    reader.text(key),
  );
  const where = namespace === undefined ? {} : { namespace };
  if ((control === undefined) === (kind === undefined))
    return parent.refuse("while", "either control, or kind and holds, is needed");
  if (control !== undefined) return { control, ...where };
  const holds = reader.text("holds") ?? reader.refuse("holds", "is needed: CEL over `object`");
  const condition = { kind: kind!, holds, ...where, ...(name === undefined ? {} : { name }) };
  const fault = faultOf(condition);
  return fault === undefined ? condition : parent.refuse("while", fault);
}

function matchOf(reader: Reader): ExceptionMatch {
  reader.only(...matchTexts, "labels");
  const texts = Object.fromEntries(
    matchTexts.flatMap((key) => (reader.has(key) ? [[key, reader.text(key)!]] : [])),
  );
  if (!reader.has("labels")) return texts;
  const labels = reader.within("labels");
  return { ...texts, labels: labelsOf(labels, reader) };
}

function labelsOf(labels: Reader, parent: Reader): { readonly [key: string]: string } {
  const found: { [key: string]: string } = {};
  for (const key of labels.keys) found[key] = labels.text(key) ?? parent.refuse("labels", "texts are needed");
  return found;
}
