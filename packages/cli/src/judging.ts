/** Reads one source and judges it as the settings have it: for the commands that go on from a report. */
import {
  kindsNeeded,
  scan as judge,
  UserError,
  type AttackLibrary,
  type Report,
  type Snapshot,
} from "@plimsoll/core";
import { library } from "@plimsoll/library";
import type { Call } from "./command.ts";
import { loadConfig } from "./config.ts";
import { mustHoldSomething, readSource, sourceOf, type Source } from "./input.ts";
import { exceptionsFor, kindsOfConditions, settledBy, withOwnControls } from "./settings.ts";
import { version } from "./version.ts";

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
  const { terminal } = call;
  const config = await loadConfig(terminal.cwd, call.text("config"));
  const known = await withOwnControls(library, [...config.controls, ...call.list("controls")], terminal.cwd);
  const source = await sourceOf(call);
  if (source.allContexts)
    throw new UserError("usage", "one cluster at a time", "leave --all-contexts out and name a --context");
  const kinds = [...kindsNeeded(known.controls), ...kindsOfConditions(config)];
  const read = async (): Promise<Snapshot> => {
    const [snapshot] = await readSource(source, kinds, call);
    mustHoldSomething(snapshot!, source);
    return snapshot!;
  };
  const snapshot = await read();
  const controls = [...known.controls, ...(known.detections ?? [])];
  const exceptions = await exceptionsFor(config, snapshot, controls, terminal.cwd);
  const options = { toolVersion: version, exceptions, ...settledBy(config) };
  const again = (other: Snapshot): Report => judge(other, known, options);
  return {
    source,
    snapshot,
    library: known,
    report: again(snapshot),
    again,
    anew: async () => again(await read()),
  };
}
