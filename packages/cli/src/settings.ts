/** What the settings and users' own controls add to a scan. */
import { readdir, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import {
  isCustomControl,
  isCustomDetection,
  readControl,
  readDetection,
  sanitize,
  UserError,
  type AttackLibrary,
  type CelControl,
  type CelRule,
  type Control,
  type Exception,
  type ScanOptions,
  type Snapshot,
} from "@plimsoll/core";
import { fromAnnotations, fromComments } from "./accepted.ts";
import type { CommandOption } from "./command.ts";
import type { Config } from "./config.ts";
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
  const own: Own = { controls: [], detections: [] };
  for (const path of paths) await addOwn(own, resolve(cwd, path));
  const detections = library.detections ?? [];
  const taken = new Set<string>([...library.controls, ...detections].map(({ id }) => id));
  for (const { id } of [...own.controls, ...own.detections]) {
    if (taken.has(id)) throw new UserError("bad-control", `${id} is there already`, "give yours another id");
    taken.add(id);
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
}

async function addOwn(own: Own, path: string): Promise<void> {
  const { readData } = await import("@plimsoll/cluster");
  const found = await stat(path).catch(() => undefined);
  if (found === undefined)
    throw new UserError("no-input", `there is no ${sanitize(path)}`, "give a file or folder of controls");
  const files = found.isDirectory()
    ? (await readdir(path, { recursive: true }))
        .filter((name) => /\.ya?ml$/.test(name))
        .map((name) => join(path, name))
        .sort()
    : [path];
  for (const file of files) {
    for (const { value, place } of await readData(file, "bad-control")) {
      if (isCustomControl(value)) own.controls.push(readControl(value, file));
      else if (isCustomDetection(value)) own.detections.push(readDetection(value, file));
      else if (!found.isDirectory())
        throw new UserError(
          "bad-control",
          `${place([])}: not a control: apiVersion plimsoll.dev/v1 and kind Control or Detection are needed`,
        );
    }
  }
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
