/** Four of five findings at workloads carry a patch, in the sample workloads as files and in the sample snapshot of a live cluster. */
import { join } from "node:path";
import { expect, test } from "vitest";
import { fixShare, total } from "./fixable.ts";

const root = join(import.meta.dirname, "..");

test("four of five findings at workloads carry a patch", async () => {
  const { findings, fixed, unfixed } = total([
    await fixShare(join(root, "tests/cluster/workloads")),
    await fixShare(join(root, "samples/cluster.plimsoll.zst")),
  ]);
  expect(findings).toBeGreaterThan(500);
  expect(fixed / findings, JSON.stringify(unfixed)).toBeGreaterThanOrEqual(0.8);
});
