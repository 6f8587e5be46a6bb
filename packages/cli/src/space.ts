/** How much space a command gives to what lives shortly, before the garbage collector looks through it. */
import { setFlagsFromString } from "node:v8";

/** From so many resources on, to look through a small space again and again costs more than a larger one takes. */
const many = 2_000;
/** One mebibyte becomes sixteen; a scan of many resources peaks lower so, as more of what it makes is gone by then. */
const growth = 16;
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

/** Lets a space that was kept small grow once where many resources were read; how many objects that took. */
export function makeRoomFor(resources: number): number {
  if (!isSmall || resources < many) return 0;
  isSmall = false;
  growBy(growth);
  const filled = Array.from({ length: fillers }, () => ({}));
  growBy(1);
  return filled.length;
}

function growBy(factor: number): void {
  setFlagsFromString(`--semi-space-growth-factor=${factor}`);
}
