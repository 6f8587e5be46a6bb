/** Flaws by what was seen: set aside only where the watch was complete, and what is not known stays urgent. */
import {
  atLeast,
  createInventory,
  exampleSnapshot,
  flawsIn,
  type Image,
  type Observation,
  type ObservationDetail,
  type Report,
  type Resource,
  scan,
  type Snapshot,
  type Watch,
  withUse,
} from "@plimsoll/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { library } from "./index.ts";

const reference = "example.com/web:1";
const takenAt = "2026-01-15T00:00:00.000Z";
const container = { namespace: "shop", workloadKind: "Pod", workload: "web", container: "app" };

const resources = [
  {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "web", namespace: "shop", labels: { app: "web" } },
    spec: { containers: [{ name: "app", image: reference }] },
  },
] as unknown as readonly Resource[];

const image: Image = {
  reference,
  packages: [
    { purl: "pkg:deb/zlib@1", name: "zlib", version: "1", ecosystem: "deb", files: ["/usr/lib/libz.so.1"] },
    { purl: "pkg:deb/curl@8", name: "curl", version: "8", ecosystem: "deb", files: ["/usr/bin/curl"] },
    { purl: "pkg:deb/unlisted@1", name: "unlisted", version: "1", ecosystem: "deb" },
  ],
  vulnerabilities: ["zlib@1", "curl@8", "unlisted@1"].map((name, at) => ({
    id: `CVE-2026-000${at}`,
    package: `pkg:deb/${name}`,
    exploited: false,
    loaded: "unknown" as const,
  })),
  sources: ["trivy"],
};

function seen(detail: ObservationDetail): Observation {
  const support = [
    { pod: "web", provenance: "node-1", first: "2026-01-01T00:00:00.000Z", last: takenAt, count: 1 },
  ];
  return { container, detail, sensor: "plimsoll-ebpf", trust: "kernel", origin: "entrypoint", support };
}

function watch(more: Partial<Watch> = {}): Watch {
  const whole = { from: "2026-01-01T00:00:00.000Z", to: takenAt };
  return {
    container: { ...container, image: reference },
    pod: "web",
    sensor: "plimsoll-ebpf",
    provenance: "node-1",
    watched: [whole],
    heard: [whole],
    fromStart: true,
    sight: { exec: "whole", file: "whole", library: "whole" },
    events: {},
    drops: 0,
    ...more,
  };
}

function snapshotOf(observations: readonly Observation[], watches: readonly Watch[]): Snapshot {
  const empty = exampleSnapshot(resources);
  return { ...empty, header: { ...empty.header, takenAt }, images: [image], observations, watches };
}

function statesOf(snapshot: Snapshot, asked = {}): Readonly<Record<string, string>> {
  return Object.fromEntries(
    flawsIn(snapshot, createInventory(snapshot), atLeast(asked)).map(({ package: purl, loaded }) => [
      purl,
      loaded,
    ]),
  );
}

const loading = seen({ kind: "library", path: "/usr/lib/libz.so.1" });

test("loaded, never loaded while watched completely, and without a list of its files", () => {
  const snapshot = snapshotOf([loading], [watch()]);
  expect(statesOf(snapshot)).toEqual({
    "pkg:deb/zlib@1": "observed",
    "pkg:deb/curl@8": "not-observed",
    "pkg:deb/unlisted@1": "unknown",
  });
  const [first] = flawsIn(snapshot, createInventory(snapshot));
  expect(first).toMatchObject({
    rung: "loaded",
    because: "loaded: /usr/lib/libz.so.1",
    workloads: [{ name: "web" }],
  });
});

test.each<[string, Partial<Watch>]>([
  ["events were lost", { drops: 1 }],
  ["its start was not seen", { fromStart: false }],
  ["the sensor sees a part", { sight: { exec: "whole", file: "partial", library: "whole" } }],
  ["another image was watched", { container: { ...container, image: "example.com/web:0" } }],
  [
    "it was watched for an hour",
    {
      heard: [{ from: "2026-01-14T23:00:00.000Z", to: takenAt }],
      watched: [{ from: "2026-01-14T23:00:00.000Z", to: takenAt }],
    },
  ],
])("%s: then silence says nothing", (_, more) => {
  expect(statesOf(snapshotOf([loading], [watch(more)]))["pkg:deb/curl@8"]).toBe("unknown");
});

test.each([
  ["a month is asked for", { hours: 720 }, "unknown"],
  ["an hour is asked for", { hours: 1 }, "not-observed"],
])("two weeks were watched, %s: nothing is set aside sooner than after a week", (_, asked, state) => {
  const snapshot = snapshotOf([loading], [watch()]);
  expect(statesOf(snapshot, asked)["pkg:deb/curl@8"]).toBe(state);
});

test("nobody watched: nothing is known, and nothing is set aside", () => {
  expect(new Set(Object.values(statesOf(snapshotOf([], []))))).toEqual(new Set(["unknown"]));
});

test("to see less never sets a flaw aside, and to see more never hides one that was seen", () => {
  const details: readonly ObservationDetail[] = [
    { kind: "library", path: "/usr/lib/libz.so.1" },
    { kind: "exec", path: "/usr/bin/curl", args: [] },
    { kind: "file", operation: "open", path: "/etc/hosts" },
  ];
  const pick = fc.subarray([...details]);
  fc.assert(
    fc.property(pick, fc.record({ drops: fc.nat(2), fromStart: fc.boolean() }), (some, more) => {
      const all = statesOf(snapshotOf(details.map(seen), [watch()]));
      const less = statesOf(snapshotOf(some.map(seen), [watch(more)]));
      for (const [purl, state] of Object.entries(less)) {
        if (state === "observed") expect(all[purl]).toBe("observed");
        if (state === "not-observed") expect([more.drops, more.fromStart]).toEqual([0, true]);
      }
    }),
    { numRuns: 100 },
  );
});

const service = {
  apiVersion: "v1",
  kind: "Service",
  metadata: { name: "web", namespace: "shop" },
  spec: { type: "LoadBalancer", selector: { app: "web" }, ports: [{ port: 80 }] },
} as unknown as Resource;

/** The report on flaws that a scanner graded so, of what is reached from outside or not. */
function reportOn(more: Partial<NonNullable<Image["vulnerabilities"]>[number]>, exposed: boolean): Report {
  const flaws = image.vulnerabilities!.map((flaw) => ({ ...flaw, ...more }));
  const { resources: all } = exampleSnapshot(exposed ? [...resources, service] : resources);
  const snapshot = { ...snapshotOf([loading], [watch()]), resources: all };
  const images = [{ ...image, vulnerabilities: flaws }];
  return scan({ ...snapshot, images }, library, { toolVersion: "0" });
}

test("loaded code that attackers exploit is a finding of its own, and comes first where somebody reaches it", () => {
  const { results, edits, priorities } = reportOn({ exploited: true, severity: "high" }, true);
  const found = results.filter(({ control }) => control.endsWith("-vulnerability"));
  expect(found).toMatchObject([
    {
      control: "exploited-vulnerability",
      result: "fail",
      container: "app",
      because: expect.stringMatching(/CVE-2026-0000 in pkg:deb\/zlib@1 \(no fix is published\)$/),
    },
  ]);
  expect(results.filter(({ control }) => control === "loaded-vulnerabilities")).toEqual([]);
  const edit = edits.find(({ resolves }) => resolves.includes(found[0]!.id))!;
  expect(priorities.act.find((action) => action.edit === edit.id)).toMatchObject({
    reason: "exploited-vulnerability",
    because: expect.stringMatching(/^Is reached from the internet .*Service shop\/web.*CVE-2026-0000/),
  });
});

test("nobody reaches it: it comes later, and the reason is told", () => {
  const { priorities } = reportOn({ exploited: true }, false);
  expect(priorities.act.map(({ reason }) => reason)).not.toContain("exploited-vulnerability");
  expect(priorities.later.map(({ reason }) => reason)).toContain(
    "loaded code that attackers exploit, but nothing outside the cluster leads to the workload",
  );
});

test.each([
  ["critical", "fail", "CVE-2026-0000"],
  ["high", "fail", "CVE-2026-0000"],
  ["medium", undefined, ""],
  ["low", undefined, ""],
] as const)("flaws of %s severity in what was loaded: %s", (severity, result, id) => {
  const { results } = reportOn({ severity }, true);
  const found = results.find(({ control }) => control === "loaded-vulnerabilities");
  expect([found?.result, found?.because.includes(id)]).toEqual([
    result,
    result === undefined ? undefined : true,
  ]);
});

test("what was not watched completely is unknown, never passed; what was and was not loaded passes", () => {
  const of = (watches: readonly Watch[], only: string): Report => {
    const flaws = image.vulnerabilities!.filter((flaw) => flaw.package === only);
    const images = [
      { ...image, vulnerabilities: flaws.map((flaw) => ({ ...flaw, severity: "high" as const })) },
    ];
    const options = { toolVersion: "0", controls: ["loaded-vulnerabilities"], everyResult: true };
    return scan({ ...snapshotOf([loading], watches), images }, library, options);
  };
  expect(of([watch()], "pkg:deb/curl@8").results).toMatchObject([{ result: "pass" }]);
  expect(of([watch({ drops: 1 })], "pkg:deb/curl@8").results).toMatchObject([{ result: "unknown" }]);
  expect(of([watch()], "pkg:deb/unlisted@1").results).toMatchObject([{ result: "unknown" }]);
});

test("the graph knows of it: a flaw that attackers use opens a way in, unless it was never loaded", () => {
  const edge = library.edges!.find(({ id }) => id === "vulnerable-package")!;
  const waysBy = (only: string): number => {
    const flaws = image.vulnerabilities!.filter((flaw) => flaw.package === only);
    const one = { ...image, vulnerabilities: flaws.map((flaw) => ({ ...flaw, exploited: true })) };
    const { resources: all } = exampleSnapshot([...resources, service]);
    const snapshot = { ...snapshotOf([loading], [watch()]), images: [one], resources: all };
    const images = withUse(snapshot, createInventory(snapshot));
    return [...edge.find(createInventory({ ...snapshot, images }))].length;
  };
  expect(["zlib@1", "curl@8", "unlisted@1"].map((name) => waysBy(`pkg:deb/${name}`))).toEqual([1, 0, 1]);
});
