import { expect, test } from "vitest";
import {
  createCorrelator,
  createInventory,
  createLedgers,
  exampleSnapshot,
  nothingExpected,
  profilesOf,
  shed,
  type Correlator,
  type RawRecord,
  type Resource,
} from "@plimsoll/core";
import { createReader, readObservations, type ReadOptions, type ReadResult } from "./read.ts";
import { sensors } from "./sensors/index.ts";

const digest = `sha256:${"c3839dd800b9eb76".repeat(4)}`;
const other = `sha256:${"d".repeat(64)}`;

function resource(value: object): Resource {
  return value as Resource;
}

function pod(name: string, owner: string | undefined, ip: string, more: object = {}): Resource {
  const [kind, ownerName] = owner?.split("/") ?? [];
  return resource({
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name,
      namespace: "shop",
      creationTimestamp: "2026-08-30T00:00:00Z",
      ...(owner === undefined
        ? {}
        : {
            ownerReferences: [{ apiVersion: "apps/v1", kind, name: ownerName, uid: "u", controller: true }],
          }),
    },
    spec: { nodeName: "worker-1", containers: [{ name: "app", image: "shop/web:1" }], ...more },
    status: {
      phase: "Running",
      podIP: ip,
      containerStatuses: [{ name: "app", imageID: `shop/web@${digest}` }],
    },
  });
}

const template = { spec: { containers: [{ name: "app", image: "shop/web:1" }] } };
const resources: readonly Resource[] = [
  resource({
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "web", namespace: "shop" },
    spec: { template },
  }),
  resource({
    apiVersion: "apps/v1",
    kind: "ReplicaSet",
    metadata: {
      name: "web-6f776c8fb5",
      namespace: "shop",
      ownerReferences: [
        { apiVersion: "apps/v1", kind: "Deployment", name: "web", uid: "u", controller: true },
      ],
    },
    spec: { template },
  }),
  resource({
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: { name: "db", namespace: "shop" },
    spec: { template },
  }),
  resource({
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "db", namespace: "shop" },
    spec: { clusterIP: "10.96.0.9" },
  }),
  pod("web-6f776c8fb5-wwtqz", "ReplicaSet/web-6f776c8fb5", "10.0.1.4"),
  pod("db-0", "StatefulSet/db", "10.0.2.7"),
  pod("host", undefined, "192.168.0.1", { hostNetwork: true }),
];
const snapshot = exampleSnapshot(resources);
const correlator: Correlator = createCorrelator(createInventory({ ...snapshot, covered: ["*"] }));
const options: ReadOptions = { provenance: "file.json", now: "2026-09-15T00:00:00Z", correlator };

async function read(text: string, more: Partial<ReadOptions> = {}): Promise<ReadResult> {
  const bytes = new TextEncoder().encode(text);
  // In odd pieces, which cut characters and lines in two.
  async function* pieces(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += 997) yield bytes.subarray(at, at + 997);
  }
  return readObservations(pieces(), { ...options, ...more });
}

function exec(path: string, changes: RawRecord = {}, process: RawRecord = {}): string {
  return JSON.stringify({
    process_exec: {
      process: {
        binary: path,
        arguments: "",
        pod: {
          namespace: "shop",
          name: "web-6f776c8fb5-wwtqz",
          container: { name: "app", pid: 5, image: { id: `docker.io/shop/web@${digest}` } },
        },
        ...process,
      },
      parent: { binary: "/app", pod: {} },
    },
    node_name: "worker-1",
    time: "2026-09-01T00:00:00.000000001Z",
    ...changes,
  });
}

const deep = exec("/a", { x: JSON.parse(`${"[".repeat(80)}${"]".repeat(80)}`) as unknown });
const outcomes: readonly (readonly [string, string, { readonly [why: string]: number }, number])[] = [
  ["a good line", exec("/a"), {}, 1],
  ["empty lines", `\n\n${exec("/a")}\r\n\n`, {}, 1],
  [
    "a line that is cut off",
    `${exec("/a")}\n${exec("/b").slice(0, 200)}\n${exec("/c")}`,
    { "no-json": 1 },
    2,
  ],
  ["a last line that is cut off", `${exec("/a")}\n${exec("/b").slice(0, 90)}`, { "no-json": 1 }, 1],
  ["garbage", `\0\0\0 ÿÿ [ } not json\n${exec("/a")}`, { "no-json": 1 }, 1],
  ["a text, a number, nothing", `"a"\n1\nnull\n${exec("/a")}`, { "unknown-shape": 3 }, 1],
  ["records of no known tool", `{"level":"info","msg":"started"}\n${exec("/a")}`, { "unknown-shape": 1 }, 1],
  ["the same line twice", `${exec("/a")}\n${exec("/a")}`, { duplicate: 1 }, 1],
  ["no time", exec("/a", { time: undefined }), { "no-time": 1 }, 0],
  ["a time that is none", exec("/a", { time: "yesterday" }), { "no-time": 1 }, 0],
  ["a clock a little ahead", exec("/a", { time: "2026-09-15T00:04:00Z" }), {}, 1],
  ["from the future", exec("/a", { time: "2026-09-15T00:06:00Z" }), { future: 1 }, 0],
  ["from the far future", exec("/a", { time: "9999-12-31T23:59:59Z" }), { future: 1 }, 0],
  ["from before containers", exec("/a", { time: "1970-01-01T00:00:00Z" }), { ancient: 1 }, 0],
  ["of the node itself", exec("/a", {}, { pod: undefined }), { "no-container": 1 }, 0],
  ["a bomb of brackets", `${"[".repeat(500)}${"]".repeat(500)}`, { "unknown-shape": 1 }, 0],
  ["a record that holds one", deep, { "too-deep": 1 }, 0],
  ["a line without an end", `${"x".repeat(17_000_000)}\n${exec("/a")}`, { "too-long": 1 }, 1],
  ["lines of a container runtime's log", `2026-09-01T00:00:00.1Z stdout F ${exec("/a")}`, {}, 1],
  ["one value over many lines", JSON.stringify(JSON.parse(exec("/a")), undefined, 2), {}, 1],
  [
    "a list over many lines",
    JSON.stringify({ kind: "List", items: [JSON.parse(exec("/a")), 7] }, undefined, 2),
    { "unknown-shape": 1 },
    1,
  ],
  [
    "a value over many lines that is cut off",
    `${JSON.stringify(JSON.parse(exec("/a")), undefined, 2).slice(0, 300)}\n${exec("/b")}`,
    { "no-json": 1 },
    1,
  ],
  ["names that mean something to a program", exec("/a", { __proto__: null, constructor: 1 }), {}, 1],
];

test.each(outcomes)("%s", async (_title, text, rejections, taken) => {
  const result = await read(text);
  expect(result.rejections).toEqual(rejections);
  expect(result.taken).toBe(taken);
  expect(result.seen.observations).toHaveLength(taken);
  const refused = Object.values(rejections).reduce((sum, count) => sum + count, 0);
  expect(result.records).toBe(taken + refused);
});

test("a record too deep to be read is a loss of its tool: what it told is not the whole", async () => {
  const drops = async (text: string): Promise<readonly number[]> =>
    (await read(text)).seen.watches.map((watch) => watch.drops);
  expect([await drops(exec("/a")), await drops(`${exec("/a")}\n${deep}`)]).toEqual([[0], [1]]);
});

test("the order of records makes no difference, not to a byte", async () => {
  const lines = [1, 2, 3, 4, 5].map((hour) => exec(`/${hour % 2}`, { time: `2026-09-01T0${hour}:00:00Z` }));
  lines.push(exec("/a").replace("process_exec", "process_exit"));
  const [forth, back] = [await read(lines.join("\n")), await read([...lines].reverse().join("\n"))];
  expect(JSON.stringify(back)).toBe(JSON.stringify(forth));
  expect(forth.seen.observations.map(({ support }) => support[0]!.count).sort()).toEqual([1, 2, 3]);
});

test("every example of every sensor is taken or refused by name", async () => {
  const lines = sensors.flatMap(({ examples }) => examples.map(({ record }) => JSON.stringify(record)));
  const { records, taken, rejections, sensors: counts } = await read(lines.join("\n"));
  expect(records).toBe(lines.length);
  expect(Object.keys(counts)).toEqual(sensors.map(({ id }) => id).sort());
  const parts = sensors.flatMap(({ examples }) => examples.flatMap(({ gives }) => gives));
  const refused = parts.filter(({ part }) => part === "rejected").length;
  expect(taken).toBe(
    records -
      sensors
        .flatMap(({ examples }) => examples)
        .filter(({ gives }) => gives.every(({ part }) => part === "rejected")).length,
  );
  expect(Object.values(rejections).reduce((sum, count) => sum + count, 0)).toBe(refused);
});

test("pods are their workloads', images theirs, and peers who had the address then", async () => {
  const connect = (daddr: string, time: string, name = "web-6f776c8fb5-wwtqz"): string =>
    exec("/x", {
      time,
      process_exec: undefined,
      process_kprobe: {
        process: { binary: "/a", pod: { namespace: "shop", name, container: { name: "app" } } },
        function_name: "tcp_connect",
        args: [{ sock_arg: { protocol: "IPPROTO_TCP", daddr, dport: 5432 } }],
      },
    });
  const { seen } = await read(
    [
      connect("10.0.2.7", "2026-09-01T00:00:00Z"),
      connect("10.0.2.7", "2026-08-29T00:00:00Z"),
      connect("10.96.0.9", "2026-09-01T00:00:00Z"),
      connect("192.168.0.1", "2026-09-01T00:00:00Z"),
      connect("10.0.2.7", "2026-09-01T00:00:00Z", "web-6f776c8fb5-zzzzz"),
      connect("10.0.2.7", "2026-09-01T00:00:00Z", "db-0"),
      connect("10.0.2.7", "2026-09-01T00:00:00Z", "stranger"),
    ].join("\n"),
  );
  const told = seen.observations.map(({ container, detail }) => {
    const peer = detail.kind === "connection" ? detail.peer! : {};
    const { workloadKind, workload, image } = container;
    return [
      `${workloadKind}/${workload}`,
      image === digest,
      peer.workload ?? peer.service ?? peer.address,
    ].join(" ");
  });
  expect(told.sort()).toEqual([
    "Deployment/web false StatefulSet/db",
    "Deployment/web true 10.0.2.7",
    "Deployment/web true 192.168.0.1",
    "Deployment/web true StatefulSet/db",
    "Deployment/web true db",
    "Pod/stranger false StatefulSet/db",
    "StatefulSet/db false StatefulSet/db",
  ]);
});

test("case 106: a fork bomb of long arguments and hostile names ends in bounded memory, every event counted", async () => {
  const reader = createReader({
    ...options,
    limits: { behaviours: 100, support: 8, watches: 50, detections: 10 },
  });
  const events = 60_000;
  for (let index = 0; index < events; index += 1) {
    const binary = `/tmp/\u001b[2J${index}\n::error::x`;
    const container = index % 2 === 0 ? "app" : `c${index}`;
    reader.push(
      `${exec(
        binary,
        { time: `2026-09-01T00:00:00.${String(index).padStart(6, "0")}Z` },
        {
          arguments: index % 100 === 0 ? "A".repeat(4_096) : "",
          pod: {
            namespace: "shop",
            name: "web-6f776c8fb5-wwtqz",
            container: { name: container, image: { id: digest } },
          },
        },
      )}\n`,
    );
  }
  const { seen, records, taken, rejections } = reader.result();
  // 20,000 containers are remembered: "app" and the first 19,999 of 30,000 others.
  expect([records, taken, rejections]).toEqual([events, events - 10_001, { "too-many": 10_001 }]);
  const app = seen.observations.filter(({ container }) => container.container === "app");
  expect([app.length, seen.watches.length]).toEqual([100, 20_000]);
  const kept = app.reduce((sum, { support }) => sum + support[0]!.count, 0);
  const lost = [...shed(seen)].find(([key]) => key.includes('"app"'))?.[1] ?? 0;
  expect(kept + lost).toBe(events / 2);
  const longest = Math.max(...seen.observations.map(({ detail }) => JSON.stringify(detail).length));
  expect(longest).toBeLessThan(2_000);
});

test("case 107: a sensor that is killed leaves a gap in its watch, one whose buffer overflows a count, and neither is complete", async () => {
  const at = (hour: number): string =>
    `2026-09-${String(8 + Math.floor(hour / 24)).padStart(2, "0")}T${String(hour % 24).padStart(2, "0")}:00:00Z`;
  const hours = Array.from({ length: 168 }, (_, hour) => hour);
  const lines = (list: readonly number[]): string =>
    list.map((hour) => exec("/a", { time: at(hour) })).join("\n");
  const ledger = ({ seen }: ReadResult) => {
    const expected = {
      ...nothingExpected("2026-09-15T00:00:00Z"),
      pods: ["web-6f776c8fb5-wwtqz"],
      images: [digest],
    };
    return createLedgers(seen, () => expected)(seen.watches[0]!.container).kinds.exec;
  };
  const killed = await read(lines(hours.filter((hour) => hour < 40 || hour > 60)));
  expect(killed.seen.watches[0]!.watched).toEqual([
    { from: "2026-09-08T00:00:00.000Z", to: "2026-09-09T15:00:00.000Z" },
    { from: "2026-09-10T13:00:00.000Z", to: "2026-09-14T23:00:00.000Z" },
  ]);
  expect(ledger(killed).hours).toBe(39 + 106);
  expect(ledger(killed).lacks.map(({ id }) => id)).toContain("hours");
  const flow = {
    flow: {
      verdict: "FORWARDED",
      IP: { destination: "1.1.1.1" },
      l4: { TCP: { destination_port: 1 } },
      is_reply: false,
      source: { namespace: "shop", pod_name: "web-6f776c8fb5-wwtqz" },
      time: "2026-09-08T00:00:00Z",
    },
  };
  const lost = {
    lost_events: { source: "HUBBLE_RING_BUFFER", num_events_lost: "7" },
    time: "2026-09-08T00:00:00Z",
  };
  const overflown = await read(`${JSON.stringify(flow)}\n${JSON.stringify(lost)}`);
  expect(overflown.seen.watches[0]).toMatchObject({
    drops: 7,
    losses: [{ from: expect.any(String), to: expect.any(String) }],
  });
  const connection = createLedgers(overflown.seen, () => nothingExpected(options.now))(
    overflown.seen.watches[0]!.container,
  );
  expect(connection.kinds.connection.lacks.map(({ id }) => id)).toContain("drops");
  expect(connection.kinds.connection.complete).toBe(false);
});

test("case 108: of a node's source only its own pods are believed, under no other name", async () => {
  const observation = (provenance: string, name: string): string =>
    JSON.stringify({
      observation: {
        container: { namespace: "shop", workloadKind: "Deployment", workload: "web", container: "app" },
        detail: { kind: "library", path: "/x" },
        sensor: "agent",
        trust: "kernel",
        support: [
          {
            pod: name,
            provenance,
            first: "2026-09-01T00:00:00.000Z",
            last: "2026-09-01T00:00:00.000Z",
            count: 1,
          },
        ],
      },
    });
  const own = "web-6f776c8fb5-wwtqz";
  const cases: readonly (readonly [string, string, number])[] = [
    [exec("/a"), "worker-1", 1],
    [exec("/a"), "worker-2", 0],
    [exec("/a", { node_name: "worker-2" }), "worker-2", 0],
    [exec("/a", { node_name: undefined }), "worker-1", 1],
    [observation("worker-1", own), "worker-1", 1],
    [observation("worker-1", own), "worker-2", 0],
    [observation("worker-2", own), "worker-2", 0],
  ];
  for (const [text, node, taken] of cases) {
    const result = await read(text, { node });
    expect([result.taken, result.rejections]).toEqual([taken, taken === 1 ? {} : { "other-node": 1 }]);
  }
});

test("what was refused is not learned", async () => {
  const lines = [
    exec("/good"),
    exec("/future", { time: "2030-01-01T00:00:00Z" }),
    exec("/x", {}, { binary: "" }),
    "{",
  ];
  const { seen } = await read(lines.join("\n"));
  const [profile] = profilesOf(seen, { expectedOf: () => nothingExpected(options.now) });
  expect(profile!.behaviours.map(({ detail }) => (detail as { path: string }).path)).toEqual(["/good"]);
});

test("a body of an audit webhook is read like the log", () => {
  const [item] = sensors.find(({ id }) => id === "kubernetes-audit")!.examples;
  const reader = createReader(options);
  reader.value({
    kind: "EventList",
    apiVersion: "audit.k8s.io/v1",
    items: [item!.record, item!.record, null],
  });
  expect(reader.result()).toMatchObject({
    records: 3,
    taken: 1,
    rejections: { duplicate: 1, "unknown-shape": 1 },
  });
  // The API server itself leaves out of each what the list says of all.
  const { kind: _kind, apiVersion: _version, ...bare } = item!.record as { readonly [key: string]: unknown };
  const other = createReader(options);
  other.value({ kind: "EventList", apiVersion: "audit.k8s.io/v1", items: [bare] });
  expect(other.result()).toMatchObject({ records: 1, taken: 1 });
});

test("two images of one stateful pod stay apart", async () => {
  const of = (id: string, time: string): string =>
    exec(
      "/a",
      { time },
      { pod: { namespace: "shop", name: "db-0", container: { name: "app", image: { id } } } },
    );
  const { seen } = await read(`${of(digest, "2026-09-01T00:00:00Z")}\n${of(other, "2026-09-02T00:00:00Z")}`);
  expect(seen.observations.map(({ container }) => container.image)).toEqual([digest, other].sort());
});
