/**
 * Modules of Go that a program was built of, as its build information tells (https://pkg.go.dev/debug/buildinfo): Go writes it
 * into every program since 1.18, behind a magic of its own.
 */
import { bytesOf } from "../bytes.ts";
import { purlOf } from "../../purl.ts";
import { defineCataloger, type Finding } from "../cataloger.ts";
import type { Entry } from "../tree.ts";

const magic = new TextEncoder().encode("\xff Go buildinf:".slice(1));
/** Where Go itself looks, and how much of it. */
const looked = 1 << 20;
const mostRows = 1_024;
const mostNames = 65_536;
/** A mark of sixteen bytes stands before and after the list of modules. */
const mark = 16;

function read(path: string, finding: Finding, { size }: Entry): void {
  const head = finding.tree.part(path, 0, 64);
  if (head === undefined || head[0] !== 0x7f || head[1] !== 0x45 || head[2] !== 0x4c || head[3] !== 0x46)
    return;
  const found = pieceOf(path, head, finding);
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

interface Piece {
  readonly at: number;
  readonly length: number;
}

/** Rows of one size; `field` is where one begins in 64 bits, and in 32. */
interface Table {
  readonly count: number;
  readonly number: (row: number, field: Field) => number;
  readonly address: (row: number, field: Field) => number;
}

type Field = readonly [wide: number, narrow: number];

/**
 * As Go looks for it: the section of that name, and where no sections are told the first segment that may be written and is
 * none to be run. A program that may lie anywhere in memory has two such, and it is in the other.
 */
function pieceOf(path: string, head: Uint8Array, finding: Finding): Piece | undefined {
  const wide = head[4] === 2;
  const order = head[5] === 2 ? "big" : "little";
  const elf = bytesOf(head, order);
  const at = (field: Field): number => field[wide ? 0 : 1];
  const tableAt = (place: Field, [size, count]: readonly [Field, Field]): Table | undefined => {
    const [from = 0, width = 0, rows = 0] = [
      wide ? elf.u64(at(place)) : elf.u32(at(place)),
      elf.u16(at(size)),
      elf.u16(at(count)),
    ];
    const found = from === 0 || rows > mostRows ? undefined : finding.tree.part(path, from, width * rows);
    if (found === undefined) return undefined;
    const bytes = bytesOf(found, order);
    const number = (row: number, field: Field): number => bytes.u32(row * width + at(field)) ?? 0;
    const long = (row: number, field: Field): number => bytes.u64(row * width + at(field)) ?? 0;
    return { count: rows, number, address: wide ? long : number };
  };
  const sections = tableAt(...sectionTable);
  const names = elf.u16(at(namesOfSections)) ?? 0;
  return (
    (sections === undefined ? undefined : sectionIn(sections, names, path, finding)) ??
    segmentIn(tableAt(...segmentTable))
  );
}

const segmentTable = [
  [32, 28],
  [
    [54, 42],
    [56, 44],
  ],
] as const;
const sectionTable = [
  [40, 32],
  [
    [58, 46],
    [60, 48],
  ],
] as const;
const namesOfSections: Field = [62, 50];
const section = { name: [0, 0], at: [24, 16], length: [32, 20] } as const;
const segment = { kind: [0, 0], flags: [4, 24], at: [8, 4], length: [32, 16] } as const;

function sectionIn(sections: Table, names: number, path: string, { tree }: Finding): Piece | undefined {
  const placeOf = (row: number): Piece => ({
    at: sections.address(row, section.at),
    length: sections.address(row, section.length),
  });
  if (names >= sections.count) return undefined;
  const { at, length } = placeOf(names);
  const texts = bytesOf(tree.part(path, at, Math.min(length, mostNames)) ?? new Uint8Array());
  for (let row = 0; row < sections.count; row += 1)
    if (texts.text(sections.number(row, section.name)) === ".go.buildinfo") return placeOf(row);
  return undefined;
}

const load = 1;
const [runs, writes] = [1, 2];

function segmentIn(segments: Table | undefined): Piece | undefined {
  for (let row = 0; row < (segments?.count ?? 0); row += 1) {
    const { number, address } = segments!;
    if (number(row, segment.kind) === load && (number(row, segment.flags) & (runs | writes)) === writes)
      return { at: address(row, segment.at), length: address(row, segment.length) };
  }
  return undefined;
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
    const isFolder = /^[./]/.test(other);
    // A folder of the one who built it has no name elsewhere, and no version.
    const [module, release] = next !== "=>" ? [name, own] : isFolder ? [name, "(devel)"] : [other, otherOwn];
    if (module === "") continue;
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
