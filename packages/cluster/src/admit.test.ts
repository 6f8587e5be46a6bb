import type { Resource } from "@plimsoll/core";
import { expect, test } from "vitest";
import { createDraft, type Draft } from "./draft.ts";
import { takeText } from "./take.ts";

function taken(text: string): Draft {
  const draft = createDraft();
  takeText(draft, text, { file: "a.yaml", syntax: "either", named: true });
  return draft;
}

/** Every position leads to the key that stands there. */
function checkPositions(text: string, resource: Resource, positions: ArrayLike<number>): void {
  const lines = text.split("\n");
  let at = 0;
  const visit = (value: unknown, key: string | undefined): void => {
    const rest = lines[positions[at * 2]! - 1]!.slice(positions[at * 2 + 1]! - 1);
    if (key !== undefined) expect(rest.replace(/^["']/, "").startsWith(key)).toBe(true);
    at += 1;
    if (Array.isArray(value)) for (const entry of value) visit(entry, undefined);
    else if (typeof value === "object" && value !== null) {
      for (const [name, entry] of Object.entries(value)) visit(entry, name);
    }
  };
  visit(resource, undefined);
  expect(positions.length).toBe(at * 2);
}

test("positions stay in step with what was left out", () => {
  const text = `# head
apiVersion: v1
kind: Node
metadata:
  managedFields: [{manager: x, time: "2026-01-01T00:00:00Z"}]
  name: a
  creationTimestamp: null
  annotations:
    kubectl.kubernetes.io/last-applied-configuration: |
      {}
    keep: this
  labels: {b: c}
status:
  images: [{names: [x]}]
  nodeInfo:
    kubeletVersion: v1
  capacity: {cpu: 1}
  conditions:
  - type: Ready
spec:
  taints:
  - key: a
    value: null
    effect: NoSchedule
  unschedulable: null
`;
  const [record] = taken(text).resources;
  expect(record?.resource).toEqual({
    apiVersion: "v1",
    kind: "Node",
    metadata: { name: "a", annotations: { keep: "this" }, labels: { b: "c" } },
    status: { nodeInfo: { kubeletVersion: "v1" }, conditions: [{ type: "Ready" }] },
    spec: { taints: [{ key: "a", effect: "NoSchedule" }] },
  });
  expect(record?.lastChange).toEqual({ manager: "x", at: "2026-01-01T00:00:00Z" });
  checkPositions(text, record!.resource, record!.source.positions!);
});

test("values of Secrets never enter, whatever they are", () => {
  const text =
    "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\ndata: {x: aHVudGVyMg==, u: null, z: 1}\nstringData: {w: hunter2}\n";
  const [record] = taken(text).resources;
  const marker = "plimsoll-redacted:secret:0:0000000000000000";
  expect(record?.resource).toMatchObject({
    data: { x: marker, u: marker, z: marker },
    stringData: { w: marker },
  });
});

test("credentials are markers wherever they stand", () => {
  const text = `apiVersion: v1
kind: Pod
metadata:
  name: a
  annotations: {deploy-token: 4f8a9c2e7b1d}
spec:
  containers:
  - name: a
    image: b
    env:
    - {name: DB_PASSWORD, value: hunter2}
    - {name: DB_HOST, value: db.shop}
    command: [sh, -c, "curl -H 'Authorization: Bearer abcdefghijklmnopqrstuvwxyz012345' x"]
    args: [--password, s3cret, --token=abc123def456, --verbose]
    livenessProbe: {httpGet: {httpHeaders: [{name: X-Api-Key, value: 9f8e7d6c5b4a}]}}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: b}
data:
  app.properties: |
    user=web
    spring.datasource.password=hunter3
  API_KEY: 0123abcd4567
binaryData: {k: aHVudGVyMg==}
`;
  const all = JSON.stringify(taken(text).resources.map(({ resource }) => resource));
  for (const secret of [
    "4f8a9c2e7b1d",
    "hunter2",
    "abcdefghijklmnopqrstuvwxyz012345",
    "s3cret",
    "abc123def456",
    "9f8e7d6c5b4a",
    "hunter3",
    "0123abcd4567",
    "aHVudGVyMg",
  ]) {
    expect(all).not.toContain(secret);
  }
  expect(all).toContain("db.shop");
  expect(all).toMatch(/--token=plimsoll-redacted:token:12:[0-9a-f]{16}/);
  expect(all).toMatch(/user=web\\nspring\.datasource\.password=plimsoll-redacted:password:7:[0-9a-f]{16}\\n/);
});

test("what is redacted stays as it is when it is read again", () => {
  const text =
    "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: b, env: [{name: PASSWORD, value: hunter2}], args: [--password=hunter2]}]}\n";
  const [first] = taken(text).resources;
  const [second] = taken(JSON.stringify(first!.resource)).resources;
  expect(second?.resource).toEqual(first?.resource);
});
