/** Of an edit that takes several entries out of a list, those are chosen of which enough was seen. */
import { expect, test } from "vitest";
import {
  applyOperations,
  defineControl,
  scan,
  type Resource,
  type Snapshot,
  type VerdictKind,
} from "@plimsoll/core";
import { chooseEdits } from "./choose.ts";
import { mergedFixes } from "./merge.ts";

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
});
const rbac = "rbac.authorization.k8s.io";
const subjects = ["system:serviceaccounts:shop", "developers", "system:serviceaccounts:bank", "kept"];
const binding: Resource = {
  apiVersion: `${rbac}/v1`,
  kind: "RoleBinding",
  metadata: { name: "b", namespace: "shop" },
  roleRef: { apiGroup: rbac, kind: "Role", name: "r" },
  subjects: subjects.map((name) => ({ apiGroup: rbac, kind: "Group", name })),
};
const role: Resource = {
  apiVersion: `${rbac}/v1`,
  kind: "Role",
  metadata: { name: "r", namespace: "shop" },
  rules: [{ apiGroups: [""], resources: ["secrets"], verbs: ["get"] }],
};
const day = [{ from: "2026-01-01T00:00:00Z", to: "2026-01-03T00:00:00Z" }];
const snapshot: Snapshot = {
  header: {
    format: "plimsoll-snapshot",
    version: 1,
    takenAt: "2026-01-03T00:00:00Z",
    server: { kind: "files", name: "test" },
  },
  resources: [binding, role].map((resource) => ({ resource, source: { file: "a.yaml" } })),
  observations: [],
  watches: [
    {
      container: { namespace: "shop", workloadKind: "ServiceAccount", workload: "other", container: "" },
      pod: "",
      sensor: "audit",
      provenance: "log",
      watched: day,
      heard: day,
      fromStart: false,
      sight: { "api-request": "whole" },
      events: {},
      drops: 0,
    },
  ],
  images: [],
  gaps: [],
  skipped: [],
  covered: ["*"],
};

test.each<readonly [readonly VerdictKind[], readonly string[]]>([
  [["clear"], ["developers", "kept"]],
  [["clear", "unknown"], ["kept"]],
])("only %j", (only, left) => {
  const report = scan(snapshot, { controls: [held], frameworks: [] }, { toolVersion: "t" });
  const { chosen, passed } = chooseEdits(report, snapshot, { edits: [], only, breaking: [] }, () => report);
  expect(passed.length).toBe(only.includes("unknown") ? 0 : 1);
  const { fixes } = mergedFixes(chosen);
  const after = applyOperations<Resource>(binding, fixes[0]!.operations);
  expect((after["subjects"] as unknown as readonly { name: string }[]).map(({ name }) => name)).toEqual(left);
});
