/** Packs bpftool's light skeleton into what the agent loads: a header (maps, programs, sizes) and two runs of bytes. */
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const [source, target] = process.argv.slice(2);
if (source === undefined || target === undefined) throw new Error("usage: pack.ts SKELETON.h OUTPUT.bin.gz");
const text = readFileSync(source, "utf8");

/** The bytes of the C string that follows `start`: `\x..` or `\0` each, a backslash at each line's end. */
function bytesAfter(start: string): Buffer {
  const at = text.indexOf(start);
  const end = text.indexOf('";', at);
  if (at < 0 || end < 0) throw new Error(`the skeleton holds no ${start}`);
  const pairs = text.slice(at + start.length, end).match(/\\(?:x[0-9a-f]{2}|0)/g) ?? [];
  return Buffer.from(pairs.map((pair) => Number.parseInt(pair.slice(2) || "0", 16)));
}

function members(kind: "bpf_map_desc" | "bpf_prog_desc"): readonly string[] {
  return [...text.matchAll(new RegExp(`struct ${kind} (\\w+);`, "g"))].map((match) => match[1]!);
}

function size(name: string): number {
  return Number(new RegExp(`${name} = (\\d+);`).exec(text)?.[1]);
}

const data = bytesAfter('opts.data = (void *)"');
const instructions = bytesAfter('opts.insns = (void *)"');
const constants = bytesAfter('skel_prep_map_data((void *)"');
if (data.length !== size("opts.data_sz") || instructions.length !== size("opts.insns_sz"))
  throw new Error("the skeleton's strings are not as long as it says");

const header = Buffer.from(
  JSON.stringify({
    maps: members("bpf_map_desc"),
    programs: members("bpf_prog_desc"),
    data: data.length,
    instructions: instructions.length,
    constants: constants.toString("hex"),
  }),
);
const length = Buffer.alloc(4);
length.writeUInt32LE(header.length);
const whole = Buffer.concat([length, header, data, instructions]);
writeFileSync(target, gzipSync(whole, { level: 9 }));
console.log(`${createHash("sha256").update(whole).digest("hex")}  ${target.split("/").at(-1)}`);
