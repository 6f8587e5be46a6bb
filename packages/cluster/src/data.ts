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

/** The text of a file, or of a pipe. Whatever is wrong with it is a `UserError`; a device, which may never end, is none. */
export async function readText(
  file: string,
  code: UserErrorCode,
  { shown = file, hint = "" } = {},
): Promise<string> {
  try {
    return decode(await bytesOf(file));
  } catch (error) {
    const why =
      error instanceof RefusedError
        ? error.message
        : ((error as NodeJS.ErrnoException).code ?? String(error));
    throw new UserError(code, `cannot read ${sanitize(shown)}: ${why}`, hint, { cause: error });
  }
}

/** What a pipe brings is counted while it comes. */
async function bytesOf(file: string): Promise<Buffer> {
  const stats = await stat(file);
  if (!stats.isFile() && !stats.isFIFO()) throw new RefusedError("shape", "it is no file");
  const tooLong = new RefusedError("size", "a text of more than 512 MiB");
  if (stats.size > longestString) throw tooLong;
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of createReadStream(file) as AsyncIterable<Buffer>) {
    size += piece.length;
    if (size > longestString) throw tooLong;
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

/** Every document of a YAML or JSON file. Whatever is wrong with it is a `UserError` that names the place. */
export async function readData(file: string, code: UserErrorCode): Promise<readonly DataDocument[]> {
  return documentsIn(await readText(file, code), file, code);
}

/** The same of bytes that were read already. */
export function dataIn(bytes: Uint8Array, file: string, code: UserErrorCode): readonly DataDocument[] {
  try {
    return documentsIn(decode(Buffer.from(bytes)), file, code);
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    throw new UserError(code, `cannot read ${file}: ${error.message}`, "", { cause: error });
  }
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
