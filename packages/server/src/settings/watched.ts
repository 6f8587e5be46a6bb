/** The settings that hold now: looked at anew every few seconds; bad ones are refused, and the ones before them stay. */
import { createHash } from "node:crypto";
import { pause, type Clock, type Disk } from "@plimsoll/cluster";
import { sanitize, UserError } from "@plimsoll/core";
import { readSettings, usualSettings, type Settings } from "./settings.ts";

export interface Held {
  readonly settings: Settings;
  readonly file?: string;
  /** Milliseconds since 1970. */
  readonly since: number;
  /** What the file says now is not what holds, and why. */
  readonly refused?: { readonly at: number; readonly because: string };
}

export interface WatchedSettings {
  readonly held: () => Held;
  /** Looks at once. */
  readonly look: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

export interface WatchedOptions {
  readonly clock: Clock;
  readonly disk: Pick<Disk, "read">;
  readonly file?: string;
  /** Milliseconds between looks. A mounted ConfigMap is swapped by links, which no file watch sees everywhere. */
  readonly every?: number;
  readonly onChange: (held: Held) => void;
}

/** Throws a `UserError` where the first settings are bad: there are none to keep. */
export async function watchSettings(options: WatchedOptions): Promise<WatchedSettings> {
  const { clock, disk, file, every = 3_000, onChange } = options;
  const controller = new AbortController();
  const { signal } = controller;
  if (file === undefined) {
    const held: Held = { settings: usualSettings, since: clock.now() };
    return { held: () => held, look: async () => undefined, stop: async () => undefined };
  }
  const first = await disk.read(file).catch((error: unknown) => {
    throw new UserError(
      "bad-config",
      `the settings' file cannot be read: ${wordsOf(error)}`,
      "name it with --config",
    );
  });
  let digest = digestOf(first);
  let held: Held = { settings: await readWhole(disk, first, file), file, since: clock.now() };
  const look = async (): Promise<void> => {
    try {
      const bytes = await disk.read(file);
      const now = digestOf(bytes);
      if (now === digest) return;
      digest = now;
      if (bytes.length === 0) throw new UserError("bad-config", `${file} is empty; {} is no settings`);
      held = { settings: await readWhole(disk, bytes, file), file, since: clock.now() };
    } catch (error) {
      const because = wordsOf(error);
      if (held.refused?.because === because) return;
      const { settings, since } = held;
      held = { settings, since, file, refused: { at: clock.now(), because } };
      digest = ""; // what comes next is new, even if it is what was there before
    }
    onChange(held);
  };
  const done = (async () => {
    while (!signal.aborted) {
      await pause(clock, every, signal);
      if (!signal.aborted) await look();
    }
  })();
  return {
    held: () => held,
    look,
    stop: async () => {
      controller.abort();
      await done;
    },
  };
}

/** With what they name and cannot do without: settings that hold in part are none that anybody wrote. */
async function readWhole(disk: WatchedOptions["disk"], bytes: Uint8Array, file: string): Promise<Settings> {
  const settings = readSettings(bytes, file);
  const { caFile } = settings.egress;
  if (caFile !== undefined)
    await disk.read(caFile).catch((error: unknown) => {
      throw new UserError("bad-config", `${file}: egress.caFile cannot be read: ${wordsOf(error)}`);
    });
  return settings;
}

function wordsOf(error: unknown): string {
  return sanitize(error instanceof Error ? error.message : String(error));
}

function digestOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("base64");
}
