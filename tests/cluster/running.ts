/** What a process of an installed part has before it: the files of its image, and its rights, as the kernel tells them. */
import { readdirSync, readFileSync } from "node:fs";
import { capabilityNames } from "@plimsoll/agent";
import { run } from "./installed.ts";

/** Of those whose file in /proc has these words. */
function processesBy(file: string, words: string): readonly number[] {
  return readdirSync("/proc").flatMap((name) => {
    try {
      return /^\d+$/.test(name) && readFileSync(`/proc/${name}/${file}`, "utf8").includes(words)
        ? [Number(name)]
        : [];
    } catch {
      return []; // it has ended meanwhile
    }
  });
}

export function processesOf(container: string): readonly number[] {
  return processesBy("cgroup", container);
}

/** The one that runs this script. */
function processOf(script: string): number {
  const [found] = processesBy("cmdline", `\0${script}\0`);
  if (found === undefined) throw new Error(`${script} does not run`);
  return found;
}

export interface Files {
  /** Files and links, of the image alone: nothing that is mounted. */
  readonly names: readonly string[];
  /** Shells, interpreters, package managers and the like. */
  readonly tools: readonly string[];
  /** Machine code that may be run, libraries and the loader aside. */
  readonly programs: readonly string[];
  /** Whoever runs these becomes somebody else. */
  readonly elevating: readonly string[];
}

const tool =
  /\/(?:(?:ba|da|z|c|k|tc|fi)?sh|busybox|perl[\d.]*|python[\d.]*|apt(?:-get)?|dpkg|curl|wget|nc|su|sudo|env)$/;

export function filesOf(script: string): Files {
  const root = `/proc/${processOf(script)}/root/`;
  const lines = run("find", root, "-xdev", "!", "-type", "d", "-printf", "%y %m /%P\\n").trim().split("\n");
  const all = lines.map((line) => {
    const [type = "", mode = "", ...path] = line.split(" ");
    return { type, mode: Number.parseInt(mode, 8), path: path.join(" ") };
  });
  const of = (mask: number): typeof all =>
    all.filter(({ type, mode }) => type === "f" && (mode & mask) !== 0);
  const isProgram = (path: string): boolean =>
    !/\.so(\.|$)|\.node$/.test(path) &&
    readFileSync(`${root}${path}`).subarray(0, 4).toString("latin1") === "\x7fELF";
  const names = all.map(({ path }) => path);
  return {
    names,
    tools: names.filter((name) => tool.test(name)),
    programs: of(0o111).flatMap(({ path }) => (isProgram(path) ? [path] : [])),
    elevating: of(0o6000).map(({ path }) => path),
  };
}

export function rightsOf(script: string): object {
  const status = readFileSync(`/proc/${processOf(script)}/status`, "utf8");
  const field = (name: string): string => new RegExp(`^${name}:\\s+(\\S+)`, "m").exec(status)![1]!;
  const names = (set: string): readonly string[] => {
    const bits = BigInt(`0x${field(set)}`);
    return capabilityNames.filter((_, at) => (bits & (1n << BigInt(at))) !== 0n).toSorted();
  };
  return {
    inheritable: names("CapInh"),
    permitted: names("CapPrm"),
    effective: names("CapEff"),
    bounding: names("CapBnd"),
    ambient: names("CapAmb"),
    noNewPrivileges: field("NoNewPrivs") === "1",
    filtered: field("Seccomp") === "2",
    user: Number(field("Uid")),
  };
}
