/** An edit that takes several entries out of a list tells of each where not all may be told of it. */
import { expect, test } from "vitest";
import { defineControl } from "../../controls/control.ts";
import type { Json } from "../../model/json.ts";
import type { Watch } from "../../model/observation.ts";
import { scan } from "../../scan.ts";
import { of, rbac, snapshotOf, watch } from "../fixtures/shop.ts";
import { applyOperations } from "../patches/patch.ts";

const held = defineControl({
  id: "held",
  title: "t",
  severity: "high",
  why: "w",
  remediation: "Remove it.",
  equivalents: [],
  target: "binding",
  each: "subjects",
  path: "name",
  validate: "item.name == 'kept'",
  message: "m",
  fix: [{ remove: "" }],
  examples: { pass: [], fail: [] },
} as never);

const log: Watch = {
  ...watch({ namespace: "shop", workloadKind: "ServiceAccount", workload: "other", container: "" }, ""),
};
const group = (name: string): Json => ({ apiGroup: rbac, kind: "Group", name });

test.each([
  [
    "a group of accounts that asked for nothing, and people",
    ["system:serviceaccounts:shop", "developers", "kept"],
    ["unknown", "clear"],
    ["developers", "kept"],
  ],
  ["of people alone each is as little known", ["developers", "testers"], undefined, undefined],
  ["one entry is the whole", ["developers", "kept"], undefined, undefined],
] as const)("%s", (_, subjects, verdicts, left) => {
  const binding = of(`${rbac}/v1`, "RoleBinding", "b", "shop", {
    roleRef: { apiGroup: rbac, kind: "Role", name: "r" },
    subjects: subjects.map(group),
  });
  const role = of(`${rbac}/v1`, "Role", "r", "shop", {
    rules: [{ apiGroups: [""], resources: ["secrets"], verbs: ["get"] }],
  });
  const snapshot = { ...snapshotOf([], [binding, role]), watches: [log] };
  const { edits, results } = scan(snapshot, { controls: [held], frameworks: [] }, { toolVersion: "t" });
  const [edit] = edits.filter(({ resource }) => resource.name === "b");
  expect(edit?.verdict?.verdict).toBe("unknown");
  expect(edit?.verdict?.entries?.map(({ verdict }) => verdict)).toEqual(verdicts);
  if (left === undefined) return;
  const clear = edit!.verdict!.entries!.find(({ verdict }) => verdict === "clear");
  const { operations = [] } = results.find(({ id }) => id === clear?.resolves[0])?.fix ?? {};
  const after = applyOperations(binding, operations);
  expect((after["subjects"] as readonly { name: string }[]).map(({ name }) => name)).toEqual(left);
});
