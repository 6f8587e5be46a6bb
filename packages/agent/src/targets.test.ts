/** What somebody asks to observe is found in the tree of cgroups, and nothing that only bears its name. */
import { mkdirSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { findTargets } from "./targets.ts";

const root = mkdtempSync(join(tmpdir(), "plimsoll-cgroups-"));
afterAll(() => rmSync(root, { recursive: true }));
const hierarchy = { root, legacy: false };
const [asked, other, gone] = ["a", "b", "c"].map((digit) => digit.repeat(64)) as [string, string, string];
const pod = "/kubepods/pod0123abcd-0123-0123-0123-0123456789ab";
const paths = {
  docker: `/system.slice/docker-${asked}.scope`,
  /** A container's own doing, in its own cgroup. */
  posing: `/docker/${other}/${asked}`,
  absent: `/docker/${other}/${gone}`,
  /** A pod's container on a node that is a container itself. */
  inner: `/docker/${other}${pod}/${"d".repeat(64)}`,
};
for (const path of Object.values(paths)) mkdirSync(join(root, path), { recursive: true });
const cgroupOf = (path: string): bigint => statSync(join(root, path), { bigint: true }).ino;
const find = (id: string): readonly bigint[] => [
  ...findTargets({ containers: [id], processes: [] }, hierarchy)!.cgroups,
];

test("a container by the beginning of its id, and no cgroup within another's that is named so", () => {
  expect(find(asked.slice(0, 12))).toEqual([cgroupOf(paths.docker)]);
  expect(find("d".repeat(12))).toEqual([cgroupOf(paths.inner)]);
  expect(() => find(gone)).toThrow(/no container c{12} runs on this machine/);
  expect(findTargets({ containers: [], processes: [] }, hierarchy)).toBeUndefined();
});
