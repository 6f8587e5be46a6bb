import { expect, test } from "vitest";
import { ownerOf, type Framework } from "../controls/framework.ts";
import type { Tally } from "../controls/ledger.ts";
import { requirementsOf, scoreOf } from "./posture.ts";

const tally = (counts: Partial<Tally>): Tally => ({
  pass: 0,
  fail: 0,
  accepted: 0,
  skip: 0,
  unknown: 0,
  failedIn: new Map(),
  ...counts,
});
const framework: Framework = {
  id: "f",
  title: "F",
  version: "1",
  source: "",
  description: "",
  owners: [{ begins: ["1."], owner: { eks: "provider", openshift: "shared" } }],
  requirements: [
    { id: "1.1", title: "", controls: ["a"] },
    { id: "5.1", title: "", controls: ["b"] },
    { id: "5.2", title: "", controls: ["a", "b"] },
    { id: "5.3", title: "", controls: [], manual: "look" },
    { id: "5.4", title: "", controls: ["never-run"] },
  ],
};
const tallies = new Map([
  ["a", tally({ fail: 2, failedIn: new Map([["shop", 2]]) })],
  ["b", tally({ pass: 3 })],
]);

test("what the provider runs is skipped with its reason, and leaves the score", () => {
  const own = requirementsOf(framework, tallies);
  expect(own.map(({ status }) => status)).toEqual(["failed", "met", "failed", "manual", "unknown"]);
  expect(scoreOf(framework, own)).toMatchObject({ score: 1 / 4, failed: 2, unknown: 1 });
  const managed = requirementsOf(framework, tallies, "eks");
  expect(managed[0]).toMatchObject({
    owner: "provider",
    status: "skip",
    because: expect.stringContaining("provider"),
  });
  expect(scoreOf(framework, managed)).toMatchObject({ score: 1 / 3, skipped: 1 });
});

test.each([
  ["eks", "provider"],
  ["openshift", "shared"],
  ["self-managed", "customer"],
  ["k3s", "customer"],
  [undefined, "customer"],
] as const)("on %s the control plane is the %s's", (distribution, owner) => {
  expect(ownerOf(framework, "1.1", distribution)).toBe(owner);
  expect(ownerOf(framework, "5.1", distribution)).toBe("customer");
});
