/**
 * A world that runs from one seed: virtual time, seeded randomness, and every call that is due at one moment made in
 * an order that the seed decides. Nothing waits for real time; the same seed makes the same run.
 */
import type { Clock, Disk, Doors, Network, Random } from "../../packages/cluster/src/doors.ts";

export interface Kernel {
  readonly seed: number;
  readonly clock: Clock;
  readonly random: Random;
  /** A random source of its own, so that one part's use of it does not change what another part gets. */
  readonly fork: () => Random;
  /** At least `low`, at most `high`, whole. */
  readonly between: (low: number, high: number) => number;
  readonly pick: <T>(items: readonly T[]) => T;
  readonly chance: (share: number) => boolean;
  /** Calls after so many milliseconds of virtual time. */
  readonly after: (milliseconds: number, call: () => void) => () => void;
  /** The machine's idea of the date jumps; waits do not change. */
  readonly jump: (milliseconds: number) => void;
  /** Lets virtual time pass, until nothing is due any more or the time is over. */
  readonly run: (milliseconds: number) => Promise<void>;
  /** Lets time pass until `done` says so; false where the time was over first. Asked after every call that was due. */
  readonly runUntil: (done: () => boolean, milliseconds: number) => Promise<boolean>;
  /** Called after every call that was due and all that followed from it: where invariants are checked. */
  readonly onStep: (check: () => void) => void;
  readonly steps: () => number;
  readonly doors: (network: Network, disk: Disk) => Doors;
}

interface Due {
  readonly at: number;
  readonly order: number;
  call: (() => void) | undefined;
}

/** 2026-01-01T00:00:00Z: where every simulated run begins. */
export const beginning = 1_767_225_600_000;

export function createKernel(seed: number): Kernel {
  const random = seededRandom(seed);
  const order = seededRandom(seed ^ 0x5f356495);
  const checks: (() => void)[] = [];
  const heap: Due[] = [];
  let now = 0;
  let shift = 0;
  let steps = 0;
  let forks = 0;
  const after = (milliseconds: number, call: () => void): (() => void) => {
    const due: Due = { at: now + Math.max(0, milliseconds), order: order.next(), call };
    push(heap, due);
    return () => {
      due.call = undefined;
    };
  };
  const clock: Clock = { now: () => beginning + Math.floor(now) + shift, elapsed: () => now, after };
  const runUntil = async (done: () => boolean, milliseconds: number): Promise<boolean> => {
    const end = now + milliseconds;
    await settled();
    while (!done()) {
      const due = heap[0];
      if (due === undefined || due.at > end) {
        now = end;
        return false;
      }
      pop(heap);
      if (due.call === undefined) continue;
      now = Math.max(now, due.at);
      due.call();
      await settled();
      steps += 1;
      for (const check of checks) check();
    }
    return true;
  };
  return {
    seed,
    clock,
    random,
    fork: () => seededRandom(seed + 0x9e3779b9 * (forks += 1)),
    between: (low, high) => low + Math.floor(random.next() * (high - low + 1)),
    pick: (items) => items[Math.floor(random.next() * items.length)]!,
    chance: (share) => random.next() < share,
    after,
    jump: (milliseconds) => void (shift += milliseconds),
    run: async (milliseconds) => void (await runUntil(() => false, milliseconds)),
    runUntil,
    onStep: (check) => void checks.push(check),
    steps: () => steps,
    doors: (network, disk) => ({ clock, random, network, disk }),
  };
}

/** Until every promise that can be kept was kept. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** The small generator `sfc32`, of 128 bits of state. */
export function seededRandom(seed: number): Random {
  let [a, b, c, counter] = [seed | 0, (seed ^ 0x9e3779b9) | 0, Math.imul(seed, 0x85ebca6b) | 0, 1];
  const word = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    c |= 0;
    return sum >>> 0;
  };
  for (let round = 0; round < 12; round += 1) word();
  return {
    next: () => word() / 4_294_967_296,
    bytes: (length) => Uint8Array.from({ length }, () => word() & 0xff),
  };
}

function before(one: Due, other: Due): boolean {
  return one.at < other.at || (one.at === other.at && one.order < other.order);
}

function push(heap: Due[], due: Due): void {
  let at = heap.length;
  heap.push(due);
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if (!before(due, heap[parent]!)) break;
    heap[at] = heap[parent]!;
    at = parent;
  }
  heap[at] = due;
}

function pop(heap: Due[]): void {
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return;
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && before(heap[child + 1]!, heap[child]!)) child += 1;
    if (!before(heap[child]!, last)) break;
    heap[at] = heap[child]!;
    at = child;
  }
  heap[at] = last;
}
