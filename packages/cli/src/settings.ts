/** What the settings and users' own controls add to a scan. */
import { readdir, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import {
  isCustomControl,
  isCustomDetection,
  isJsonObject,
  readControl,
  readDetection,
  sanitize,
  UserError,
  type AttackLibrary,
  type CelControl,
  type CelRule,
  type Control,
  type Exception,
  type Json,
  type Path,
  type ScanOptions,
  type Snapshot,
} from "@plimsoll/core";
import { fromAnnotations, fromComments } from "./accepted.ts";
import type { CommandOption } from "./command.ts";
import { shownFrom, type Config } from "./config.ts";
import { nearest } from "./suggestion.ts";

export const configOption: CommandOption = {
  flags: "--config <file>",
  description: "the settings (default: the nearest .plimsoll.yaml upward)",
};

export const settingOptions: readonly CommandOption[] = [
  configOption,
  {
    flags: "--controls <path>",
    description: "controls of your own, a file or folder of YAML; may be repeated",
    repeat: true,
  },
];

/** The library with users' own controls and detections; their ids must be free. */
export async function withOwnControls(
  library: AttackLibrary,
  paths: readonly string[],
  cwd: string,
): Promise<AttackLibrary> {
  const own: Own = { controls: [], detections: [], places: new Map() };
  for (const path of paths) await addOwn(own, resolve(cwd, path), cwd);
  const detections = library.detections ?? [];
  const taken = new Map([...library.controls, ...detections].map(({ id }) => [id, "among ours"]));
  for (const { id } of [...own.controls, ...own.detections]) {
    const there = taken.get(id);
    const place = own.places.get(id)!.shift()!;
    if (there !== undefined)
      throw new UserError(
        "bad-control",
        `${place}: id: ${id} is there already, ${there}`,
        "give it another id",
      );
    taken.set(id, `at ${place}`);
  }
  return {
    ...library,
    controls: [...library.controls, ...own.controls],
    detections: [...detections, ...own.detections],
  };
}

/** Kinds that conditions of exceptions look at. */
export function kindsOfConditions({ exceptions }: Config): readonly string[] {
  return exceptions.flatMap(({ while: condition }) =>
    condition !== undefined && "kind" in condition ? [condition.kind] : [],
  );
}

/** What the settings say of how a scan is made. */
export function settledBy({
  enough,
  teamLabels,
  environmentLabels,
  crownJewels,
}: Config): Partial<ScanOptions> {
  return {
    ...(enough === undefined ? {} : { thresholds: enough }),
    ...(teamLabels === undefined ? {} : { teamLabels }),
    ...(environmentLabels === undefined ? {} : { environmentLabels }),
    ...(crownJewels === undefined ? {} : { crownJewels }),
  };
}

interface Own {
  readonly controls: CelControl[];
  readonly detections: CelRule[];
  /** Where each id stands, in the order in which they were read. */
  readonly places: Map<string, string[]>;
}

/** A folder may hold other things beside what is of ours, but not nothing of ours. */
async function addOwn(own: Own, path: string, cwd: string): Promise<void> {
  const { readData } = await import("@plimsoll/cluster");
  const shown = sanitize(shownFrom(cwd, path));
  const found = await stat(path).catch(() => undefined);
  if (found === undefined)
    throw new UserError("no-input", `there is no ${shown}`, "give a file or folder of controls");
  const before = own.places.size;
  for (const file of found.isDirectory() ? await definitionFiles(path) : [path]) {
    for (const { value, place } of await readData(file, "bad-control", shownFrom(cwd, file)))
      addDefinition(own, value, place, !found.isDirectory());
  }
  if (own.places.size === before) throw new UserError("no-input", `there is no control in ${shown}`, ownHint);
}

async function definitionFiles(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder, { recursive: true });
  return names
    .filter((name) => /\.(?:ya?ml|json)$/.test(name))
    .map((name) => join(folder, name))
    .sort();
}

const ownHint = "apiVersion plimsoll.dev/v1 and kind Control or Detection are needed";

/** `certain`: it was meant to be one, whatever it says of itself. */
function addDefinition(own: Own, value: Json, place: (path: Path) => string, certain: boolean): void {
  if (isCustomControl(value)) own.controls.push(readControl(value, place));
  else if (isCustomDetection(value)) own.detections.push(readDetection(value, place));
  else if (certain || saysItIsOurs(value))
    throw new UserError("bad-control", `${place([])}: not a control: ${ownHint}`);
  else return;
  const id = String(value["id"]);
  own.places.set(id, [...(own.places.get(id) ?? []), place(["id"])]);
}

function saysItIsOurs(value: Json): boolean {
  return isJsonObject(value) && String(value["apiVersion"]).startsWith("plimsoll.dev/");
}

/** What an exception may name: a control or a detection. */
type Named = Pick<Control, "id" | "equivalents">;

/** Every exception there is for a snapshot; one that names what nobody knows is a mistake. */
export async function exceptionsFor(
  config: Config,
  snapshot: Snapshot,
  controls: readonly Named[],
  cwd: string,
): Promise<readonly Exception[]> {
  const exceptions = [
    ...config.exceptions,
    ...(config.annotations ? fromAnnotations(snapshot) : []),
    ...(config.comments ? await fromComments(snapshot, cwd) : []),
  ];
  const known = new Set(["*", ...controls.flatMap(({ id, equivalents }) => [id, ...equivalents])]);
  for (const { controls: accepted, source, while: condition } of exceptions) {
    const needed = condition !== undefined && "control" in condition ? [condition.control] : [];
    const odd = [...accepted, ...needed].find((id) => !known.has(id) && !id.startsWith("policy."));
    if (odd === undefined) continue;
    const meant = nearest(odd, known);
    throw new UserError(
      "unknown-id",
      `${sanitize(source)}: no control is called "${sanitize(odd)}"`,
      meant === undefined ? "plimsoll controls lists them" : `did you mean "${meant}"?`,
    );
  }
  return exceptions;
}
