/**
 * Modules of Go that a program was built of, as its build information tells (https://pkg.go.dev/debug/buildinfo): Go writes it
 * into every program since 1.18, behind a magic of its own, at the head of the data that may be written.
 */
import { bytesOf, type Bytes } from "../bytes.ts";
import { purlOf } from "../../purl.ts";
import { defineCataloger, type Finding } from "../cataloger.ts";
import type { Entry } from "../tree.ts";

const magic = new TextEncoder().encode("\xff Go buildinf:".slice(1));
/** Where Go itself looks, and how much of it. */
const looked = 1 << 20;
const mostSegments = 128;
/** A mark of sixteen bytes stands before and after the list of modules. */
const mark = 16;

function read(path: string, finding: Finding, { size }: Entry): void {
  const head = finding.tree.part(path, 0, 64);
  if (head === undefined || head[0] !== 0x7f || head[1] !== 0x45 || head[2] !== 0x4c || head[3] !== 0x46)
    return;
  const found = segmentOf(path, head, finding);
  if (found === undefined || found.at >= size) return;
  const data = finding.tree.part(path, found.at, Math.min(found.length, looked));
  const at = data === undefined ? -1 : magicIn(data);
  if (data === undefined || at < 0) return;
  if ((data[at + 15]! & 2) === 0)
    return finding.left("program of a Go before 1.18, whose modules are not read");
  // What is told may be longer than the piece that it begins in.
  const told = finding.tree.part(path, found.at + at + 32, looked * 4) ?? new Uint8Array();
  const [version, afterVersion] = textAt(told, 0);
  const [modules] = textAt(told, afterVersion);
  if (version === undefined || modules === undefined)
    return finding.left("program of Go that does not tell its modules");
  modulesIn(version, modules, path, finding);
}

/** The first segment that may be written and is none to be run: where build information lies. */
function segmentOf(
  path: string,
  head: Uint8Array,
  { tree }: Finding,
): { readonly at: number; readonly length: number } | undefined {
  const wide = head[4] === 2;
  const order = head[5] === 2 ? "big" : "little";
  const elf = bytesOf(head, order);
  const table = wide ? elf.u64(32) : elf.u32(28);
  const [size, count] = [elf.u16(wide ? 54 : 42), elf.u16(wide ? 56 : 44)];
  if (table === undefined || size === undefined || count === undefined || count > mostSegments)
    return undefined;
  const bytes = tree.part(path, table, size * count);
  if (bytes === undefined) return undefined;
  const segments = bytesOf(bytes, order);
  for (let index = 0; index < count; index += 1) {
    const found = segmentAt(segments, index * size, wide);
    if (found !== undefined) return found;
  }
  return undefined;
}

const load = 1;
const [runs, writes] = [1, 2];

function segmentAt(
  segments: Bytes,
  at: number,
  wide: boolean,
): { readonly at: number; readonly length: number } | undefined {
  const flags = segments.u32(at + (wide ? 4 : 24)) ?? 0;
  if (segments.u32(at) !== load || (flags & (runs | writes)) !== writes) return undefined;
  const [from, length] = wide
    ? [segments.u64(at + 8), segments.u64(at + 32)]
    : [segments.u32(at + 4), segments.u32(at + 16)];
  return from === undefined || length === undefined ? undefined : { at: from, length };
}

function magicIn(data: Uint8Array): number {
  for (let at = 0; at + 32 <= data.length; at += 16) {
    if (data[at] === 0xff && magic.every((byte, index) => data[at + 1 + index] === byte)) return at;
  }
  return -1;
}

/** A text behind its length, and where the next begins. */
function textAt(data: Uint8Array, from: number): readonly [string | undefined, number] {
  let [length, scale, at] = [0, 1, from];
  for (; at < from + 6; at += 1) {
    const byte = data[at];
    if (byte === undefined) return [undefined, at];
    length += (byte & 0x7f) * scale;
    scale *= 128;
    if (byte < 0x80) break;
  }
  const start = at + 1;
  if (start + length > data.length) return [undefined, start];
  // The marks are no UTF-8: they are cut off as bytes.
  return [new TextDecoder("latin1").decode(data.subarray(start, start + length)), start + length];
}

function modulesIn(version: string, framed: string, path: string, finding: Finding): void {
  const standard = /^go(\d\S*)/.exec(version)?.[1];
  if (standard !== undefined) finding.package({ purl: purlOf("golang", "stdlib", standard), files: [path] });
  if (framed.length < 2 * mark) return finding.left("program of Go that does not tell its modules");
  const lines = framed
    .slice(mark, -mark)
    .split("\n")
    .map((line) => line.split("\t"));
  for (const [index, [word, name = "", own = ""]] of lines.entries()) {
    if (word !== "dep" && word !== "mod") continue;
    // A line `=>` says what stands in the place of the one before it.
    const [next, other = "", otherOwn = ""] = lines[index + 1] ?? [];
    const [module, release] = next === "=>" ? [other, otherOwn] : [name, own];
    if (module === "" || module.startsWith(".") || module.startsWith("/")) continue;
    const known = release === "(devel)" ? "" : release;
    finding.package({ purl: purlOf("golang", module, known), files: [path] });
  }
}

export const go = defineCataloger({
  id: "go",
  title: "Go modules",
  wants: (_, { kind, executable, size }) => kind === "file" && executable && size > 100_000,
  read,
  examples: [
    {
      title: "a script is no program",
      files: { "/bin/run": `#!/bin/sh\n${"#".repeat(100_001)}` },
      executable: ["/bin/run"],
      gives: { packages: [] },
    },
  ],
});
