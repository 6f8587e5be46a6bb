/** The ways to sense, best first, and the choice between them: by what the node allows, and said aloud. */
import type { ObservationKind, Sight } from "@plimsoll/core";
import type { Told } from "./collect.ts";
import type { Hierarchy } from "./containers.ts";
import { EbpfSensor } from "./ebpf.ts";
import { FanotifySensor } from "./fanotify.ts";
import { oneLine } from "./one-line.ts";
import { ProcSensor } from "./proc.ts";

export type TierName = "ebpf" | "fanotify" | "proc" | "none";

/** Open while it looks. */
export interface Senses {
  readonly tier: TierName;
  /** Kinds that are not named it cannot see: they are unknown, never absent. */
  readonly sight: { readonly [Kind in ObservationKind]?: Sight };
  /** What it does not see, in words. */
  readonly blind: readonly string[];
  /** Hands on what waits, at most `limit` records, and returns how many there were. */
  drain(take: (told: Told) => void, limit: number): number;
  /** Events lost so far. */
  lost(): number;
  close(): void;
}

export interface SenseOptions {
  readonly hierarchy: Hierarchy;
  /** Cgroups to watch although no container runtime made them, and then nothing else. */
  readonly only?: ReadonlySet<bigint>;
  readonly processors: number;
  /** The agent's own process. */
  readonly process: number;
  /** Where the node's /proc is. */
  readonly proc: string;
  /** Whether system calls are recorded. */
  readonly recordCalls: boolean;
}

/** A tier that the node does not allow, and why. */
export interface Refusal {
  readonly tier: TierName;
  readonly why: string;
}

export interface Choice {
  readonly senses: Senses;
  readonly refused: readonly Refusal[];
}

type Opener = readonly [TierName, (options: SenseOptions) => Senses];

const openers: readonly Opener[] = [
  ["ebpf", (options) => new EbpfSensor(options)],
  ["fanotify", (options) => new FanotifySensor(options)],
  ["proc", (options) => new ProcSensor(options)],
];

/** The best tier that opens. `only`: no other than this one is tried. */
export function chooseSenses(options: SenseOptions, only?: TierName): Choice {
  const refused: Refusal[] = [];
  for (const [tier, open] of openers) {
    if (only !== undefined && tier !== only) continue;
    try {
      return { senses: open(options), refused };
    } catch (error) {
      refused.push({ tier, why: reasonOf(error) });
    }
  }
  return { senses: nothing, refused };
}

function reasonOf(error: unknown): string {
  const { code, message } = error as { code?: unknown; message: string };
  const text = oneLine(message);
  if (code === "EPERM") return `${text}: capabilities are missing`;
  if (code === "ENOENT" || code === "EINVAL") return `${text}: the kernel does not have it`;
  return text;
}

/** The API server alone: what workloads are meant to be, nothing of what they do. */
const nothing: Senses = {
  tier: "none",
  sight: {},
  blind: ["everything that containers do"],
  drain: () => 0,
  lost: () => 0,
  close: () => undefined,
};
