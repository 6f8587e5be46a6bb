/** A rule that names nothing is narrowed to what its holders asked for, where all of them were watched; by hand otherwise. */
import { expect, test } from "vitest";
import {
  applyOperations,
  exampleSnapshot,
  scan,
  type Edit,
  type Observation,
  type Report,
  type Resource,
  type Snapshot,
  type Watch,
} from "@plimsoll/core";
import { library } from "./index.ts";

const group = "rbac.authorization.k8s.io";
const until = "2026-01-09T00:00:00.000Z";
const span = [{ from: "2026-01-01T00:00:00.000Z", to: until }];

function role(...rules: readonly object[]): Resource {
  return {
    apiVersion: `${group}/v1`,
    kind: "ClusterRole",
    metadata: { name: "operator" },
    rules,
  } as Resource;
}

function bound(...names: readonly string[]): Resource {
  return {
    apiVersion: `${group}/v1`,
    kind: "ClusterRoleBinding",
    metadata: { name: "operator" },
    roleRef: { apiGroup: group, kind: "ClusterRole", name: "operator" },
    subjects: names.map((name) => ({ kind: "ServiceAccount", name, namespace: "shop" })),
  } as Resource;
}

const everything = { apiGroups: ["*"], resources: ["*"], verbs: ["*"] };
const reading = { apiGroups: [""], resources: ["configmaps"], verbs: ["get"] };

function accountOf(name: string): Observation["container"] {
  return { namespace: "shop", workloadKind: "ServiceAccount", workload: name, container: "" };
}

/** The API server's log was read whole for a week. */
function watched(name: string): Watch {
  return {
    container: accountOf(name),
    pod: "",
    sensor: "audit",
    provenance: "log",
    watched: span,
    heard: span,
    fromStart: true,
    sight: { "api-request": "whole" },
    events: {},
    drops: 0,
  };
}

function hourOf(name: string): Watch {
  const hour = [{ from: "2026-01-08T23:00:00.000Z", to: until }];
  return { ...watched(name), watched: hour, heard: hour };
}

function asked(account: string, verb: string, resource: string, name = ""): Observation {
  return {
    container: accountOf(account),
    detail: {
      kind: "api-request",
      verb,
      group: "",
      resource,
      namespace: "shop",
      ...(name === "" ? {} : { name }),
      allowed: true,
    },
    sensor: "audit",
    trust: "kernel",
    support: [{ pod: "", provenance: "log", first: span[0]!.from, last: until, count: 3 }],
  };
}

function reportOf(resources: readonly Resource[], seen: Partial<Snapshot> = {}): Report {
  const snapshot = exampleSnapshot(resources);
  const whole = { ...snapshot, header: { ...snapshot.header, takenAt: until }, ...seen };
  return scan(whole, library, { toolVersion: "0" });
}

function editFor(report: Report, control: string): Edit {
  const finding = report.results.find((result) => result.control === control && result.result === "fail");
  return report.edits.find(({ resolves }) => resolves.includes(finding!.id))!;
}

const rulesAfter = (before: Resource, { operations }: Edit): unknown =>
  (applyOperations(before, operations) as { rules?: unknown }).rules;

test("what was asked for stays, and all else goes", () => {
  const own = role(reading, everything);
  const seen = {
    watches: [watched("web"), watched("jobs")],
    observations: [
      asked("web", "list", "pods"),
      asked("jobs", "get", "secrets", "key"),
      asked("jobs", "get", "configmaps", "a"),
    ],
  };
  const edit = editFor(reportOf([own, bound("web", "jobs")], seen), "role-all-permissions");
  expect(edit).toMatchObject({ byHand: false, verdict: { verdict: "repaired", basis: "observation" } });
  expect(rulesAfter(own, edit)).toEqual([
    reading,
    { apiGroups: [""], resources: ["secrets"], resourceNames: ["key"], verbs: ["get"] },
    { apiGroups: [""], resources: ["pods"], verbs: ["list"] },
  ]);
});

test("who asked for nothing in a week needs nothing", () => {
  const own = role(everything);
  const edit = editFor(reportOf([own, bound("web")], { watches: [watched("web")] }), "role-all-permissions");
  expect(edit).toMatchObject({ byHand: false, verdict: { verdict: "clear" } });
  expect(rulesAfter(own, edit)).toEqual([]);
});

test.each([
  ["nobody looked", "unknown", {}],
  [
    "the log was read for an hour",
    "breaks",
    { watches: [hourOf("web")], observations: [asked("web", "list", "pods")] },
  ],
  ["not all bindings were read", "unknown", { covered: [], watches: [watched("web"), watched("jobs")] }],
] as const)("left to hands where %s, and it is told why", (_, verdict, seen) => {
  const report = reportOf([role(everything), bound("web", "jobs")], seen as Partial<Snapshot>);
  const edit = editFor(report, "role-all-permissions");
  expect(edit).toMatchObject({ byHand: true, operations: [] });
  const finding = report.results.find(({ id }) => id === edit.resolves[0])!;
  expect(finding.fix).toBeUndefined();
  expect(finding.withheld).toMatchObject({ verdict });
});

test("what stands in files is not all that binds it: the rule stays, whatever was seen", () => {
  const { header, ...rest } = exampleSnapshot([role(everything)]);
  const files = { ...rest, header: { ...header, server: { kind: "files", name: "deploy" } } } as const;
  const { results, edits } = scan(files, library, { toolVersion: "0" });
  const finding = results.find(
    ({ control, result }) => control === "role-all-permissions" && result === "fail",
  )!;
  expect(finding.fix).toBeUndefined();
  expect(finding.withheld?.text).toContain("whether bindings name it that are not in the files");
  expect(edits.find(({ resolves }) => resolves.includes(finding.id))).toMatchObject({
    byHand: true,
    operations: [],
  });
});
