/** What whoever ends the process must see to: temporary files that stand, and work that ends in its own time. */
import { rmSync } from "node:fs";

const standing = new Set<string>();

export function raise(path: string): void {
  standing.add(path);
}

export function lower(path: string): void {
  standing.delete(path);
}

export function clear(): void {
  for (const path of standing) rmSync(path, { force: true });
  standing.clear();
}

let ending: (() => void) | undefined;

/** A command that runs until it is told to end is told so by this, and ends the process by returning. */
export function endBy(call: () => void): void {
  ending = call;
}

/** False where nothing runs that ends by itself. */
export function end(): boolean {
  ending?.();
  return ending !== undefined;
}
