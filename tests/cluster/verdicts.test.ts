/**
 * The promise, held: every workload of the truth suite is observed from before its start, every fix is judged by what was
 * seen, and the verdict is compared with what the fix really does. Nothing that breaks may be called clear, and what is
 * called repaired must go on working with its repair.
 */
import {
  createInventory,
  createJudge,
  exampleSnapshot,
  joinSeen,
  nothingSeen,
  type EditVerdict,
  type Resource,
  type Seen,
} from "@plimsoll/core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { kubeconfigOf, openApi } from "./api.ts";
import { operationsOf } from "./fixes/manifest.ts";
import { named, objectsOf, observe, roomOf } from "./fixes/observed.ts";
import { pairs } from "./fixes/pairs.ts";
import { end, runRepaired, runUnchanged } from "./fixes/run.ts";
import { nameOf, type Pair } from "./fixes/shape.ts";

const api = openApi(kubeconfigOf("admin"));
/** Policies are judged by another way: they change no field of the workload. */
const judged = pairs.filter(({ fix }) => fix.policies === undefined);
const verdicts = new Map<Pair, EditVerdict>();
/** Minutes stand for days here: each workload does all that it does while it is watched. */
const least = { hours: 0, weekdays: 0, cycles: 1, stale: 24, replicas: 1 };

/** Those that are there now, while their pods take the room that they take. */
function judgeAll(around: readonly Resource[], now: readonly Resource[], seen: Seen): void {
  const workloads = new Map(now.map((object) => [`${object.kind} ${object.metadata.name}`, object]));
  const empty = exampleSnapshot([...now, ...around]);
  const header = { ...empty.header, takenAt: new Date().toISOString() };
  const judge = createJudge(createInventory({ ...empty, header, ...seen }), seen, least);
  for (const pair of judged) {
    const kind = pair.program.cron === undefined ? "Deployment" : "CronJob";
    const workload = workloads.get(`${kind} ${nameOf(pair)}`);
    if (workload !== undefined && !verdicts.has(pair))
      verdicts.set(pair, judge(workload, operationsOf(pair), "kubectl rollout undo"));
  }
}

beforeAll(async () => {
  const observing = await observe();
  let seen = nothingSeen;
  await runUnchanged(api, judged, async () => {
    await new Promise((resolve) => setTimeout(resolve, 2_500)); // two batches of the agent
    const now = await objectsOf(api);
    seen = joinSeen([seen, named(observing.seen(), now)]);
    judgeAll(await roomOf(api), now, seen);
  });
  const { tier, lost } = await observing.end();
  console.log(
    `observed by ${tier}, ${lost} events lost, ${seen.observations.length} behaviours of ${seen.watches.length} containers`,
  );
  const lines = judged.map((pair) => {
    const verdict = verdicts.get(pair);
    return `${nameOf(pair).padEnd(52)} ${pair.truth.padEnd(9)} ${(verdict?.verdict ?? "none").padEnd(9)} ${verdict?.text?.slice(0, 160) ?? ""}`;
  });
  console.log(lines.join("\n"));
}, 900_000);

afterAll(async () => {
  await end(api);
  await api.close();
}, 240_000);

const isOffered = (pair: Pair): boolean => ["clear", "repaired"].includes(verdicts.get(pair)?.verdict ?? "");

test("every workload was observed and judged", () => {
  expect(judged.filter((pair) => !verdicts.has(pair)).map(nameOf)).toEqual([]);
});

test("no fix that breaks is called clear", () => {
  const isClear = (pair: Pair): boolean => verdicts.get(pair)?.verdict === "clear";
  expect(judged.filter((pair) => pair.truth === "breaks" && isClear(pair)).map(nameOf)).toEqual([]);
});

test("what is said to break cites what was seen, and says it", () => {
  const breaking = judged.flatMap((pair) => {
    const verdict = verdicts.get(pair);
    return verdict?.verdict === "breaks" ? [[pair, verdict] as const] : [];
  });
  expect(breaking.length).toBeGreaterThan(20);
  // What follows from the objects alone nobody had to see.
  const silent = breaking.filter(
    ([, { text, fields }]) =>
      !fields.some(
        ({ verdict, basis, witnesses }) =>
          verdict === "breaks" &&
          (basis === "construction" || witnesses.some((witness) => text.includes(witness.text))),
      ),
  );
  expect(silent.map(([pair, { text }]) => `${nameOf(pair)}: ${text}`)).toEqual([]);
});

test("whether a pod that asks for more finds room is told as it is", () => {
  const room = judged.filter(({ fix }) => fix.field === "room");
  expect(room.map((pair) => [nameOf(pair), verdicts.get(pair)?.verdict])).toEqual(
    room.map((pair) => [nameOf(pair), pair.truth === "breaks" ? "breaks" : "clear"]),
  );
});

test("what is called repaired goes on working with its repair", { timeout: 300_000 }, async () => {
  const repaired = judged.filter((pair) => verdicts.get(pair)?.verdict === "repaired");
  expect(repaired.length).toBeGreaterThan(0);
  const outcomes = await runRepaired(api, repaired, (pair) => verdicts.get(pair)!.repair);
  const sick = repaired.filter((pair) => outcomes.get(pair)?.healthy !== true);
  expect(sick.map((pair) => `${nameOf(pair)}: ${outcomes.get(pair)?.told}`)).toEqual([]);
});

test("most of what is harmless is offered, and little of it called breaking", () => {
  const harmless = judged.filter(({ truth }) => truth === "harmless");
  const wrong = harmless.filter((pair) => verdicts.get(pair)?.verdict === "breaks");
  const offered = harmless.filter(isOffered);
  console.log(
    `offered ${offered.length} of ${harmless.length} harmless fixes; called breaking and harmless: ${wrong.map(nameOf).join(", ") || "none"}`,
  );
  expect(offered.length / harmless.length).toBeGreaterThanOrEqual(0.85);
});
