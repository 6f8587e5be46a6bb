/** Lines of a watch: cut wherever, garbled however, each is an event, or a fault that is not passed over. */
import { expect, test } from "vitest";
import fc from "fast-check";
import { eventOf } from "./event.ts";
import { WatchFaultError } from "./fault.ts";
import { linesOf } from "./lines.ts";
import { compareVersions } from "./version.ts";

const listing = { apiVersion: "v1", kind: "Pod", resource: "pods", namespaced: true };
const metadata = { name: "p", namespace: "a", uid: "u", resourceVersion: "7" };
const pod = { apiVersion: "v1", kind: "Pod", metadata };

test.each<readonly [string, unknown, object]>([
  ["an object that is new", { type: "ADDED", object: pod }, { type: "put", key: "a/p", version: "7" }],
  ["one that changed", { type: "MODIFIED", object: pod }, { type: "put", uid: "u" }],
  ["one that is gone", { type: "DELETED", object: pod }, { type: "delete", key: "a/p" }],
  [
    "a bookmark",
    { type: "BOOKMARK", object: { kind: "Pod", apiVersion: "v1", metadata: { resourceVersion: "9" } } },
    { type: "bookmark", version: "9", endsInitial: false },
  ],
  [
    "the end of the first state",
    {
      type: "BOOKMARK",
      object: {
        kind: "Pod",
        metadata: { resourceVersion: "9", annotations: { "k8s.io/initial-events-end": "true" } },
      },
    },
    { type: "bookmark", endsInitial: true },
  ],
])("%s is understood", (_, line, event) => {
  expect(eventOf(JSON.stringify(line), listing)).toMatchObject(event);
});

test.each<readonly [string, string]>([
  ["no JSON", '{"type":"ADDED","object":{"me'],
  ["no event", "[]"],
  ["no object", '{"type":"ADDED"}'],
  ["an unknown type", JSON.stringify({ type: "SEEN", object: pod })],
  ["another kind", JSON.stringify({ type: "ADDED", object: { ...pod, kind: "Node" } })],
  ["another version", JSON.stringify({ type: "ADDED", object: { ...pod, apiVersion: "v2" } })],
  ["no name", JSON.stringify({ type: "ADDED", object: { ...pod, metadata: { ...metadata, name: "" } } })],
  ["no version", JSON.stringify({ type: "DELETED", object: { ...pod, metadata: { name: "p" } } })],
  ["a bookmark of nothing", JSON.stringify({ type: "BOOKMARK", object: pod && { kind: "Pod" } })],
  ["a list as metadata", JSON.stringify({ type: "ADDED", object: { ...pod, metadata: [] } })],
  [
    "a number as uid",
    JSON.stringify({ type: "ADDED", object: { ...pod, metadata: { ...metadata, uid: 1 } } }),
  ],
])("%s is a fault", (_, line) => {
  expect(() => eventOf(line, listing)).toThrow(WatchFaultError);
});

test.each([
  [{ code: 410 }, "expired", 410],
  [{ code: 500, reason: "Expired" }, "expired", 410],
  [{ code: 500, message: "etcd" }, "server-error", 500],
  [{ code: 429, details: { retryAfterSeconds: 3 } }, "throttled", 429],
  [{}, "server-error", 500],
])("what the server reports is an error: %j", (object, code, status) => {
  const line = JSON.stringify({ type: "ERROR", object });
  expect(() => eventOf(line, listing)).toThrow(expect.objectContaining({ code, status }));
});

async function* cutUp(bytes: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  let at = 0;
  for (const size of sizes) {
    yield bytes.subarray(at, at + size);
    at += size;
  }
  yield bytes.subarray(at);
}

test("lines are the same wherever bytes are cut", async () => {
  const text = fc.string({ unit: "grapheme" }).map((line) => line.toWellFormed().replaceAll("\n", "") || "x");
  await fc.assert(
    fc.asyncProperty(fc.array(text, { maxLength: 6 }), fc.array(fc.nat(9)), async (lines, sizes) => {
      const bytes = new TextEncoder().encode(lines.map((line) => `${line}\n`).join(""));
      const found: string[] = [];
      for await (const some of linesOf(cutUp(bytes, sizes), 1_000)) found.push(...some);
      expect(found).toEqual(lines);
    }),
    { numRuns: 300 },
  );
});

test.each<readonly [string, readonly number[], readonly string[], string]>([
  ["no UTF-8", [0x61, 0x0a, 0xff, 0x0a, 0x62, 0x0a], ["a"], "corrupt"],
  ["too long", [0x61, 0x0a, ...Array.from({ length: 9 }, () => 0x62), 0x0a, 0x63, 0x0a], ["a"], "oversize"],
  [
    "too long, and without an end yet",
    [0x61, 0x0a, ...Array.from({ length: 9 }, () => 0x62)],
    ["a"],
    "oversize",
  ],
  ["without an end", [0x61, 0x0a, 0x62], ["a"], "corrupt"],
])("a line that is %s is thrown, after those before it", async (_, bytes, before, code) => {
  const found: string[] = [];
  const read = async (): Promise<void> => {
    for await (const some of linesOf(cutUp(Uint8Array.from(bytes), [3]), 8)) found.push(...some);
  };
  await expect(read()).rejects.toMatchObject({ code });
  expect(found).toEqual(before);
});

test.each([
  ["9", "10", -1],
  ["10", "9", 1],
  ["123", "123", 0],
  ["18446744073709551615", "18446744073709551614", 1],
  ["abc", "10", undefined],
  ["010", "9", undefined],
  ["", "9", undefined],
])("version %j to %j", (one, other, sign) => {
  const order = compareVersions(one, other);
  expect(order === undefined ? undefined : Math.sign(order)).toBe(sign);
});
