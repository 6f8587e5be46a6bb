/** Temporary files that stand while something is written: whoever ends the process takes them away. */
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
