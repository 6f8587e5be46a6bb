/** Files with fixes in them: worked out without writing, then written all or none, and only over what was read. */
import { randomBytes } from "node:crypto";
import { constants } from "node:fs";
import { lstat, open, readFile, rename, rm } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { sanitize, UserError } from "@plimsoll/core";
import { lower, raise } from "../standing.ts";
import type { ResourceFix } from "./merge.ts";

/** One file as it is to be. */
export interface FileChange {
  /** As it is shown: relative to where the command runs. */
  readonly file: string;
  readonly path: string;
  readonly before: Buffer;
  readonly after: Buffer;
  readonly fixes: readonly ResourceFix[];
  readonly notes: readonly string[];
}

/** Nothing is written there. */
export interface Refusal {
  readonly file: string;
  readonly fixes: readonly ResourceFix[];
  readonly why: string;
}

/** A file is changed whole or not at all. */
export async function fileChanges(
  fixes: readonly ResourceFix[],
  cwd: string,
): Promise<{ readonly changes: readonly FileChange[]; readonly refusals: readonly Refusal[] }> {
  const { rewriteFile } = await import("@plimsoll/cluster");
  const changes: FileChange[] = [];
  const refusals: Refusal[] = [];
  for (const [file, own] of Map.groupBy(fixes, ({ record }) => record.source.file)) {
    const path = resolve(cwd, file);
    const before = await readRegular(path);
    const made = typeof before === "string" ? { refused: before } : await rewriteFile(before, file, own);
    if ("refused" in made || typeof before === "string")
      refusals.push({ file, fixes: own, why: "refused" in made ? made.refused : "" });
    else changes.push({ file, path, before, after: Buffer.from(made.text), fixes: own, notes: made.notes });
  }
  return { changes, refusals };
}

/** Why there are no bytes of a file, where there is none. */
export const notThere = "it is not there";

/** The bytes of a regular file, or why there are none. */
export async function readRegular(path: string): Promise<Buffer | string> {
  try {
    const found = await lstat(path);
    if (found.isSymbolicLink()) return "it is a symbolic link, which is not followed";
    return found.isFile() ? await readFile(path) : "it is no regular file";
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === "ENOENT" ? notThere : `it cannot be read (${code ?? String(error)})`;
  }
}

/**
 * Every new text is written beside its file first, with the file's mode and owner; then each takes its file's place. Where that fails
 * midway, those already in place are put back. Throws `UserError` (`output`).
 */
export async function writeChanges(changes: readonly FileChange[]): Promise<void> {
  const drafts: { readonly change: FileChange; readonly draft: string }[] = [];
  const placed: FileChange[] = [];
  try {
    for (const change of changes) drafts.push({ change, draft: await draftOf(change.path, change.after) });
    for (const change of changes) await mustBeAsRead(change);
    for (const { change, draft } of drafts) {
      await rename(draft, change.path);
      placed.push(change);
    }
  } catch (error) {
    for (const { path, before } of placed) await rename(await draftOf(path, before), path);
    if (error instanceof UserError) throw error;
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new UserError("output", `nothing was written: ${code}`, "", { cause: error });
  } finally {
    for (const { draft } of drafts) {
      await rm(draft, { force: true });
      lower(draft);
    }
  }
}

async function draftOf(path: string, bytes: Buffer): Promise<string> {
  const { mode, uid, gid } = await lstat(path);
  const name = `.${basename(path).slice(0, 100)}.${randomBytes(6).toString("hex")}.tmp`;
  const draft = join(dirname(path), name);
  raise(draft);
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
  const handle = await open(draft, flags, 0o600);
  try {
    await handle.writeFile(bytes);
    if (process.getuid?.() === 0) await handle.chown(uid, gid);
    await handle.chmod(mode & 0o7777);
    await handle.sync();
  } finally {
    await handle.close();
  }
  return draft;
}

async function mustBeAsRead({ file, path, before }: FileChange): Promise<void> {
  const now = await readRegular(path);
  if (typeof now !== "string" && now.equals(before)) return;
  throw new UserError(
    "output",
    `${sanitize(file)} was changed meanwhile: nothing was written`,
    "run the command again",
  );
}
