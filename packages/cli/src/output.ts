/** Writes a result to a file that is never seen half written: a temporary file beside it, then a rename. */
import { constants } from "node:fs";
import { access, lstat, open, rename, rm, type FileHandle } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { sanitize, UserError } from "@plimsoll/core";
import { lower, raise } from "./standing.ts";

const pieceSize = 256 * 1024;
const bufferSize = 4 * pieceSize;

export interface Target {
  readonly path: string;
  /** A device or a pipe: written to as it is. */
  readonly direct: boolean;
}

/** Checks, before any work, that a file can be written there. A symbolic link is not followed: it might lead anywhere. */
export async function checkTarget(file: string, cwd: string): Promise<Target> {
  const path = resolve(cwd, file);
  const found = await lstat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw unwritable(file, error);
  });
  if (found?.isSymbolicLink() === true)
    throw new UserError(
      "output",
      `${sanitize(file)} is a symbolic link, which is not followed`,
      "name the file it leads to, or remove it",
    );
  if (found?.isDirectory() === true)
    throw new UserError("output", `${sanitize(file)} is a folder`, "name a file in it");
  if (found !== undefined && !found.isFile()) return { path, direct: true };
  try {
    await access(dirname(path), constants.W_OK);
    if (found !== undefined) await access(path, constants.W_OK);
  } catch (error) {
    throw unwritable(file, error);
  }
  return { path, direct: false };
}

function unwritable(file: string, cause: unknown): UserError {
  const code = (cause as NodeJS.ErrnoException).code ?? "";
  const why: { readonly [code: string]: string } = {
    ENOENT: "its folder does not exist",
    ENOTDIR: "its folder is a file",
    EACCES: "permission denied",
    EPERM: "permission denied",
    EROFS: "the file system is read-only",
    ENOSPC: "the disk is full",
    EDQUOT: "the quota is used up",
  };
  return new UserError(
    "output",
    `cannot write ${sanitize(file)}: ${why[code] ?? code}`,
    "choose another --output",
    { cause },
  );
}

/** Writes all pieces, or leaves what was there before as it was. */
export async function writeTarget(
  target: Target,
  pieces: Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>,
  mode = 0o666,
): Promise<void> {
  if (target.direct) return writeDirect(target.path, pieces);
  // Nobody is kept out by the name, but by O_EXCL; node:crypto takes longer to load than a small report to write.
  const serial = Math.random().toString(36).slice(2);
  const temporary = join(dirname(target.path), `.${basename(target.path).slice(0, 100)}.${serial}.tmp`);
  raise(temporary);
  try {
    const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
    const handle = await open(temporary, flags, mode);
    try {
      await writePieces(handle, pieces);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, target.path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw isSystemError(error) ? unwritable(target.path, error) : error;
  } finally {
    lower(temporary);
  }
}

async function writeDirect(path: string, pieces: Parameters<typeof writeTarget>[1]): Promise<void> {
  try {
    const handle = await open(path, constants.O_WRONLY | constants.O_NOFOLLOW);
    try {
      await writePieces(handle, pieces);
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw isSystemError(error) ? unwritable(path, error) : error;
  }
}

/**
 * Text goes through a buffer, piece by piece: to join the pieces first would copy each of them once more. Of two buffers
 * one is filled while the other is written.
 */
async function writePieces(handle: FileHandle, pieces: Parameters<typeof writeTarget>[1]): Promise<void> {
  let buffer = Buffer.allocUnsafeSlow(bufferSize);
  let other = Buffer.allocUnsafeSlow(bufferSize);
  let filled = 0;
  let writing = Promise.resolve();
  const begin = async (piece: string | Uint8Array): Promise<void> => {
    await writing;
    writing = handle.writeFile(piece);
    writing.catch(() => undefined); // thrown where it is waited for
  };
  const flush = async (): Promise<void> => {
    if (filled === 0) return;
    await begin(buffer.subarray(0, filled));
    [buffer, other] = [other, buffer];
    filled = 0;
  };
  const put = async (piece: string | Uint8Array): Promise<void> => {
    await flush();
    if (fits(piece, 0)) filled = buffer.write(piece);
    else await begin(piece);
  };
  /** Nothing to wait for where it fits: to wait for each of a hundred thousand pieces would take as long as writing them. */
  const add = (piece: string | Uint8Array): Promise<void> | undefined => {
    if (!fits(piece, filled)) return put(piece);
    filled += buffer.write(piece, filled);
    return undefined;
  };
  if (Symbol.asyncIterator in pieces) for await (const piece of pieces) await add(piece);
  else
    for (const piece of pieces) {
      const waits = add(piece);
      if (waits !== undefined) await waits;
    }
  await flush();
  await writing;
}

/** No character of a string takes more than three bytes. */
function fits(piece: string | Uint8Array, filled: number): piece is string {
  return typeof piece === "string" && filled + piece.length * 3 <= bufferSize;
}

/** Joins small pieces of text, so that each write is worth its system call. */
export async function* gathered(
  pieces: Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>,
): AsyncIterable<string | Uint8Array> {
  let text = "";
  const take = (piece: string | Uint8Array): readonly (string | Uint8Array)[] => {
    if (typeof piece === "string") {
      text += piece;
      if (text.length < pieceSize) return none;
    }
    const full = typeof piece === "string" ? [text] : text === "" ? [piece] : [text, piece];
    text = "";
    return full;
  };
  if (Symbol.asyncIterator in pieces) for await (const piece of pieces) yield* take(piece);
  else for (const piece of pieces) yield* take(piece);
  if (text !== "") yield text;
}

const none: readonly string[] = [];

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && typeof (error as NodeJS.ErrnoException).errno === "number";
}
