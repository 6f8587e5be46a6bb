/** Loads our kernel object: its own loader program makes the maps and verifies the programs, as bpftool packed it. */
import { closeSync, readFileSync, readSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { addressOf, bpf, command, KernelError } from "./kernel.ts";

export interface Settings {
  /** Containers are told apart by the pids hierarchy of cgroup v1 instead of the one of v2. */
  readonly legacyCgroups: boolean;
  /** Tell nothing of cgroups that nobody asked to watch. */
  readonly onlyWatched: boolean;
  /** The process whose own doings are not told. */
  readonly ownProcess: number;
}

interface Packed {
  readonly maps: readonly string[];
  readonly programs: readonly string[];
  readonly data: Buffer;
  readonly instructions: Buffer;
}

/** What is open in the kernel; all of it goes when the process ends, nothing is pinned. */
export class Program {
  readonly maps: ReadonlyMap<string, number>;
  readonly #programs: ReadonlyMap<string, number>;
  /** A link that nobody holds detaches its program: they are kept here. */
  readonly #links = new Map<string, number>();

  constructor(maps: ReadonlyMap<string, number>, programs: ReadonlyMap<string, number>) {
    this.maps = maps;
    this.#programs = programs;
  }

  attach(name: string): void {
    if (this.#links.has(name)) return;
    const attribute = Buffer.alloc(16);
    attribute.writeInt32LE(this.#program(name), 8);
    this.#links.set(name, bpf(command.rawTracepointOpen, attribute, `attach ${name}`));
  }

  detach(name: string): void {
    const link = this.#links.get(name);
    if (link === undefined) return;
    closeSync(link);
    this.#links.delete(name);
  }

  /** Runs an iterator to its end; what it finds goes through the ring. */
  iterate(name: string): void {
    const create = Buffer.alloc(32);
    create.writeInt32LE(this.#program(name), 0);
    create.writeUInt32LE(traceIterator, 8);
    const link = bpf(command.linkCreate, create, `link ${name}`);
    const open = Buffer.alloc(8);
    open.writeInt32LE(link, 0);
    const reader = bpf(command.iteratorCreate, open, `iterate ${name}`);
    const sink = Buffer.alloc(4096);
    while (readSync(reader, sink) > 0);
    closeSync(reader);
    closeSync(link);
  }

  close(): void {
    for (const descriptor of [...this.#links.values(), ...this.#programs.values(), ...this.maps.values()])
      closeSync(descriptor);
    this.#links.clear();
  }

  #program(name: string): number {
    const descriptor = this.#programs.get(name);
    if (descriptor === undefined) throw new Error(`the kernel object has no program ${name}`);
    return descriptor;
  }
}

const traceIterator = 28;
const syscallProgram = 31;
const sleepable = 1 << 4;
const contextHead = 24;
const mapDescription = 16;
/** Room for the verifier's words, bytes. */
const explanation = 1 << 20;

/** The verifier gives up with EAGAIN where a signal waits, as the timers of a runtime send them: it is asked again. */
const attempts = 10;

export function loadProgram(file: URL, settings: Settings): Program {
  const packed = unpack(gunzipSync(readFileSync(file)));
  for (let attempt = 1; ; attempt += 1) {
    try {
      return loadOnce(packed, settings);
    } catch (error) {
      const interrupted = error instanceof LoadError ? error.code === -11 : isInterruption(error);
      if (!interrupted || attempt === attempts) throw error;
    }
  }
}

function isInterruption(error: unknown): boolean {
  return error instanceof KernelError && (error.code === "EAGAIN" || error.code === "EINTR");
}

function loadOnce(packed: Packed, settings: Settings): Program {
  const constants = Buffer.alloc(8);
  constants.writeUInt8(settings.legacyCgroups ? 1 : 0, 0);
  constants.writeUInt8(settings.onlyWatched ? 1 : 0, 1);
  constants.writeUInt32LE(settings.ownProcess, 4);
  const { maps, programs } = packed;
  const programsAt = contextHead + maps.length * mapDescription;
  const context = Buffer.alloc(programsAt + programs.length * 4);
  context.writeUInt32LE(context.length, 0);
  const words = Buffer.alloc(explanation);
  context.writeUInt32LE(1, 8);
  context.writeUInt32LE(words.length, 12);
  context.writeBigUInt64LE(addressOf(words), 16);
  context.writeBigUInt64LE(addressOf(constants), contextHead + maps.indexOf("rodata") * mapDescription + 8);
  runLoader(packed, context, words);
  return new Program(
    new Map(maps.map((name, index) => [name, context.readInt32LE(contextHead + index * mapDescription)])),
    new Map(programs.map((name, index) => [name, context.readInt32LE(programsAt + index * 4)])),
  );
}

function unpack(bytes: Buffer): Packed {
  const length = bytes.readUInt32LE(0);
  const header = JSON.parse(bytes.toString("utf8", 4, 4 + length)) as Packed & {
    data: number;
    instructions: number;
  };
  const data = 4 + length;
  return {
    maps: header.maps,
    programs: header.programs,
    data: bytes.subarray(data, data + header.data),
    instructions: bytes.subarray(data + header.data, data + header.data + header.instructions),
  };
}

/** Puts the packed data into a map, loads the loader and runs it once; it writes the descriptors into `context`. */
function runLoader(packed: Packed, context: Buffer, words: Buffer): void {
  const map = createArray(packed.data.length);
  try {
    updateMap(map, Buffer.alloc(4), packed.data);
    const descriptors = Buffer.alloc(4);
    descriptors.writeInt32LE(map);
    const license = Buffer.from("Dual BSD/GPL\0");
    const load = Buffer.alloc(128);
    load.writeUInt32LE(syscallProgram, 0);
    load.writeUInt32LE(packed.instructions.length / 8, 4);
    load.writeBigUInt64LE(addressOf(packed.instructions), 8);
    load.writeBigUInt64LE(addressOf(license), 16);
    load.writeUInt32LE(sleepable, 44);
    load.write("plimsoll_load", 48, "ascii");
    load.writeBigUInt64LE(addressOf(descriptors), 120);
    const loader = bpf(command.programLoad, load, "load the kernel object's loader");
    try {
      const run = Buffer.alloc(80);
      run.writeInt32LE(loader, 0);
      run.writeUInt32LE(context.length, 40);
      run.writeBigUInt64LE(addressOf(context), 48);
      bpf(command.programRun, run, "run the kernel object's loader");
      const result = run.readInt32LE(4);
      if (result < 0) throw new LoadError(result, words);
    } finally {
      closeSync(loader);
    }
  } finally {
    closeSync(map);
  }
}

/** The loader ran, and the kernel refused a map or a program. */
export class LoadError extends Error {
  readonly code: number;
  /** What the verifier said last. */
  readonly reason: string;

  constructor(code: number, words: Buffer) {
    const end = words.indexOf(0);
    const lines = words
      .toString("utf8", 0, end < 0 ? words.length : end)
      .trim()
      .split("\n");
    const reason = lines.slice(-12).join("\n");
    super(`the kernel refused a program of ours (${code}): ${reason}`);
    this.code = code;
    this.reason = reason;
  }
}

function createArray(valueSize: number): number {
  const attribute = Buffer.alloc(44);
  attribute.writeUInt32LE(2, 0);
  attribute.writeUInt32LE(4, 4);
  attribute.writeUInt32LE(valueSize, 8);
  attribute.writeUInt32LE(1, 12);
  return bpf(command.mapCreate, attribute, "make the loader's map");
}

export function updateMap(map: number, key: Buffer, value: Buffer): void {
  const attribute = element(map, key, value);
  bpf(command.mapUpdate, attribute, "write to a map");
}

/** Reads an entry into `value`; false where there is none. */
export function lookUpMap(map: number, key: Buffer, value: Buffer): boolean {
  return absentIsFalse(() => bpf(command.mapLookup, element(map, key, value), "read a map"));
}

export function deleteFromMap(map: number, key: Buffer): boolean {
  return absentIsFalse(() => bpf(command.mapDelete, element(map, key), "delete from a map"));
}

/** All keys of a hash map as they are found; entries made meanwhile may be missed. */
export function* keysOf(map: number, size: number): Generator<Buffer> {
  let key: Buffer | undefined;
  for (;;) {
    const next = Buffer.alloc(size);
    const attribute = element(map, key ?? next, next);
    if (key === undefined) attribute.writeBigUInt64LE(0n, 8);
    if (!absentIsFalse(() => bpf(command.mapNextKey, attribute, "walk a map"))) return;
    yield next;
    key = next;
  }
}

function element(map: number, key: Buffer, value?: Buffer): Buffer {
  const attribute = Buffer.alloc(32);
  attribute.writeInt32LE(map, 0);
  attribute.writeBigUInt64LE(addressOf(key), 8);
  if (value !== undefined) attribute.writeBigUInt64LE(addressOf(value), 16);
  return attribute;
}

function absentIsFalse(call: () => void): boolean {
  try {
    call();
    return true;
  } catch (error) {
    if ((error as { code?: unknown }).code === "ENOENT") return false;
    throw error;
  }
}
