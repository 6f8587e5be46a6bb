import fc from "fast-check";
import { expect, test } from "vitest";
import type { Detection } from "../model/detection.ts";
import type { Observation, Watch } from "../model/observation.ts";
import { matchesPattern } from "./collapse.ts";
import { detected, expected, opened, ran, saw, watch, web } from "./fixtures/seen.ts";
import { joinSeen } from "./merge.ts";
import { inCluster, profilesOf, type Behaviour, type ProfileOptions } from "./profile.ts";
import { textsOf } from "./variable.ts";

const pods = ["web-1", "web-2", "web-3"];
const watches = pods.map((pod) => watch(pod));
const options: ProfileOptions = { expectedOf: () => expected };

function behaviours(
  observations: readonly Observation[],
  detections: readonly Detection[] = [],
  watched: readonly Watch[] = watches,
  more: Partial<ProfileOptions> = {},
): readonly Behaviour[] {
  const [profile] = profilesOf({ observations, watches: watched, detections }, { ...options, ...more });
  return profile!.behaviours;
}

const late = "2026-09-10T10:00:00.000Z";
const learning: readonly (readonly [
  string,
  readonly Observation[],
  readonly Detection[],
  readonly string[],
])[] = [
  ["all replicas", [saw(ran("/bin/app"), pods)], [], []],
  ["two of three", [saw(ran("/bin/app"), ["web-1", "web-3"])], [], []],
  ["one of three", [saw(ran("/bin/sh"), ["web-2"])], [], ["few-replicas"]],
  ["by somebody's exec", [saw(ran("/bin/sh"), pods, { origin: "exec" })], [], ["exec"]],
  ["by the runtime", [saw(opened("/proc/self"), pods, { origin: "set-up" })], [], ["set-up"]],
  ["told by its own output", [saw(ran("/bin/app"), pods, { trust: "claimed" })], [], ["claimed"]],
  [
    "from the moment of a detection on",
    [saw(ran("/bin/nc"), pods, {}, late)],
    pods.map((pod) => detected(pod, late)),
    ["near-detection"],
  ],
  [
    "a minute after it",
    [saw(ran("/bin/nc"), ["web-1"], {}, "2026-09-10T10:00:59.000Z")],
    [detected("web-1", late)],
    ["near-detection"],
  ],
  [
    "in another pod than it",
    [saw(ran("/bin/cp"), ["web-2", "web-3"], {}, late)],
    [detected("web-1", late)],
    [],
  ],
  ["long before it", [saw(ran("/bin/app"), pods)], pods.map((pod) => detected(pod, late)), []],
  [
    "near it in two of three pods",
    [saw(ran("/bin/nc"), pods, {}, late)],
    [detected("web-1", late), detected("web-2", late)],
    ["few-replicas"],
  ],
];

test.each(learning)("what was done %s", (_title, observations, detections, flags) => {
  const [found] = behaviours(observations, detections);
  expect(found!.flags.map(({ id }) => id)).toEqual(flags);
  expect(found!.learned).toBe(flags.length === 0);
  expect(found!.witnesses).toEqual(observations);
});

test("a person may accept what is flagged, and only that", () => {
  const observations = [saw(ran("/bin/sh"), ["web-2"]), saw(ran("/bin/nc"), ["web-2"])];
  const shell = behaviours(observations).find(
    ({ detail }) => detail.kind === "exec" && detail.path === "/bin/sh",
  )!;
  const after = behaviours(observations, [], watches, { accepted: new Set([shell.key]) });
  expect(
    after.map(({ detail, learned, flags }) => [(detail as { path: string }).path, learned, flags.length]),
  ).toEqual([
    ["/bin/nc", false, 1],
    ["/bin/sh", true, 1],
  ]);
});

test("a lone replica is its own quorum, and where pods have no names there is one", () => {
  const alone = [watch("web-1")];
  expect(behaviours([saw(ran("/bin/sh"), ["web-1"])], [], alone)[0]).toMatchObject({
    learned: true,
    replicasWatched: 1,
  });
  const nameless = behaviours([saw(ran("/bin/sh"), [""])], [], [watch("")])[0]!;
  expect([nameless.learned, nameless.replicas, nameless.replicasWatched]).toEqual([true, 1, 1]);
});

test("of fifty replicas one in ten must do it", () => {
  const many = Array.from({ length: 50 }, (_, index) => `web-${index}`);
  const watched = many.map((pod) => watch(pod));
  const did = (count: number): boolean =>
    behaviours([saw(ran("/bin/x"), many.slice(0, count))], [], watched)[0]!.learned;
  expect([did(4), did(5)]).toEqual([false, true]);
});

test("temporary names of each replica are one behaviour of all of them", () => {
  const names = ["z1b2c3d4", "x9y8z7w6", "q1w2e3r4", "m5n6b7v8", "k2j3h4g5", "p0o9i8u7"];
  const observations = names.map((name, index) => saw(opened(`/tmp/job-${name}`), [pods[index % 3]!]));
  const found = behaviours(observations);
  expect(
    found.map(({ patterns, replicas, learned, count }) => ({ patterns, replicas, learned, count })),
  ).toEqual([{ patterns: ["/tmp/job-<random:8>", ""], replicas: 3, learned: true, count: 12 }]);
  expect(behaviours(observations.slice(0, 4)).filter(({ learned }) => learned)).toEqual([]);
});

test("an intruder's names make no pattern, and his file hides behind none", () => {
  const own = [1, 2, 3, 4, 5].map((pid) => saw(opened(`/proc/${pid}/stat`), pods));
  const his = [6, 7, 8, 9, 10, 11].map((pid) => saw(opened(`/proc/${pid}/environ`), ["web-1"], {}, late));
  const found = behaviours([...own, ...his], [detected("web-1", late)]);
  expect(found.filter(({ learned }) => learned).map(({ patterns }) => patterns?.[0])).toEqual([
    "/proc/<number>/stat",
  ]);
  expect(found.filter(({ learned }) => !learned)).toHaveLength(6);
});

test("programs in folders of random names stay apart", () => {
  const found = behaviours(
    [1, 2, 3, 4, 5, 6].map((index) => saw(ran(`/tmp/${index}${index}${index}${index}/x`), pods)),
  );
  expect(found).toHaveLength(6);
});

test("peers are their workloads, and many strangers at one port are anybody", () => {
  const from = (peer: object): Observation =>
    saw({ kind: "connection", operation: "accept", direction: "in", protocol: "TCP", port: 80, peer }, pods);
  const known = ["10.0.0.1", "10.0.0.2"].map((address) =>
    from({ address, namespace: "shop", workload: "Deployment/front", pod: `front-${address}` }),
  );
  const strangers = [1, 2, 3, 4, 5].map((index) => from({ address: `203.0.113.${index}` }));
  expect(behaviours([...known, ...strangers.slice(0, 4)])).toHaveLength(5);
  const found = behaviours([...known, ...strangers]);
  expect(found.map(({ patterns, witnesses }) => [patterns?.[0], witnesses.length])).toEqual([
    [undefined, 2],
    ["<address>", 5],
  ]);
});

test("the same told by two sensors is one, counted as the better of them does", () => {
  const found = behaviours([
    saw(ran("/bin/app"), pods),
    saw(ran("/bin/app"), ["web-1"], { sensor: "tetragon" }),
  ]);
  expect(found.map(({ count, sensors, replicas }) => ({ count, sensors, replicas }))).toEqual([
    { count: 6, sensors: ["agent", "tetragon"], replicas: 3 },
  ]);
});

test("each image has its profile, each profile its ledger", () => {
  const next = { ...web, image: `sha256:${"b".repeat(64)}` };
  const found = profilesOf(
    {
      observations: [saw(ran("/bin/a"), pods), saw(ran("/bin/b"), pods, { container: next })],
      watches: [...watches, ...pods.map((pod) => watch(pod, { container: next, fromStart: false }))],
      detections: [],
    },
    options,
  );
  expect(
    found.map(({ container, behaviours: list, ledger }) => [
      container.image!.slice(7, 8),
      list.length,
      ledger.kinds.exec.startupSeen,
    ]),
  ).toEqual([
    ["a", 1, true],
    ["b", 1, false],
  ]);
});

test("replicas of the same name in two clusters are two", () => {
  const seen = { observations: [saw(ran("/bin/app"), ["web-1"])], watches: [watch("web-1")], detections: [] };
  const joined = joinSeen([inCluster(seen, "east"), inCluster(seen, "west")]);
  expect(profilesOf(joined, options)[0]!.behaviours[0]).toMatchObject({
    replicas: 2,
    replicasWatched: 2,
    learned: true,
  });
  expect(joinSeen([inCluster(seen, "east"), inCluster(seen, "east")]).watches).toHaveLength(1);
});

const details = fc.oneof(
  fc
    .tuple(fc.constantFrom("/proc", "/tmp/x", "/data"), fc.nat(30), fc.constantFrom("stat", "log"))
    .map(([a, b, c]) => opened(`${a}/${b}/${c}`)),
  fc.tuple(fc.constantFrom("/bin/a", "/bin/b"), fc.nat(30)).map(([path, arg]) => ran(path, String(arg))),
);
const observed = fc.array(
  fc.tuple(details, fc.subarray(pods, { minLength: 1 }), fc.constantFrom(undefined, "exec" as const)),
  { maxLength: 60 },
);

test("every observation is a witness of one behaviour or absorbed by its like, and patterns match their witnesses", () => {
  fc.assert(
    fc.property(observed, (list) => {
      const observations = joinSeen(
        list.map(([detail, who, origin]) => ({
          observations: [saw(detail, who, origin === undefined ? {} : { origin })],
          watches: [],
          detections: [],
        })),
      ).observations;
      const found = observations.length === 0 ? [] : behaviours(observations);
      for (const { patterns, witnesses } of found) {
        for (const { detail } of witnesses) {
          const texts = textsOf(detail).texts.map(({ text }) => text);
          expect(
            texts.every((text, index) => patterns === undefined || matchesPattern(patterns[index]!, text)),
          ).toBe(true);
        }
      }
      const witnesses = new Set(found.flatMap((each) => each.witnesses));
      const left = observations.filter((each) => !witnesses.has(each));
      expect(left.filter(({ origin }) => origin === undefined)).toEqual([]);
      expect(new Set(found.map(({ key, flags }) => `${key} ${flags[0]?.id}`)).size).toBe(found.length);
    }),
    { numRuns: 100 },
  );
});
