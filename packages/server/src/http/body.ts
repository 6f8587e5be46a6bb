/** A request's body as JSON, for all doors: looked over before it is read, since it may be made to harm. */
import { promisify } from "node:util";
import { gunzip, zstdDecompress } from "node:zlib";
import { ProblemError } from "../api/problem.ts";

export interface BodyOptions {
  /** As the header says it. */
  readonly encoding: string | undefined;
  /** It may come packed, and must be UTF-8. */
  readonly isDocument: boolean;
  /** Bytes, of what is unpacked too. */
  readonly most: number;
  /** How deep objects and lists may lie in each other. */
  readonly deepest: number;
}

/** Objects and lists, each of which takes memory however short it is. */
const mostParts = 1_000_000;

/** Throws a `ProblemError`. */
export async function jsonIn(
  bytes: Buffer,
  { encoding = "identity", isDocument, most, deepest }: BodyOptions,
): Promise<unknown> {
  try {
    const plain =
      encoding === "identity" ? bytes : await unpacked(bytes, encoding, isDocument ? unpackers : none, most);
    mustBeShallow(plain, deepest);
    return JSON.parse(isDocument ? textOf(plain) : plain.toString("utf8"));
  } catch (error) {
    if (error instanceof ProblemError) throw error;
    throw new ProblemError("bad-request", "the body is no JSON", { cause: error });
  }
}

type Unpack = (bytes: Buffer, options: { readonly maxOutputLength: number }) => Promise<Buffer>;

const unpackers: ReadonlyMap<string, Unpack> = new Map<string, Unpack>([
  ["gzip", promisify(gunzip) as Unpack],
  ["zstd", promisify(zstdDecompress) as Unpack],
]);

const none: typeof unpackers = new Map();

async function unpacked(
  bytes: Buffer,
  encoding: string,
  known: typeof unpackers,
  most: number,
): Promise<Buffer> {
  const unpack = known.get(encoding);
  if (unpack === undefined) {
    const names = [...known.keys()].join(" or ");
    throw new ProblemError(
      "bad-request",
      `the body may ${names === "" ? "not be packed" : `be packed as ${names} alone`}`,
    );
  }
  try {
    return await unpack(bytes, { maxOutputLength: most });
  } catch (error) {
    const isLarge = error instanceof Error && "code" in error && error.code === "ERR_BUFFER_TOO_LARGE";
    throw isLarge
      ? new ProblemError("too-large", `unpacked it is larger than ${most >> 20} MiB`)
      : new ProblemError("bad-request", `the body is no whole ${encoding}`, { cause: error });
  }
}

function textOf(bytes: Buffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    throw new ProblemError("bad-request", "the body is no UTF-8", { cause: error });
  }
}

/** Counts brackets outside of texts: nothing is made of the body yet. */
function mustBeShallow(bytes: Buffer, deepest: number): void {
  let [depth, parts, isText] = [0, 0, false];
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (isText) {
      if (byte === 0x5c) at += 1;
      else if (byte === 0x22) isText = false;
    } else if (byte === 0x22) isText = true;
    else if (byte === 0x7b || byte === 0x5b) {
      depth += 1;
      parts += 1;
      if (depth > deepest) throw new ProblemError("bad-request", `the body is nested deeper than ${deepest}`);
    } else if (byte === 0x7d || byte === 0x5d) depth -= 1;
  }
  if (parts > mostParts)
    throw new ProblemError("too-large", `the body has more than ${mostParts} objects and lists`);
}
