/** What /proc tells of a process, as records like the kernel's own. A process that ends while we look is simply gone. */
import { readFileSync, readdirSync, readlinkSync, statSync } from "node:fs";
import { ownerOf, type ContainerId } from "./containers.ts";
import { flag, type RawRecord } from "./record.ts";

export interface ProcessFacts {
  readonly process: number;
  readonly parent: number;
  readonly user: number;
  readonly realUser: number;
  readonly capabilities: bigint;
  readonly netNamespace: number;
  readonly program: string;
  readonly arguments: readonly string[];
  /** Whose cgroup it is in, or in one within it. */
  readonly container: ContainerId | undefined;
  /** Below the root of the hierarchy that containers are told apart by. */
  readonly cgroup: string;
  /** Clock ticks after boot. */
  readonly started: bigint;
}

export function processesIn(proc: string): readonly number[] {
  return readdirSync(proc).flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : []));
}

/** Undefined where the process is gone, or has no program (a thread of the kernel). */
export function factsOf(proc: string, process: number): ProcessFacts | undefined {
  const folder = `${proc}/${process}`;
  return orGone(() => {
    const status = readFileSync(`${folder}/status`, "utf8");
    const field = (name: string): readonly string[] =>
      new RegExp(`^${name}:\\s*(.*)$`, "m").exec(status)?.[1]?.split(/\s+/) ?? [];
    const program = readlinkSync(`${folder}/exe`).replace(/ \(deleted\)$/, "");
    const words = readFileSync(`${folder}/cmdline`, "utf8").replace(/\0$/, "");
    const cgroup = cgroupIn(readFileSync(`${folder}/cgroup`, "utf8"));
    const stat = readFileSync(`${folder}/stat`, "latin1");
    return {
      process,
      parent: Number(field("PPid")[0] ?? 0),
      realUser: Number(field("Uid")[0] ?? 0),
      user: Number(field("Uid")[1] ?? 0),
      capabilities: BigInt(`0x${field("CapEff")[0] ?? "0"}`),
      netNamespace: numberIn(readlinkSync(`${folder}/ns/net`)),
      program,
      arguments: words === "" ? [] : words.split("\0"),
      cgroup,
      container: ownerOf(cgroup),
      started: BigInt(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "0"),
    };
  });
}

/** Of the lines of /proc/<pid>/cgroup that of v2, or of the pids hierarchy where there is one. */
function cgroupIn(lines: string): string {
  const all = lines.split("\n").map((line) => line.split(":"));
  const found = all.find(([, controllers]) => controllers === "pids") ?? all.find(([id]) => id === "0");
  return found?.slice(2).join(":") ?? "/";
}

function numberIn(link: string): number {
  return Number(/\d+/.exec(link)?.[0] ?? 0);
}

/** A record's head for what was found there, not seen as it happened. `time`: nanoseconds since boot. */
export function pastHead(
  facts: ProcessFacts,
  time: bigint,
): Omit<RawRecord, "kind"> & { readonly result: number } {
  return {
    number: 0,
    flags: flag.past,
    process: facts.process,
    parent: facts.parent,
    time,
    cgroup: 0n,
    user: facts.user,
    mountNamespace: 0,
    netNamespace: facts.netNamespace,
    result: 0,
    command: "",
    root: 0,
  };
}

const nobody = { inode: 0n, device: 0, mode: 0, owner: 0, group: 0 };

export function execRecord(facts: ProcessFacts, time: bigint): Extract<RawRecord, { kind: "exec" }> {
  return {
    ...pastHead(facts, time),
    kind: "exec",
    path: facts.program,
    called: facts.program,
    arguments: facts.arguments,
    file: nobody,
    capabilities: facts.capabilities,
    realUser: facts.realUser,
  };
}

/** The files of code that a process has mapped. */
export function* codeOf(proc: string, facts: ProcessFacts, time: bigint): Generator<RawRecord> {
  const maps = orGone(() => readFileSync(`${proc}/${facts.process}/maps`, "utf8")) ?? "";
  const paths = new Set<string>();
  for (const line of maps.split("\n")) {
    const parts = /^\S+ ..x. \S+ \S+ [1-9]\d*\s+(\/.*)$/.exec(line);
    if (parts !== null) paths.add(parts[1]!.replace(/ \(deleted\)$/, ""));
  }
  for (const path of paths) yield fileRecord(facts, time, path, flag.mapped, 0);
}

/** The regular files that a process holds open. */
export function* filesOf(proc: string, facts: ProcessFacts, time: bigint): Generator<RawRecord> {
  const folder = `${proc}/${facts.process}`;
  for (const name of orGone(() => readdirSync(`${folder}/fd`)) ?? []) {
    const found = orGone(() => ({
      path: readlinkSync(`${folder}/fd/${name}`),
      regular: statSync(`${folder}/fd/${name}`).isFile(),
      flags: Number.parseInt(
        /^flags:\s*(\d+)/m.exec(readFileSync(`${folder}/fdinfo/${name}`, "utf8"))?.[1] ?? "0",
        8,
      ),
    }));
    if (found?.regular === true && found.path.startsWith("/"))
      yield fileRecord(facts, time, found.path.replace(/ \(deleted\)$/, ""), 0, found.flags & 3);
  }
}

export function fileRecord(
  facts: ProcessFacts,
  time: bigint,
  path: string,
  flags: number,
  openFlags: number,
): Extract<RawRecord, { kind: "file" }> {
  const head = pastHead(facts, time);
  return {
    ...head,
    flags: head.flags | flags,
    kind: "file",
    path,
    file: { ...nobody, mode: 0o100000 },
    openFlags,
    parentDirectory: { mode: 0, owner: 0, group: 0 },
  };
}

const listening = "0A";
const established = "01";

/** Sockets of the network namespace that a process is in: what listens, and who is connected. */
export function* socketsOf(proc: string, facts: ProcessFacts, time: bigint): Generator<RawRecord> {
  for (const [table, protocol, family] of [
    ["tcp", 6, 2],
    ["tcp6", 6, 10],
    ["udp", 17, 2],
    ["udp6", 17, 10],
  ] as const) {
    const lines = orGone(() => readFileSync(`${proc}/${facts.process}/net/${table}`, "utf8")) ?? "";
    const rows = lines
      .split("\n")
      .slice(1)
      .map((line) => line.trim().split(/\s+/));
    const ports = new Set(rows.flatMap(([, local, , state]) => (state === listening ? [portOf(local)] : [])));
    for (const [, local, remote, state] of rows) {
      const operation = operationOf(state, protocol, ports.has(portOf(local)));
      if (local === undefined || remote === undefined || operation === 0) continue;
      yield {
        ...pastHead(facts, time),
        number: operation,
        kind: "socket",
        family,
        protocol,
        localPort: portOf(local),
        remotePort: portOf(remote),
        local: addressBytes(local),
        remote: addressBytes(remote),
      };
    }
  }
}

/** As the kernel object numbers them: 1 connected, 2 accepted, 3 listens, 6 bound. */
function operationOf(state: string | undefined, protocol: number, toListener: boolean): number {
  if (protocol === 17) return 6;
  if (state === listening) return 3;
  if (state === established) return toListener ? 2 : 1;
  return 0;
}

function portOf(end: string | undefined): number {
  return Number.parseInt(end?.split(":")[1] ?? "0", 16);
}

/** Words of four bytes, each in the machine's order. */
function addressBytes(end: string): Buffer {
  const bytes = Buffer.from(end.split(":")[0] ?? "", "hex");
  for (let at = 0; at + 4 <= bytes.length; at += 4) bytes.subarray(at, at + 4).reverse();
  return bytes;
}

/** `ENODEV`: the cgroup of a file that was opened is no more. */
const gone: ReadonlySet<string> = new Set(["ENOENT", "ENODEV", "ESRCH", "EACCES", "EPERM", "EINVAL"]);

/** Undefined where what was asked of is gone, or not ours to see. */
export function orGone<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (gone.has(String((error as { code?: unknown }).code))) return undefined;
    throw error;
  }
}
