import { expect, test } from "vitest";
import type { Path, Resource, Source } from "../model/resource.ts";
import { locate, spotAt, spotBelow } from "./spot.ts";
import { formatPath, parsePath, pointerOf, valueAt } from "./path.ts";

const deployment: Resource = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "web", labels: { "a.b/c": "x" } },
  spec: {
    containers: [
      { name: "app", ports: [{ containerPort: 1 }] },
      { name: "log" },
      { name: "log" },
      { name: "7" },
    ],
  },
};

test.each([
  ["spec.hostPID", ["spec", "hostPID"]],
  ['metadata.labels["a.b/c"].d', ["metadata", "labels", "a.b/c", "d"]],
  ["rules[2].verbs", ["rules", 2, "verbs"]],
  ['x["quote\\"d"]', ["x", 'quote"d']],
])("parsePath(%s)", (text, path) => expect(parsePath(text)).toEqual(path));

test("an ill-formed path is refused", () => expect(() => parsePath("a[b")).toThrow("not a path"));

test.each([
  [["spec", "containers", 0, "ports", 0], "spec.containers[app].ports[0]"],
  [["spec", "containers", 1], "spec.containers[1]"],
  [["spec", "containers", 3, "image"], "spec.containers[3].image"],
  [["metadata", "labels", "a.b/c"], 'metadata.labels["a.b/c"]'],
  [[], ""],
])("formatPath(%j) names entries that have a name of their own", (path, text) => {
  expect(formatPath(deployment, path)).toBe(text);
  const record = { resource: deployment, source: { file: "a.yaml" } };
  expect(spotAt(record, path).text).toBe(text);
  const half = path.length >> 1;
  expect(spotBelow(spotAt(record, path.slice(0, half)), path.slice(half))).toMatchObject({
    text,
    value: valueAt(deployment, path),
  });
});

test("prototype keys are absent", () => {
  expect(valueAt(deployment, ["__proto__"])).toBeUndefined();
  expect(valueAt(deployment, ["spec", "constructor", "name"])).toBeUndefined();
});

test("a pointer escapes what separates", () => {
  expect(pointerOf(["metadata", "labels", "a.b/c~"])).toBe("/metadata/labels/a.b~1c~0");
});

test("a line is read from positions in pre-order and falls back to the nearest parent", () => {
  const resource: Resource = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "a" },
    spec: { list: [1, { x: 2 }] },
  };
  const positions = [1, 1, 1, 1, 2, 1, 3, 1, 4, 3, 5, 1, 6, 3, 7, 5, 8, 5, 8, 7];
  const source = { file: "a.yaml", positions };
  const lineAt = (from: Source, path: Path) => locate(resource, from, path);
  expect(lineAt(source, ["spec", "list", 1, "x"])).toEqual({ line: 8, column: 7 });
  expect(lineAt(source, ["spec", "list", 1, "y"])).toEqual({ line: 8, column: 5 });
  expect(lineAt(source, ["metadata", "name"])).toEqual({ line: 4, column: 3 });
  expect(lineAt({ file: "a.yaml", line: 9 }, ["spec"])).toEqual({ line: 9, column: 1 });
  expect(lineAt({ file: "a.yaml" }, ["spec"])).toBeUndefined();
});
