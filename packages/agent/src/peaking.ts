/** Folds looks at a container's use into its peaks, and says when to look next: often while it is young, seldom later. */
import type { Peaks } from "@plimsoll/core";
import type { Use } from "./use.ts";

/** Between two looks, milliseconds: a quarter of how long it is known, within these. */
const soonest = 1_000;
const latest = 5_000;

interface Look {
  readonly nanoseconds: number;
  readonly at: number;
}

/** Times are milliseconds since 1970. */
export class Peaking {
  readonly #began: number;
  #next: number;
  /** The look that the next mean of processor time is taken from. */
  #last: Look | undefined;
  #peaks: { -readonly [Name in keyof Peaks]: Peaks[Name] } = {};

  /** `fromStart`: the container began at that time, and had used no processor time. */
  constructor(began: number, fromStart: boolean) {
    this.#began = began;
    this.#next = began;
    if (fromStart) this.#last = { nanoseconds: 0, at: began };
  }

  isDue(now: number): boolean {
    return now >= this.#next;
  }

  take(use: Use | undefined, now: number): void {
    this.#next = now + Math.min(Math.max((now - this.#began) / 4, soonest), latest);
    if (use === undefined) return;
    this.#raise("memoryBytes", use.memoryBytes);
    this.#raise("unreclaimableBytes", use.unreclaimableBytes);
    this.#raise("memoryLimitHits", use.memoryLimitHits);
    this.#raise("throttledPeriods", use.throttledPeriods);
    if (use.cpuNanoseconds !== undefined) this.#takeProcessor(use.cpuNanoseconds, now);
  }

  /** Its entry point has ended: nothing comes after this look. `memoryBytes` is as the kernel told of that end. */
  end(use: Use | undefined, memoryBytes: number | undefined, now: number): void {
    this.take(use, now);
    this.#raise("memoryBytes", memoryBytes);
    if ((memoryBytes ?? use?.memoryBytes) !== undefined) this.#raise("memoryAtEnd", 1);
    if (use?.cpuNanoseconds !== undefined) this.#raise("cpuAtEnd", 1);
  }

  peaks(): Peaks | undefined {
    return Object.keys(this.#peaks).length === 0 ? undefined : { ...this.#peaks };
  }

  /** Over less than a second a mean says more of the moment than of the use. */
  #takeProcessor(nanoseconds: number, now: number): void {
    const last = this.#last;
    const took = last === undefined ? 0 : now - last.at;
    if (last !== undefined && took >= 0 && took < soonest) return;
    this.#last = { nanoseconds, at: now };
    // A clock that was set back, or a counter that began anew, tells no mean.
    if (last === undefined || took < 0 || nanoseconds < last.nanoseconds) return;
    this.#raise("cpuMillicores", Math.ceil((nanoseconds - last.nanoseconds) / (took * 1_000)));
    this.#raise("cpuSeconds", Math.ceil(took / 1_000));
  }

  #raise(name: keyof Peaks, value: number | undefined): void {
    if (value !== undefined && value > (this.#peaks[name] ?? -1)) this.#peaks[name] = value;
  }
}
