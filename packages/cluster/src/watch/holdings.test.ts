/** What is held: no step back, no swap unseen, no end unseen. */
import { expect, test } from "vitest";
import type { WatchEvent } from "./event.ts";
import { createHoldings, type Holdings } from "./holdings.ts";

function setUp(): { readonly holdings: Holdings; readonly said: string[] } {
  const said: string[] = [];
  const holdings = createHoldings({
    put: ({ key, uid, version }) => said.push(`+${key} ${uid} ${version}`),
    remove: (key, uid) => said.push(`-${key} ${uid}`),
  });
  const listed = holdings.begin();
  listed.check("10");
  listed.item({ key: "a/x", uid: "1", version: "5", object: {} });
  listed.item({ key: "a/y", uid: "2", version: "7", object: {} });
  listed.end("10");
  said.length = 0;
  return { holdings, said };
}

function event(text: string): WatchEvent {
  const [type = "", key = "", uid = "", version = ""] = text.split(" ");
  if (type === "bookmark") return { type, version: key, endsInitial: false };
  return { type: type as "put" | "delete", key, uid, version, object: {} };
}

test.each<readonly [string, readonly string[], readonly string[], string]>([
  ["a change", ["put a/x 1 11"], ["+a/x 1 11"], "11"],
  ["an end", ["delete a/x 1 11"], ["-a/x 1"], "11"],
  ["another of the same name", ["put a/x 9 11"], ["-a/x 1", "+a/x 9 11"], "11"],
  ["a line that came twice", ["put a/x 1 11", "put a/x 1 11"], ["+a/x 1 11"], "11"],
  ["an end that came twice", ["delete a/x 1 11", "delete a/x 1 11"], ["-a/x 1"], "11"],
  ["a change that the list had", ["put a/y 2 7"], [], "10"],
  ["the end of what never was", ["delete a/z 4 11"], [], "11"],
  ["a bookmark", ["bookmark 20", "bookmark 15"], [], "20"],
])("%s", (_, events, changes, version) => {
  const { holdings, said } = setUp();
  for (const text of events) holdings.take(event(text));
  expect(said).toEqual(changes);
  expect(holdings.version()).toBe(version);
});

test.each<readonly [string, readonly string[]]>([
  ["an object from before the list", ["put a/z 4 9"]],
  ["a change after its end", ["delete a/x 1 12", "put a/x 1 11"]],
  ["a change after a later one", ["put a/x 1 12", "put a/y 2 11"]],
  ["an event from before a bookmark", ["bookmark 20", "put a/x 1 15"]],
  ["the end of another object", ["delete a/x 9 11"]],
])("%s is disorder", (_, events) => {
  const { holdings } = setUp();
  expect(() => events.forEach((text) => holdings.take(event(text)))).toThrow(
    expect.objectContaining({ code: "disorder" }),
  );
});

test("a list that is older is refused, unless the server was set back; what it lacks is gone, what it repeats is not told", () => {
  const { holdings, said } = setUp();
  holdings.take(event("put a/x 1 30"));
  const stale = holdings.begin();
  expect(() => stale.check("20")).toThrow(expect.objectContaining({ code: "stale" }));
  const listed = holdings.begin();
  listed.check("31");
  listed.item({ key: "a/x", uid: "1", version: "30", object: {} });
  listed.end("31");
  expect(said).toEqual(["+a/x 1 30", "-a/y 2"]);
  const restored = holdings.begin();
  restored.check("20", true);
  restored.item({ key: "a/x", uid: "1", version: "15", object: {} });
  restored.end("20");
  expect(said.at(-1)).toBe("+a/x 1 15");
  expect(holdings.version()).toBe("20");
});

test("sizes are known at every version since the list, and not before or beyond", () => {
  const { holdings } = setUp();
  for (const text of ["put a/z 3 12", "delete a/x 1 14", "bookmark 20"]) holdings.take(event(text));
  const sizes = ["9", "10", "11", "12", "13", "14", "20", "21"].map((version) => holdings.sizeAt(version));
  expect(sizes).toEqual([undefined, 2, 2, 3, 3, 2, 2, undefined]);
});
