/** A request's body as JSON. What other tools made is unpacked and looked over before it is read: it may be made to harm. */
import { promisify } from "node:util";
import { gunzip, zstdDecompress } from "node:zlib";
import { ProblemError } from "../api/problem.ts";

export interface BodyOptions {
  /** As the header says it. */
  readonly encoding: string | undefined;
  readonly isDocument: boolean;
  /** Bytes, of what is unpacked too. */
  readonly most: number;
}

/** Of a document: so deep, and so many objects and lists, each of which takes memory however short it is. */
const deepest = 200;
const mostParts = 1_000_000;

/** Throws a `ProblemError`. */
export async function jsonIn(bytes: Buffer, { encoding, isDocument, most }: BodyOptions): Promise<unknown> {
  try {
    if (!isDocument) return JSON.parse(bytes.toString("utf8"));
    const plain = await unpacked(bytes, encoding, most);
    mustBeShallow(plain);
    return JSON.parse(textOf(plain));
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

async function unpacked(bytes: Buffer, encoding = "identity", most: number): Promise<Buffer> {
  if (encoding === "identity") return bytes;
  const unpack = unpackers.get(encoding);
  if (unpack === undefined)
    throw new ProblemError("bad-request", "the body is packed as nothing that is known: gzip and zstd are");
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
function mustBeShallow(bytes: Buffer): void {
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
