/** The files of a packaged chart (`.tgz`), in memory, with the limits that helm sets. */
import { gunzipSync } from "node:zlib";
import { failure } from "../template/fault.ts";

export const longestFile = 5 * 1024 * 1024;
export const longestChart = 100 * 1024 * 1024;
export const mostFiles = 20_000;

export interface Entry {
  readonly name: string;
  readonly bytes: Buffer;
}

const blockSize = 512;

/** Names are without the folder that all of them stand in. Throws `RenderError` for what helm refuses. */
export function readArchive(packed: Buffer): readonly Entry[] {
  const entries: Entry[] = [];
  for (const { name, bytes } of tarEntries(unpacked(packed))) {
    const slash = name.includes("\\") ? "\\" : "/";
    const parts = name.split(slash);
    if (parts[0] === "Chart.yaml") throw failure("chart yaml not in base directory");
    entries.push({ name: cleanName(parts.slice(1).join("/"), name), bytes });
    if (entries.length > mostFiles) throw failure("a packaged chart of more than 20,000 files");
  }
  if (entries.length === 0) throw failure("no files in chart archive");
  return entries;
}

function unpacked(packed: Buffer): Buffer {
  try {
    return gunzipSync(packed, { maxOutputLength: longestChart + longestFile });
  } catch (error) {
    throw failure(`not a packaged chart: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function cleanName(name: string, given: string): string {
  if (name.startsWith("/")) throw failure("chart illegally contains absolute paths");
  const parts: string[] = [];
  for (const part of name.split("/")) {
    if (part === "" || part === ".") continue;
    if (part !== "..") parts.push(part);
    else if (parts.pop() === undefined) throw failure("chart illegally references parent directory");
  }
  if (parts.length === 0) {
    throw failure(
      `chart illegally contains content outside the base directory: ${JSON.stringify(given.slice(0, 80))}`,
    );
  }
  const path = parts.join("/");
  if (/^[a-zA-Z]:\//.test(path)) throw failure("chart contains illegally named files");
  return path;
}

function* tarEntries(bytes: Buffer): Generator<Entry> {
  let longName: string | undefined;
  let total = 0;
  for (let at = 0; at + blockSize <= bytes.length;) {
    const header = bytes.subarray(at, at + blockSize);
    if (header[0] === 0) break;
    const size = sizeOf(header);
    const start = at + blockSize;
    if (start + size > bytes.length) throw failure("not a packaged chart: it ends too early");
    const body = bytes.subarray(start, start + size);
    at = start + Math.ceil(size / blockSize) * blockSize;
    const type = String.fromCharCode(header[156] ?? 0);
    if (type === "L") longName = cut(body);
    else if (type === "x") longName = paxPath(body) ?? longName;
    else if (type !== "g") {
      const name = longName ?? nameOf(header);
      longName = undefined;
      if (type === "5" || name.endsWith("/")) continue;
      total += size;
      if (size > longestFile)
        throw failure(`decompressed chart file ${JSON.stringify(name)} is larger than 5 MiB`);
      if (total > longestChart) throw failure("decompressed chart is larger than 100 MiB");
      yield { name, bytes: type === "0" || type === "\0" ? body : Buffer.alloc(0) };
    }
  }
}

function cut(bytes: Buffer): string {
  const end = bytes.indexOf(0);
  return bytes.subarray(0, end === -1 ? bytes.length : end).toString("utf8");
}

function nameOf(header: Buffer): string {
  const name = cut(header.subarray(0, 100));
  const prefix =
    header.subarray(257, 262).toString("latin1") === "ustar" ? cut(header.subarray(345, 500)) : "";
  return prefix === "" ? name : `${prefix}/${name}`;
}

function sizeOf(header: Buffer): number {
  const text = cut(header.subarray(124, 136)).trim();
  if (!/^[0-7]+$/.test(text)) throw failure("not a packaged chart: a file's size cannot be read");
  return Number.parseInt(text, 8);
}

function paxPath(body: Buffer): string | undefined {
  for (let at = 0; at < body.length;) {
    const blank = body.indexOf(0x20, at);
    const size = Number(body.subarray(at, blank).toString("latin1"));
    if (blank === -1 || !Number.isInteger(size) || size <= 0) return undefined;
    const [key, ...value] = body
      .subarray(blank + 1, at + size - 1)
      .toString("utf8")
      .split("=");
    if (key === "path") return value.join("=");
    at += size;
  }
  return undefined;
}
