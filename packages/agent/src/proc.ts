/** The third tier: what /proc shows of the processes that are there at the moment. It takes looks, it does not watch. */
import { Chosen } from "./chosen.ts";
import type { ContainerId } from "./containers.ts";
import { sinceBoot } from "./machine.ts";
import { codeOf, execRecord, factsOf, filesOf, processesIn, socketsOf } from "./processes.ts";
import type { RawRecord } from "./record.ts";
import type { SenseOptions, Senses, Told } from "./senses.ts";

/** A look costs a walk over all processes: not more often than this, milliseconds. */
const pause = 10_000;

export class ProcSensor implements Senses {
  readonly tier = "proc";
  readonly sight = {
    exec: "partial",
    file: "partial",
    library: "partial",
    connection: "partial",
  } as const;
  readonly blind = [
    "programs, files and connections between two looks",
    "what a program opened and closed, or ran through an interpreter",
    "who connected to whom before the look",
    "capabilities, system calls, signals and DNS questions",
    "how a container began",
  ];
  readonly #options: SenseOptions;
  readonly #chosen: Chosen;
  readonly #told = new Set<string>();
  readonly #waiting: Told[] = [];
  #lookedAt = -Infinity;

  constructor(options: SenseOptions) {
    this.#options = options;
    this.#chosen = new Chosen(options);
    processesIn(options.proc);
  }

  drain(take: (told: Told) => void, limit: number): number {
    const now = performance.now();
    if (this.#waiting.length === 0 && now - this.#lookedAt >= pause) {
      this.#lookedAt = now;
      this.#look();
    }
    const some = this.#waiting.splice(0, limit);
    for (const each of some) take(each);
    return some.length;
  }

  lost(): number {
    return 0;
  }

  close(): void {
    this.#waiting.length = 0;
  }

  #look(): void {
    const namespaces = new Set<number>();
    const seen = new Set<string>();
    for (const process of processesIn(this.#options.proc)) {
      const facts = process === this.#options.process ? undefined : factsOf(this.#options.proc, process);
      const container = facts && this.#chosen.of(facts);
      if (facts === undefined || container === undefined) continue;
      const time = sinceBoot(this.#options.proc);
      this.#tell(container, execRecord(facts, time), seen);
      for (const record of codeOf(this.#options.proc, facts, time)) this.#tell(container, record, seen);
      for (const record of filesOf(this.#options.proc, facts, time)) this.#tell(container, record, seen);
      if (namespaces.has(facts.netNamespace)) continue;
      namespaces.add(facts.netNamespace);
      for (const record of socketsOf(this.#options.proc, facts, time)) this.#tell(container, record, seen);
    }
    // What is no longer there may come again, and is told again then.
    for (const key of this.#told) if (!seen.has(key)) this.#told.delete(key);
  }

  #tell(container: ContainerId, record: RawRecord, seen: Set<string>): void {
    const key = `${container.id} ${keyOf(record)}`;
    seen.add(key);
    if (this.#told.has(key)) return;
    this.#told.add(key);
    this.#waiting.push({ record, container, fromStart: false });
  }
}

function keyOf(record: RawRecord): string {
  switch (record.kind) {
    case "exec":
      return `${record.process} ${record.path} ${record.arguments.join(" ")}`;
    case "file":
      return `${record.path} ${record.flags} ${record.openFlags}`;
    case "socket":
      return [
        record.number,
        record.protocol,
        record.number === 1 ? record.remotePort : record.localPort,
        record.remote.toString("hex"),
      ].join(" ");
    default:
      return record.kind;
  }
}
