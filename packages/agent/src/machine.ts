/** Facts of the machine that the agent runs on. */
import { readFileSync } from "node:fs";
import { arch } from "node:os";

/** Milliseconds since 1970 when the boot clock stood at zero. */
export function bootTime(proc = "/proc"): number {
  const [up] = readFileSync(`${proc}/uptime`, "utf8").split(" ");
  return Date.now() - Number(up) * 1000;
}

/** Nanoseconds since boot, as the kernel stamps what it tells. */
export function sinceBoot(proc = "/proc"): bigint {
  const [up] = readFileSync(`${proc}/uptime`, "utf8").split(" ");
  return BigInt(Math.round(Number(up) * 1e9));
}

/** How many processors the kernel keeps counters for: those that could ever be there. */
export function possibleProcessors(sys = "/sys"): number {
  const list = readFileSync(`${sys}/devices/system/cpu/possible`, "utf8").trim();
  const last = list.split(",").at(-1)!.split("-").at(-1)!;
  return Number(last) + 1;
}

/** As seccomp profiles and the kernel name it. */
export function architecture(): string {
  const name = arch();
  return name === "x64" ? "x86_64" : name === "arm64" ? "aarch64" : name;
}
