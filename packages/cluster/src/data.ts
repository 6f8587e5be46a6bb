/** Data files of our own, settings and controls: their values, and where each of them stands. */
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import {
  locate,
  sanitize,
  UserError,
  type Json,
  type Path,
  type Resource,
  type UserErrorCode,
} from "@plimsoll/core";
import { documentsOf } from "./documents.ts";
import { RefusedError } from "./limit.ts";
import { createLines } from "./spot.ts";
import { decode, longestString } from "./text.ts";

export interface DataDocument {
  readonly value: Json;
  /** `FILE:LINE:COLUMN` of the value at a path, or of the nearest parent that stands there. */
  readonly place: (path: Path) => string;
}

export interface Reading {
  /** How the file is called to people. */
  readonly shown?: string;
  readonly hint?: string;
  /** Bytes; default: what a text can hold. */
  readonly most?: number;
}

/** The text of a file, or of a pipe. Whatever is wrong with it is a `UserError`; a device, which may never end, is none. */
export async function readText(file: string, code: UserErrorCode, reading: Reading = {}): Promise<string> {
  return textIn(await readBytes(file, code, reading), file, code, reading);
}

/** The same, as it stands. */
export async function readBytes(file: string, code: UserErrorCode, reading: Reading = {}): Promise<Buffer> {
  try {
    return await bytesOf(file, Math.min(reading.most ?? longestString, longestString));
  } catch (error) {
    throw unreadable(file, code, reading, error);
  }
}

/** The text of bytes that were read already. */
export function textIn(bytes: Buffer, file: string, code: UserErrorCode, reading: Reading = {}): string {
  try {
    return decode(bytes);
  } catch (error) {
    throw unreadable(file, code, reading, error);
  }
}

function unreadable(
  file: string,
  code: UserErrorCode,
  { shown = file, hint = "" }: Reading,
  cause: unknown,
): UserError {
  const why =
    cause instanceof RefusedError ? cause.message : ((cause as NodeJS.ErrnoException).code ?? String(cause));
  return new UserError(code, `cannot read ${sanitize(shown)}: ${why}`, hint, { cause });
}

/** What a pipe brings is counted while it comes. */
async function bytesOf(file: string, most: number): Promise<Buffer> {
  const stats = await stat(file);
  if (!stats.isFile() && !stats.isFIFO()) throw new RefusedError("shape", "it is no file");
  const tooLong = new RefusedError("size", `it is larger than ${Math.ceil(most / 2 ** 20)} MiB`);
  if (stats.size > most) throw tooLong;
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of createReadStream(file) as AsyncIterable<Buffer>) {
    size += piece.length;
    if (size > most) throw tooLong;
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

/** Every document of a YAML or JSON file. Whatever is wrong with it is a `UserError` that names the place, in the file as it is shown. */
export async function readData(
  file: string,
  code: UserErrorCode,
  shown = file,
): Promise<readonly DataDocument[]> {
  return documentsIn(await readText(file, code, { shown }), shown, code);
}

/** The same of bytes that were read already. */
export function dataIn(bytes: Uint8Array, file: string, code: UserErrorCode): readonly DataDocument[] {
  return documentsIn(textIn(Buffer.from(bytes), file, code), file, code);
}

function documentsIn(text: string, file: string, code: UserErrorCode): readonly DataDocument[] {
  const lines = createLines(text);
  return [...documentsOf(text, "either", () => true)].flatMap((part) => {
    if (part.part === "refused") {
      const { line, column } = lines.at(part.base + Math.max(0, part.error.offset));
      throw new UserError(code, `${file}:${line}:${column}: ${part.error.message}`);
    }
    if (part.value === null || part.value === undefined) return [];
    const positions = lines.tableOf(part.spot, part.base);
    const value = part.value as Json;
    const place = (path: Path): string => {
      const found = locate(value as Resource, { file, positions }, path);
      return found === undefined ? file : `${file}:${found.line}:${found.column}`;
    };
    return [{ value, place }];
  });
}
