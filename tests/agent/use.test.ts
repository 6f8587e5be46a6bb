/** What the agent measures of a cgroup, held against a program that says what it takes, on the kernel we run on. */
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, rmdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { measureIn, Peaking } from "@plimsoll/agent";
import { afterEach, expect, test } from "vitest";
import { hierarchy } from "./box.ts";

const id = randomBytes(32).toString("hex");
const folders = hierarchy.legacy
  ? ["memory", "cpuacct", "cpu"].map((controller) => join(dirname(hierarchy.root), controller, id))
  : [join(hierarchy.root, id)];

afterEach(async () => {
  await wait(100); // the kernel takes a process out of its cgroup a moment after it ended
  for (const folder of folders) rmdirSync(folder);
});

/** Holds 50 MiB for three seconds in which it does nothing but work. */
const program = `
held = b"x" * (50 << 20)
import time
end = time.time() + 3
while time.time() < end: pass
`;

test("50 MiB held and half a processor, which is all that it may have", async () => {
  for (const folder of folders) mkdirSync(folder);
  const last = folders.at(-1)!;
  if (hierarchy.legacy) writeFileSync(join(last, "cpu.cfs_quota_us"), "50000");
  else writeFileSync(join(last, "cpu.max"), "50000 100000");
  const enter = `for f in ${folders.join(" ")}; do echo $$ >$f/cgroup.procs; done; exec python3 -c "$0"`;
  const began = Date.now();
  const child = spawn("/bin/sh", ["-ec", enter, program], { stdio: "inherit" });
  const ended = new Promise((resolve) => child.on("close", resolve));
  const measure = measureIn(hierarchy);
  const peaking = new Peaking(began, true);
  for (let going = true; going;) {
    going = await Promise.race([ended.then(() => false), wait(200, true)]);
    const now = Date.now();
    if (going && peaking.isDue(now)) peaking.take(measure({ id, path: `/${id}` }), now);
  }
  const { memoryBytes, unreclaimableBytes, cpuMillicores, cpuSeconds, throttledPeriods } = peaking.peaks()!;
  const mebibytes = [memoryBytes, unreclaimableBytes].map((bytes) => Math.round(bytes! / 2 ** 20));
  console.log(
    `held ${mebibytes[1]} MiB of ${mebibytes[0]} MiB at most, ${cpuMillicores}m over ${cpuSeconds} s at most, slowed in ${throttledPeriods} periods`,
  );
  expect(mebibytes[1]).toBeGreaterThanOrEqual(50);
  expect(mebibytes[1]).toBeLessThan(65);
  expect(mebibytes[0]).toBeGreaterThanOrEqual(mebibytes[1]!);
  expect(cpuMillicores).toBeGreaterThan(200);
  expect(cpuMillicores).toBeLessThan(650);
  expect(cpuSeconds).toBeLessThanOrEqual(5);
  expect(throttledPeriods).toBeGreaterThan(5);
}, 30_000);
