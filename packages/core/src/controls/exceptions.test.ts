import { expect, test } from "vitest";
import type { Exception, ExceptionMatch } from "../model/exception.ts";
import type { Resource } from "../model/resource.ts";
import { scan } from "../scan.ts";
import { defineControl } from "./control.ts";
import { exampleSnapshot } from "./example.ts";

const control = defineControl({
  id: "no-host-network",
  title: "t",
  severity: "high",
  why: "w",
  remediation: "r",
  equivalents: ["kubescape:C-0041"],
  target: "pod",
  path: "spec.hostNetwork",
  validate: "!pod.spec.?hostNetwork.orValue(false)",
  message: "m",
  noFix: "n",
  examples: { pass: [], fail: [] },
});
const framework = {
  id: "f",
  title: "f",
  version: "1",
  source: "",
  description: "",
  requirements: [{ id: "1", title: "", controls: ["no-host-network"] }],
};
const library = { controls: [control], frameworks: [framework] };

const pod = (namespace: string, name: string): Resource => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { namespace, name, labels: { app: name } },
  spec: { hostNetwork: true, containers: [{ name: "a", image: "b" }] },
});
const pods = [pod("net", "agent"), pod("shop", "web"), pod("a", "x"), pod("b", "x")];

function judged(match: ExceptionMatch, more: Partial<Exception> = {}, found = pods) {
  const exception: Exception = {
    id: "e",
    controls: ["no-host-network"],
    reason: "because",
    owner: "ops",
    match,
    source: "test",
    ...more,
  };
  return scan(exampleSnapshot(found), library, { toolVersion: "0", exceptions: [exception] });
}

test.each([
  ["by namespace", { namespace: "net" }, 1],
  ["by a name with a star", { name: "*e*" }, 2],
  ["by kind and labels", { kind: "Pod", labels: { app: "web" } }, 1],
  ["by path", { path: "spec.hostNetwork", namespace: "shop" }, 1],
  ["nothing of that name", { name: "web-2" }, 0],
  ["a star at both ends is no part of a longer text", { name: "agent*agent" }, 0],
])("%s", (_, match, count) => {
  const report = judged(match);
  expect(report.results.filter(({ exception }) => exception !== undefined)).toHaveLength(count);
  expect(report.results.every(({ result }) => result === "fail")).toBe(true);
  expect(report.coverage.outcomes).toMatchObject({ fail: 4 - count, excepted: count });
});

test.each([
  ["unused", { name: "web-2" }, {}],
  ["used", { namespace: "net" }, {}],
  ["used", { namespace: "net" }, { controls: ["kubescape:C-0041"] }],
  ["expired", { namespace: "net" }, { until: "2025-12-31" }],
  ["used", { namespace: "net" }, { until: "2026-01-01" }],
  ["over-broad", {}, {}],
  ["over-broad", { name: "*" }, {}],
  ["over-broad", { namespace: "net" }, { controls: ["*"] }],
])("%s: %j %j", (state, match, more) => {
  expect(judged(match, more).exceptions).toMatchObject([{ state }]);
});

test.each([
  {},
  { name: "*" },
  { namespace: "*" },
  { labels: {} },
  { kind: "**", container: "*", path: "*", file: "*" },
])("whatever covers everything is over-broad, in one namespace too: %j", (match) => {
  const because = expect.stringContaining("covers everything, 1 findings");
  expect(judged(match, {}, [pod("net", "agent")]).exceptions).toMatchObject([
    { state: "over-broad", because },
  ]);
});

test("a star names neither a namespace nor a workload", () => {
  const kind = { kind: "Pod", namespace: "*" };
  expect(judged(kind).exceptions).toMatchObject([{ because: "reaches 4 namespaces: name one" }]);
  const all = judged({ namespace: "net", name: "*" }, { controls: ["*"] }).exceptions;
  expect(all).toMatchObject([{ state: "over-broad" }]);
});

test("an ended exception accepts nothing", () => {
  expect(judged({ namespace: "net" }, { until: "2025-12-31" }).coverage.outcomes).toMatchObject({
    fail: 4,
    excepted: 0,
  });
});

test("what is only accepted is neither met nor failed", () => {
  expect(judged({}).requirements[0]).toMatchObject({ status: "accepted", failed: 0 });
  expect(judged({}).frameworks[0]).toMatchObject({ score: null, accepted: 1 });
  expect(judged({ namespace: "net" }).requirements[0]).toMatchObject({
    status: "failed",
    failed: 3,
    namespaces: { shop: 1, a: 1, b: 1 },
  });
});

test("what an exception accepts asks for no edit", () => {
  expect(judged({}).edits).toEqual([]);
});
