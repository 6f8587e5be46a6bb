/** What rules are told of a behaviour: the program's name, and whether the container is known well enough for news. */
import { expect, test } from "vitest";
import type { Observation, ObservationDetail, Watch } from "../model/observation.ts";
import { createDetector, detectionsOf } from "./detect.ts";
import { base, hourly, now, ran, saw, watch } from "./fixtures/seen.ts";
import { defineDetection } from "./rule.ts";

test.each([
  ["a program of its own", ran("/usr/bin/nmap", "nmap", "-sS"), "nmap"],
  ["an applet by its link", ran("/bin/busybox", "/sbin/insmod", "x.ko"), "insmod"],
  ["an applet by its program", ran("/bin/busybox", "busybox", "nc", "-e"), "nc"],
  ["an applet of a login shell", ran("/usr/bin/toybox", "sh"), "sh"],
  ["the many by no name", ran("/bin/busybox"), "busybox"],
  ["one that only calls itself an applet", ran("/tmp/xmrig", "sh"), "xmrig"],
])("the name of %s", (_, detail, name) => {
  const rule = defineDetection({ ...base, kinds: ["exec"], when: `name == '${name}'` });
  expect(
    detectionsOf({ observations: [saw(detail, ["web-1"])], watches: [] }, [rule]).detections,
  ).toHaveLength(1);
});

const question: ObservationDetail = { kind: "dns", question: "elsewhere.example.com" };
const overTcp: ObservationDetail = {
  kind: "connection",
  operation: "connect",
  direction: "out",
  protocol: "TCP",
  port: 53,
};
const request: ObservationDetail = {
  kind: "api-request",
  verb: "list",
  group: "",
  resource: "secrets",
  namespace: "shop",
  allowed: false,
};
const agent: Watch["sight"] = { dns: "partial", connection: "whole" };

test.each([
  ["a question that is new, where all others were read", question, { sight: agent }, [], 1],
  ["where others may have gone over TCP", question, { sight: agent }, [overTcp], 0],
  ["where connections are not seen whole", question, { sight: { dns: "partial" } }, [], 0],
  ["where the start was not seen", question, { sight: agent, fromStart: false }, [], 0],
  [
    "a request of an account, which has no start",
    request,
    { sight: { "api-request": "whole" }, fromStart: false },
    [],
    1,
  ],
  [
    "where the audit policy leaves requests out",
    request,
    { sight: { "api-request": "partial" }, fromStart: false },
    [],
    0,
  ],
] as const)("news: %s", (_, detail, changes, earlier, told) => {
  const rule = defineDetection({ ...base, kinds: [detail.kind], when: "settled && !learned" });
  const observations = [saw(detail, ["web-1"], {}, now), ...earlier.map((each) => saw(each, ["web-1"]))];
  const seen = { observations, watches: [watch("web-1", changes)] };
  expect(detectionsOf(seen, [rule]).detections).toHaveLength(told);
});

const hour = (count: number): string =>
  new Date(Date.parse("2026-09-02T00:00:00Z") + count * 3_600_000).toISOString();
const loss = (from: number, to: number): Partial<Watch> => ({
  drops: 1,
  losses: [{ from: hour(from), to: hour(to) }],
});
const whole = (pod: string, changes: Partial<Watch> = {}): Watch =>
  watch(pod, { heard: [{ from: hour(0), to: hour(200) }], ...changes });

test.each<readonly [string, readonly Watch[], number, boolean, string | undefined]>([
  ["nothing was lost", [whole("web-1")], 25, true, undefined],
  ["the loss came when it was learned, and long ago", [whole("web-1", loss(30, 31))], 60, true, undefined],
  ["the loss came when it was learned, a while ago", [whole("web-1", loss(30, 31))], 32, true, hour(30)],
  ["the loss goes on", [whole("web-1", loss(30, 40))], 35, true, hour(30)],
  ["the loss was in the learning time: as long again", [whole("web-1", loss(10, 11))], 34, false, undefined],
  ["and then it is known", [whole("web-1", loss(10, 11))], 36, true, undefined],
  [
    "another replica saw the like meanwhile",
    [whole("web-1", loss(10, 11)), whole("web-2")],
    25,
    true,
    hour(10),
  ],
  [
    "the other one was not there meanwhile",
    [whole("web-1", loss(10, 11)), whole("web-2", { heard: [{ from: hour(11), to: hour(200) }] })],
    34,
    false,
    undefined,
  ],
  ["its start was lost", [whole("web-1", loss(0, 1))], 100, false, undefined],
  [
    "its start was lost, and another's was seen",
    [whole("web-1", loss(0, 1)), whole("web-2")],
    25,
    true,
    hour(0),
  ],
  ["nobody says when it was lost", [whole("web-1", { drops: 1 })], 100, false, undefined],
])("a program that is new after losses: %s", (_, watches, at, told, said) => {
  const rule = defineDetection({ ...base, kinds: ["exec"], when: "settled && !learned" });
  const at30 = saw(ran("/bin/known"), ["web-1"], {}, hour(5));
  const observations = [at30, saw(ran("/bin/id"), ["web-1"], {}, hour(at))];
  const { detections } = detectionsOf({ observations, watches }, [rule], {});
  const words =
    said === undefined
      ? ""
      : `; events were lost at ${said.slice(0, 16).replace("T", " ")} UTC, so it may have begun earlier`;
  expect(detections.map(({ message }) => message)).toEqual(told ? [`asked: /bin/id${words}`] : []);
});

const probe: ObservationDetail = { kind: "file", operation: "write", path: "/tmp/alive" };
const cached = (id: string): ObservationDetail => ({
  kind: "file",
  operation: "create",
  path: `/usr/lib/python3/__pycache__/csv.pyc.${id}`,
});

test("what a job's first runs taught stays learned when there were more runs than are remembered", () => {
  const rule = defineDetection({ ...base, kinds: ["exec"], when: "settled && !learned" });
  const programs = Array.from({ length: 3 }, (_, at) => ran(`/bin/own-${at}`));
  const seen = hourly(6_000, programs);
  expect(Math.max(...seen.observations.map(({ support }) => support.length))).toBeLessThan(6_000);
  expect(detectionsOf(seen, [rule]).detections).toEqual([]);
  const others = saw(ran("/bin/id"), ["web-5999"], { origin: "entrypoint" }, now);
  const { detections } = detectionsOf({ ...seen, observations: [...seen.observations, others] }, [rule]);
  expect(detections.map(({ message }) => message)).toEqual(["asked: /bin/id"]);
});

test("what is bad in itself is told of each exec, also while the container is learned", () => {
  const rule = defineDetection({ ...base, kinds: ["file"], when: "!learned" });
  const observations = [
    saw(probe, ["web-1"], { origin: "exec" }),
    saw(cached("1"), ["web-1"], { origin: "entrypoint" }),
  ];
  const { detections } = detectionsOf({ observations, watches: [watch("web-1")] }, [rule]);
  expect(detections.map(({ message }) => message)).toEqual(["asked: writes /tmp/alive"]);
});

test("a container whose start was not seen is learned from its first sight on", () => {
  const rule = defineDetection({ ...base, kinds: ["file"], when: "!learned" });
  const observations = [saw(probe, ["web-1"], {}, now), saw(cached("1"), ["web-1"])];
  const { detections } = detectionsOf({ observations, watches: [watch("web-1", { fromStart: false })] }, [
    rule,
  ]);
  expect(detections.map(({ message }) => message)).toEqual(["asked: writes /tmp/alive"]);
});

test.each([
  ["the same by exec as while it was learned", probe, "exec", probe, "exec", 0],
  ["by the container what only an exec did", probe, "entrypoint", probe, "exec", 1],
  ["by exec what the container does", probe, "exec", probe, "entrypoint", 0],
  ["by exec what nobody did", probe, "exec", cached("1396"), "entrypoint", 1],
  ["of the runtime's set-up", probe, "set-up", cached("1396"), "entrypoint", 0],
  [
    "of a file that differs in its id",
    cached("139650660911232"),
    "entrypoint",
    cached("1396"),
    "entrypoint",
    0,
  ],
] as const)("news: a write %s", (_, detail, origin, before, beforeBy, told) => {
  const rule = defineDetection({ ...base, kinds: ["file"], when: "settled && !learned" });
  const observations = [
    saw(detail, ["web-1"], { origin }, now),
    saw(before, ["web-1"], {
      origin: beforeBy,
      support: saw(before, ["web-1"]).support.map((each) => ({ ...each, last: each.first })),
    }),
  ];
  const since = { since: now };
  expect(
    detectionsOf({ observations, watches: [watch("web-1", { sight: { file: "whole" } })] }, [rule], since)
      .detections,
  ).toHaveLength(told);
});

test.each([
  ["as before", ["sh"], ["sh"], 0],
  ["with words more than before", ["sh"], ["sh", "-c", "id"], 1],
  ["with words fewer than before", ["sh", "-c"], ["sh"], 1],
])("news: a program run %s", (_, before, args, told) => {
  const rule = defineDetection({ ...base, kinds: ["exec"], when: "settled && !learned" });
  const learned = saw(ran("/bin/dash", ...before), ["web-1"]);
  const observations = [
    { ...learned, support: learned.support.map((each) => ({ ...each, last: each.first })) },
    saw(ran("/bin/dash", ...args), ["web-1"], {}, now),
  ];
  const watches = [watch("web-1", { sight: { exec: "whole" } })];
  expect(detectionsOf({ observations, watches }, [rule], { since: now }).detections).toHaveLength(told);
});

test("who asks again and again asks of what changed, and finds what is found at once", () => {
  const asked: string[] = [];
  const rule = defineDetection({
    ...base,
    kinds: ["exec"],
    over: (behaviours) => {
      asked.push(behaviours[0]!.container.workload);
      return behaviours.length > 1 ? [behaviours] : [];
    },
  });
  const of = (workload: string, program: string): Observation => {
    const { container, ...rest } = saw(ran(program), [`${workload}-1`]);
    return { ...rest, container: { ...container, workload } };
  };
  const [web, shop, more] = [of("web", "/bin/a"), of("shop", "/bin/a"), of("shop", "/bin/b")];
  const looks = [[web, shop], [web, shop, more], [web, more, shop], [shop], [web, shop], []];
  const detect = createDetector([rule]);
  const again = looks.map((observations) => {
    const before = asked.length;
    const told = detect({ observations, watches: [] });
    const times = asked.splice(before);
    expect(told).toEqual(detectionsOf({ observations, watches: [] }, [rule]));
    asked.length = before;
    return times;
  });
  expect(again).toEqual([["web", "shop"], ["shop"], ["shop"], ["shop"], ["web"], []]);
});

test("a container that is watched for longer is asked anew, and what fails is counted over all of them", () => {
  const settled = defineDetection({ ...base, kinds: ["file"], when: "settled && !learned" });
  const failing = defineDetection({ ...base, id: "fails", kinds: ["file"], when: "detail.nothing == 1" });
  const observations = [saw(cached("1"), ["web-1"], {}, now)];
  const detect = createDetector([settled, failing]);
  const [short, long] = [[], [watch("web-1", { sight: { file: "whole" } })]].map((watches) =>
    detect({ observations, watches }),
  );
  expect(short!.detections).toEqual([]);
  expect(long!.detections).toEqual(
    detectionsOf({ observations, watches: [watch("web-1", { sight: { file: "whole" } })] }, [settled])
      .detections,
  );
  expect(long!.detections).toHaveLength(1);
  const other = { ...observations[0]!, container: { ...observations[0]!.container, workload: "other" } };
  const { undecided } = detect({ observations: [...observations, other], watches: [] });
  expect(undecided).toMatchObject([{ rule: "fails", count: 2 }]);
});
