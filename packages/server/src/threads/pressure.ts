/**
 * Whether the heap of this thread is about to be full. What is used counts only once it was collected: before, most of it
 * may be nobody's. While memory is short, new detail is not taken; where that does not help, the service ends with a line
 * that says why, before the engine would end it without one.
 */
import { getHeapStatistics } from "node:v8";
import type { Cancel, Clock } from "@plimsoll/cluster";
import { giveBack } from "./memory.ts";

export interface Heap {
  /** Bytes that are held, as of the last look. */
  readonly used: number;
  /** Bytes that it may hold. */
  readonly limit: number;
}

export interface MemoryStanding extends Heap {
  /** Nothing new is taken that can come again. */
  readonly short: boolean;
}

export interface Pressure {
  readonly standing: () => MemoryStanding;
  readonly stop: () => void;
}

export interface PressureOptions {
  readonly clock: Pick<Clock, "after" | "elapsed">;
  /** It became short, or is not any more. */
  readonly onChange: (standing: MemoryStanding) => void;
  /** It stays all but full though nothing new is taken: called once. */
  readonly onFull: (standing: MemoryStanding) => void;
  readonly measure?: () => Heap;
  readonly collect?: () => void;
}

const every = 5_000;
/** A collection holds the thread up: not more often than this while it is short, nor before there is a reason. */
const collectEvery = 30_000;
const shortFrom = 0.85;
const enoughBelow = 0.75;
const fullFrom = 0.95;
/** Collections in a row after which it was full each time. */
const mostFull = 2;

export function watchMemory(options: PressureOptions): Pressure {
  const { clock, onChange, onFull, measure = heapNow, collect = giveBack } = options;
  let standing: MemoryStanding = { ...measure(), short: false };
  let collected = Number.NEGATIVE_INFINITY;
  let full = 0;
  let cancel: Cancel = () => undefined;
  const look = (): void => {
    cancel = clock.after(every, look);
    const used = measure();
    const isClose = shareOf(used) >= (standing.short ? enoughBelow : shortFrom);
    const mayCollect = clock.elapsed() - collected >= collectEvery;
    if (isClose && !mayCollect) return;
    if (isClose) {
      collected = clock.elapsed();
      collect();
    }
    const held = isClose ? measure() : used;
    const before = standing.short;
    const short = shareOf(held) >= (before ? enoughBelow : shortFrom);
    standing = { ...held, short };
    if (short !== before) onChange(standing);
    full = shareOf(held) >= fullFrom ? full + 1 : 0;
    if (full !== mostFull) return;
    cancel();
    onFull(standing);
  };
  cancel = clock.after(every, look);
  return { standing: () => standing, stop: () => cancel() };
}

/** What is said of it where it is short. */
export function shortText(heap: Heap): string {
  return `memory is short: ${heldText(heap)} are held, and what agents and tools tell is not taken until there is room`;
}

export function fullText(heap: Heap): string {
  return `memory is full: ${heldText(heap)} are held though nothing new of agents and tools was taken`;
}

function heldText({ used, limit }: Heap): string {
  const [held, most] = [used, limit].map((bytes) => Math.round(bytes / 2 ** 20));
  return `${held} of ${most} MiB`;
}

function shareOf({ used, limit }: Heap): number {
  return limit === 0 ? 0 : used / limit;
}

function heapNow(): Heap {
  const { used_heap_size, heap_size_limit } = getHeapStatistics();
  return { used: used_heap_size, limit: heap_size_limit };
}
