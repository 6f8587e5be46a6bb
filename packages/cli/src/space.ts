/** How much space a command gives to what lives shortly, before the garbage collector looks through it. */
import { setFlagsFromString } from "node:v8";

/** From so many resources on, to look through a small space again and again costs more than a larger one takes. */
const many = 2_000;
/** One mebibyte becomes sixteen; a scan of many resources peaks lower so, as more of what it makes is gone by then. */
const growth = 16;
/** Of what runs for long, in mebibytes; the usual space would grow to twice that in each of its threads. */
const steady = 8;
/** Together more than the small space holds, so that it is looked through, and grows, while they are made. */
const fillers = 40_000;

let isSmall = false;

/**
 * What a scan makes lives until its report is written. Space for short-lived objects would grow to four times what it
 * helps and be a third of the peak; so it stays as it begins.
 * @NOTE Node's own modules that load after this are compiled anew: theirs is a cache for the flags that Node was built
 * with. All of HTTP and TLS take 17 ms more of processor time so; manifests need none of it.
 */
export function keepSmall(): void {
  growBy(1);
  isSmall = true;
}

/**
 * What runs for long makes garbage all the time: a space that is too small is looked through too often, and one that is
 * large is memory that is never given back. Threads that are begun later have the same.
 */
export function keepSteady(): void {
  setFlagsFromString(`--min-semi-space-size=${steady}`);
  setFlagsFromString(`--max-semi-space-size=${steady}`);
  growOnce(steady);
}

/** Lets a space that was kept small grow once where many resources were read; how many objects that took. */
export function makeRoomFor(resources: number): number {
  if (!isSmall || resources < many) return 0;
  isSmall = false;
  return growOnce(growth);
}

/** How many objects it took. */
function growOnce(factor: number): number {
  growBy(factor);
  const filled = Array.from({ length: fillers }, () => ({}));
  growBy(1);
  return filled.length;
}

function growBy(factor: number): void {
  setFlagsFromString(`--semi-space-growth-factor=${factor}`);
}
