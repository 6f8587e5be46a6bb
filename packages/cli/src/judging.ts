/** How the settings have a snapshot judged; and one source read and judged so, for the commands that go on from a report. */
import { isAbsolute, join, normalize } from "node:path";
import {
  kindsNeeded,
  scan as judge,
  UserError,
  type AttackLibrary,
  type Control,
  type Exception,
  type Report,
  type ScanOptions,
  type Snapshot,
} from "@plimsoll/core";
import { library } from "@plimsoll/library";
import { allChosen } from "./choice.ts";
import type { Call } from "./command.ts";
import { loadConfig, type Config } from "./config.ts";
import { mustHoldSomething, readSource, sourceOf, type Source } from "./input.ts";
import { exceptionsFor, kindsOfConditions, settledBy, withOwnControls } from "./settings.ts";
import { version } from "./version.ts";

/** What the settings and the options that stand beside them say of judging. */
export interface Settled {
  readonly config: Config;
  /** Ours, with the user's own controls. */
  readonly library: AttackLibrary;
  /** The frameworks that are asked for; empty where all are. */
  readonly measured: Pick<ScanOptions, "frameworks">;
  /** What has to be read for these controls, or for all. */
  readonly kinds: (controls?: readonly Control[]) => readonly string[];
  /** How this snapshot is judged, with the exceptions that are made for it. */
  readonly options: (snapshot: Snapshot) => Promise<ScanOptions>;
}

export async function settledFor(call: Call): Promise<Settled> {
  const { cwd } = call.terminal;
  const config = await loadConfig(cwd, call.text("config"));
  const known = await withOwnControls(library, [...config.controls, ...call.list("controls")], cwd);
  const frameworks = allChosen(
    known.frameworks,
    call.list("framework").length > 0 ? call.list("framework") : (config.frameworks ?? []),
    "framework",
    "plimsoll frameworks lists them",
  );
  const named = [...known.controls, ...(known.detections ?? [])];
  return {
    config,
    library: known,
    measured: frameworks.length === 0 ? {} : { frameworks: frameworks.map(({ id }) => id) },
    kinds: (controls = []) => [
      ...kindsNeeded(controls.length > 0 ? controls : known.controls),
      ...kindsOfConditions(config),
    ],
    options: async (snapshot) => ({
      toolVersion: version,
      exceptions: await exceptionsFor(config, snapshot, named, cwd),
      ...settledBy(config),
    }),
  };
}

/** The same where a folder is judged beside another: an exception by file that is written for the other holds here, too. */
export function standingIn(settled: Settled, here: string, there: string): Settled {
  const moved = (exception: Exception): Exception => {
    const { file } = exception.match;
    if (file === undefined || below(here, file) !== undefined) return exception;
    const rest = below(there, file);
    return rest === undefined
      ? exception
      : { ...exception, match: { ...exception.match, file: join(here, rest) } };
  };
  return {
    ...settled,
    options: async (snapshot) => {
      const { exceptions = [], ...more } = await settled.options(snapshot);
      return { ...more, exceptions: exceptions.map(moved) };
    },
  };
}

/** What of a file's name comes after a folder's, `""` for the folder itself; `undefined` where it is elsewhere. */
function below(folder: string, file: string): string | undefined {
  const root = normalize(folder).replace(/\/$/, "");
  if (root === ".") return isAbsolute(file) || file.startsWith("../") ? undefined : file;
  if (file === root) return "";
  return file.startsWith(`${root}/`) ? file.slice(root.length + 1) : undefined;
}

export interface Judging {
  readonly source: Source;
  readonly snapshot: Snapshot;
  readonly library: AttackLibrary;
  readonly report: Report;
  /** Judges another snapshot in the same way. */
  readonly again: (snapshot: Snapshot) => Report;
  /** Reads the source anew and judges it. */
  readonly anew: () => Promise<Report>;
}

export async function judging(call: Call): Promise<Judging> {
  const settled = await settledFor(call);
  const source = await sourceOf(call);
  if (source.allContexts)
    throw new UserError("usage", "one cluster at a time", "leave --all-contexts out and name a --context");
  const read = async (): Promise<Snapshot> => {
    const [snapshot] = await readSource(source, settled.kinds(), call);
    mustHoldSomething(snapshot!, source);
    return snapshot!;
  };
  const snapshot = await read();
  const options = await settled.options(snapshot);
  const again = (other: Snapshot): Report => judge(other, settled.library, options);
  return {
    source,
    snapshot,
    library: settled.library,
    report: again(snapshot),
    again,
    anew: async () => again(await read()),
  };
}
