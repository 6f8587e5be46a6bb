/** The ways to sense, best first, and the choice between them: by what the node allows, and said aloud. */
import { EbpfSensor } from "./ebpf.ts";
import { FanotifySensor } from "./fanotify.ts";
import { KernelError } from "./kernel.ts";
import { oneLine } from "./one-line.ts";
import { ProcSensor } from "./proc.ts";
import type { SenseOptions, Senses, TierName } from "./senses.ts";

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
  const isAbsent = code === "ENOENT" || code === "EINVAL";
  if (isAbsent && error instanceof KernelError) return `${text}: the kernel does not have it`;
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
