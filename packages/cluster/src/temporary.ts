/** Files and folders that must be gone when the process ends, however it ends. */
import { rmSync } from "node:fs";

const held = new Set<string>();
const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Takes a path into care. The function that comes back removes it, if it is still there. */
export function holdTemporary(path: string): () => void {
  if (held.size === 0) watch();
  held.add(path);
  return () => {
    remove(path);
    held.delete(path);
    if (held.size === 0) unwatch();
  };
}

function remove(path: string): void {
  rmSync(path, { recursive: true, force: true });
}

function removeAll(): void {
  for (const path of held) remove(path);
  held.clear();
}

function watch(): void {
  process.on("exit", removeAll);
  for (const signal of signals) process.on(signal, endBy);
}

function unwatch(): void {
  process.off("exit", removeAll);
  for (const signal of signals) process.off(signal, endBy);
}

/** Cleans up, and lets the signal do what it would have done. */
function endBy(signal: NodeJS.Signals): void {
  removeAll();
  unwatch();
  if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
}
