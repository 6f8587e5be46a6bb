/** Fixes applied to a cluster: rehearsed by the server, recorded so that they can be taken back, then made. */
import { resolve } from "node:path";
import { refKey, sanitize, UserError, type ResourceRef } from "@plimsoll/core";
import {
  accessOf,
  ApiError,
  openChanger,
  openWorld,
  type Changer,
  type PatchStep,
  type Prepared,
} from "@plimsoll/cluster";
import { checkTarget, writeTarget } from "../output.ts";
import { editsIn, type ResourceFix } from "./merge.ts";

/** What takes changes back; written before they are made. */
export interface UndoRecord {
  readonly format: "plimsoll-undo";
  readonly version: 1;
  /** RFC 3339. */
  readonly at: string;
  readonly server: string;
  readonly edits: readonly string[];
  readonly changes: readonly {
    readonly resource: ResourceRef;
    readonly path: string;
    readonly undo: readonly PatchStep[];
  }[];
}

export interface Door {
  readonly changer: Changer;
  readonly server: string;
}

export async function openDoor(kubeconfig: string | undefined, context: string | undefined): Promise<Door> {
  const access = await accessOf(kubeconfig, context);
  return { changer: await openChanger(access, await openWorld()), server: access.server.href };
}

export interface Rehearsed {
  readonly fix: ResourceFix;
  readonly prepared: Prepared;
}

export interface Refused {
  readonly fix: ResourceFix;
  readonly why: string;
}

/** Asks the server of each change whether it would take it. Nothing is changed. */
export async function rehearsed(
  { changer }: Door,
  fixes: readonly ResourceFix[],
): Promise<{ readonly ready: readonly Rehearsed[]; readonly refused: readonly Refused[] }> {
  const ready: Rehearsed[] = [];
  const refused: Refused[] = [];
  for (const fix of fixes) {
    try {
      ready.push({ fix, prepared: await changer.prepare(fix.record, fix.operations) });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      refused.push({ fix, why: error.message });
    }
  }
  return { ready, refused };
}

export function recordOf({ server }: Door, ready: readonly Rehearsed[], at: string): UndoRecord {
  return {
    format: "plimsoll-undo",
    version: 1,
    at,
    server,
    edits: editsIn(ready.map(({ fix }) => fix)).map(({ id }) => id),
    // The last is taken back first.
    changes: ready.map(({ prepared: { resource, path, undo } }) => ({ resource, path, undo })).toReversed(),
  };
}

/** The file may hold values of the objects: it is for its owner alone. A record that is there already is not written over. */
export async function writeRecord(record: UndoRecord, file: string, cwd: string): Promise<void> {
  const target = await checkTarget(file, cwd);
  await writeTarget(target, [`${JSON.stringify(record, undefined, 2)}\n`], 0o600);
}

/** Throws a `UserError` (`output`) at the first that the server refuses after all; those before it stay. */
export async function applied({ changer }: Door, ready: readonly Rehearsed[], record: string): Promise<void> {
  for (const [index, { prepared }] of ready.entries()) {
    try {
      await changer.send(prepared.path, prepared.steps, false);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      const done = `${index} of ${ready.length} were made`;
      throw new UserError(
        "output",
        `${sanitize(refKey(prepared.resource))}: ${sanitize(error.message)} (${done})`,
        index === 0 ? "" : `plimsoll fix --undo ${sanitize(record)} takes them back`,
        { cause: error },
      );
    }
  }
}

/** Takes changes back, all or none as far as the server says so beforehand. Those of which nothing was made are passed over. */
export async function undone(door: Door, record: UndoRecord): Promise<readonly string[]> {
  if (record.server !== door.server)
    throw new UserError(
      "usage",
      "the record is of another cluster",
      `name its context: ${sanitize(record.server)}`,
    );
  const told: string[] = [];
  const ready: UndoRecord["changes"][number][] = [];
  for (const change of record.changes) {
    try {
      await door.changer.send(change.path, change.undo, true);
      ready.push(change);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      told.push(`${refKey(change.resource)}: it is not as the fix left it (${error.message})`);
    }
  }
  if (told.length > 0) return told;
  for (const { path, undo } of ready) await door.changer.send(path, undo, false);
  return [];
}

export async function readRecord(file: string, cwd: string): Promise<UndoRecord> {
  const odd = (cause?: unknown): UserError =>
    new UserError(
      "no-input",
      `${sanitize(file)} is no undo record of ours`,
      "plimsoll fix --apply writes one",
      {
        cause,
      },
    );
  const { readText } = await import("@plimsoll/cluster");
  let value: unknown;
  try {
    value = JSON.parse(await readText(resolve(cwd, file), "no-input", { shown: file }));
  } catch (error) {
    throw odd(error);
  }
  if (!isRecord(value)) throw odd();
  return value;
}

function isRecord(value: unknown): value is UndoRecord {
  if (typeof value !== "object" || value === null) return false;
  const { format, version, changes, server } = value as Partial<UndoRecord>;
  return (
    format === "plimsoll-undo" &&
    version === 1 &&
    typeof server === "string" &&
    Array.isArray(changes) &&
    changes.every(
      ({ path, undo, resource }) =>
        typeof path === "string" &&
        path.startsWith("/") &&
        Array.isArray(undo) &&
        typeof resource === "object",
    )
  );
}
