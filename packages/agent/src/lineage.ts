/** Which process is which: its program, its parents, and whether it descends from the container's entry point. Bounded. */
import type { Origin } from "@plimsoll/core";
import type { Head } from "./record.ts";
import { flag } from "./record.ts";

interface Process {
  readonly program: string;
  readonly parent: number;
  user: number;
}

const mostProcesses = 50_000;
const mostParents = 8;

export class Lineage {
  readonly #processes = new Map<number, Process>();

  /** A program began in a process. */
  began({ process, parent, user }: Pick<Head, "process" | "parent" | "user">, program: string): void {
    this.#processes.delete(process);
    if (this.#processes.size >= mostProcesses) {
      const oldest = this.#processes.keys().next();
      if (!oldest.done) this.#processes.delete(oldest.value);
    }
    this.#processes.set(process, { program, parent, user });
  }

  ended(process: number): void {
    this.#processes.delete(process);
  }

  /** The program of a process; undefined for one that neither began a program while we looked nor was found. */
  programOf(process: number): string | undefined {
    return this.#processes.get(process)?.program;
  }

  /** Whom a process acted as before it became `to`: its own user, or that of the parent it was forked from. */
  becomes({ process, parent }: Pick<Head, "process" | "parent">, to: number): number | undefined {
    const own = this.#processes.get(process);
    const from = own?.user ?? this.#processes.get(parent)?.user;
    if (own !== undefined) own.user = to;
    return from;
  }

  /** Programs of the parents that we know of, nearest first. */
  parentsOf(parent: number): readonly string[] {
    const programs: string[] = [];
    for (let at: number | undefined = parent; at !== undefined && programs.length < mostParents;) {
      const found = this.#processes.get(at);
      if (found === undefined) break;
      programs.push(found.program);
      at = found.parent;
    }
    return programs;
  }
}

/** Whose doing a record is; `entry` is the container's first process, where it is known. */
export function originOf(
  { flags, process, root }: Pick<Head, "flags" | "process" | "root">,
  entry: number | undefined,
): Origin | undefined {
  if ((flags & flag.beforeEntrypoint) !== 0) return "set-up";
  if (entry === undefined) return undefined;
  return root === entry || process === entry ? "entrypoint" : "exec";
}
