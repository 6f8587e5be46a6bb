/** Records folded into batches: names that come late, containers that go, and what cannot be told. */
import { joinSeen } from "@plimsoll/core";
import { expect, test } from "vitest";
import { Collector } from "./collect.ts";
import type { Told } from "./senses.ts";
import type { ContainerId } from "./containers.ts";
import type { NamedContainer } from "./names.ts";
import { flag, type RawRecord } from "./record.ts";
import type { Measure } from "./use.ts";

const container: ContainerId = { id: "a".repeat(64), pod: "11111111-2222-3333-4444-555555555555" };
const named: NamedContainer = {
  key: { namespace: "shop", workloadKind: "Deployment", workload: "cart", container: "app" },
  pod: "cart-1",
};

function collector(most = 10, measure?: Measure): Collector {
  return new Collector({
    ...(measure === undefined ? {} : { measure }),
    bootedAt: Date.parse("2026-01-01T00:00:00Z"),
    sensor: "plimsoll",
    provenance: "node-1",
    sight: { exec: "whole" },
    architecture: "x86_64",
    patience: 1_000,
    most,
  });
}

const head = {
  number: 0,
  flags: 0,
  process: 10,
  parent: 1,
  time: 1_000_000_000n,
  cgroup: 5n,
  user: 0,
  mountNamespace: 1,
  netNamespace: 1,
  result: 0,
  command: "app",
  root: 10,
};
const file = { inode: 1n, device: 1, mode: 0o100755, owner: 0, group: 0 };

function exec(path: string, more: Partial<RawRecord> = {}): RawRecord {
  return {
    ...head,
    kind: "exec",
    path,
    called: path,
    arguments: [path],
    file,
    capabilities: 1n,
    realUser: 0,
    ...more,
  } as RawRecord;
}

function told(record: RawRecord, more: Partial<Told> = {}): Told {
  return { record, container, fromStart: true, ...more };
}

const gone: RawRecord = {
  ...head,
  kind: "cgroup",
  number: 2,
  path: "/x",
  maker: 1n,
  above: 1n,
  time: 3_000_000_000n,
};

test("behaviour waits for its name, and the same behaviour is one", () => {
  const collect = collector();
  collect.take(told(exec("/usr/bin/app")));
  collect.take(told(exec("/usr/bin/app", { time: 2_000_000_000n })));
  const now = Date.parse("2026-01-01T00:00:10Z");
  expect(collect.batch(() => undefined, now)).toEqual({ observations: [], watches: [], detections: [] });
  const { observations, watches } = collect.batch(() => named, now);
  expect(observations).toEqual([
    {
      container: named.key,
      detail: {
        kind: "exec",
        path: "/usr/bin/app",
        args: ["/usr/bin/app"],
        user: 0,
        capabilities: ["CHOWN"],
        onRootFilesystem: false,
      },
      sensor: "plimsoll",
      trust: "kernel",
      origin: "entrypoint",
      support: [
        {
          pod: "cart-1",
          provenance: "node-1",
          first: "2026-01-01T00:00:01.000Z",
          last: "2026-01-01T00:00:02.000Z",
          count: 2,
        },
      ],
    },
  ]);
  expect(watches).toEqual([
    {
      container: named.key,
      pod: "cart-1",
      sensor: "plimsoll",
      provenance: "node-1",
      sight: { exec: "whole" },
      watched: [{ from: "2026-01-01T00:00:01.000Z", to: "2026-01-01T00:00:02.000Z" }],
      heard: [{ from: "2026-01-01T00:00:01.000Z", to: "2026-01-01T00:00:10.000Z" }],
      fromStart: true,
      events: { exec: 2 },
      drops: 0,
    },
  ]);
});

test("a container that ended is told once more, then forgotten; without a name it is counted", () => {
  const collect = collector();
  collect.take(told(exec("/usr/bin/app")));
  collect.take(told(gone));
  const ended = Date.parse("2026-01-01T00:00:03Z");
  expect(collect.batch(() => undefined, ended).observations).toHaveLength(0);
  expect(collect.batch(() => named, ended + 500).observations).toHaveLength(1);
  expect(collect.batch(() => named, ended + 600).observations).toHaveLength(0);
  expect(collect.untold()).toEqual({ nameless: 0, crowded: 0 });
  const nobody = { id: "b".repeat(64) };
  collect.take(told(exec("/usr/bin/app"), { container: nobody }));
  collect.take(told(gone, { container: nobody }));
  collect.batch(() => undefined, ended + 5_000);
  expect(collect.untold()).toEqual({ nameless: 1, crowded: 0 });
});

test("containers beyond those that are kept are counted", () => {
  const collect = collector(1);
  collect.take(told(exec("/a")));
  collect.take(told(exec("/a"), { container: { id: "c".repeat(64) } }));
  collect.take(told(exec("/b"), { container: { id: "c".repeat(64) } }));
  expect(collect.untold()).toEqual({ nameless: 0, crowded: 1 });
});

test("losses are told of every container that was there, new kinds of behaviour beyond the limit of the events", () => {
  const collect = collector();
  for (let at = 0; at < 5_010; at += 1) collect.take(told(exec(`/bin/${at}`)));
  collect.lost(7, Date.now());
  const { observations, watches } = collect.batch(() => named, Date.now());
  expect(observations).toHaveLength(5_000);
  expect(watches[0]).toMatchObject({ drops: 7, events: { exec: 5_010 } });
});

test("losses are stretches of time, those near to each other one, and none of a container that came later", () => {
  const collect = collector();
  const at = (second: number): number => Date.parse("2026-01-01T00:00:00Z") + second * 1_000;
  const text = (second: number): string => new Date(at(second)).toISOString();
  collect.take(told(exec("/usr/bin/app")));
  for (const [total, second] of [
    [0, 9],
    [2, 10],
    [2, 12],
    [5, 13],
    [5, 59],
    [6, 60],
  ] as const)
    collect.lost(total, at(second));
  const later = { id: "d".repeat(64) };
  collect.take(told(exec("/usr/bin/app", { time: 30_000_000_000n }), { container: later }));
  collect.lost(6, at(61));
  const { watches } = collect.batch(({ id }) => ({ ...named, pod: id[0]! }), at(62));
  expect(watches.map(({ pod, drops, losses }) => [pod, drops, losses])).toEqual([
    [
      "a",
      6,
      [
        { from: text(9), to: text(13) },
        { from: text(59), to: text(60) },
      ],
    ],
    ["d", 0, [{ from: text(59), to: text(60) }]],
  ]);
});

test("of the time in which something was left out, a watch of its own says so; the other has a gap, and a loss, there", () => {
  const collect = collector();
  const at = (second: number): number => Date.parse("2026-01-01T00:00:00Z") + second * 1_000;
  const text = (second: number): string => new Date(at(second)).toISOString();
  const second = (of: number): Told => told(exec("/usr/bin/app", { time: BigInt(of) * 1_000_000_000n }));
  collect.take(second(1));
  const batches = [collect.batch(() => named, at(5))];
  collect.spare(container.id, ["reads"], at(10));
  collect.take(second(12));
  batches.push(collect.batch(() => named, at(15)));
  collect.spare(container.id, [], at(20));
  collect.take(second(22));
  batches.push(collect.batch(() => named, at(30)));
  const { watches } = joinSeen(batches);
  expect(
    watches.map(({ sensor, sight, heard, losses, drops, events }) => [
      sensor,
      sight,
      heard,
      losses,
      drops,
      events,
    ]),
  ).toEqual([
    [
      "plimsoll",
      { exec: "whole" },
      [
        { from: text(1), to: text(10) },
        { from: text(20), to: text(30) },
      ],
      [{ from: text(10), to: text(20) }],
      0,
      { exec: 3 },
    ],
    [
      "plimsoll-less-file",
      { exec: "whole", file: "partial" },
      [{ from: text(10), to: text(20) }],
      undefined,
      0,
      {},
    ],
  ]);
});

const token = "ghp_0123456789abcdefghijABCDEFGHIJ012345";
const within = (name: string): Partial<RawRecord> => ({
  ...head,
  process: 11,
  parent: 10,
  root: 10,
  path: `/srv/${token}/${name}`,
});

/** The question of a DNS message. */
function asked(...labels: readonly string[]): Buffer {
  const names = labels.flatMap((label) => [Buffer.from([label.length]), Buffer.from(label)]);
  return Buffer.concat([
    Buffer.from("123401000001000000000000", "hex"),
    ...names,
    Buffer.from("0000010001", "hex"),
  ]);
}

test("no token leaves the node: not in a path, a name, a script, a library, a parent, a question or whose doing it was", () => {
  const collect = collector();
  const jwt = [
    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9",
    "eyJzdWIiOiIxMjM0NTY3ODkwIn0",
    "dozjgNryP4J3jVmNHl0w5N_XgL0n3I9",
  ];
  const records = [
    exec(`/srv/${token}/run`, {
      called: `/srv/${token}/script.py`,
      arguments: ["run", token, `--x=${token}`],
    } as Partial<RawRecord>),
    exec("/usr/bin/child", { process: 11, parent: 10, root: 10 }),
    exec(`/srv/${token}/su`, {
      process: 12,
      parent: 11,
      file: { ...file, mode: 0o104755 },
      flags: flag.secure,
      realUser: 33,
    } as Partial<RawRecord>),
    { ...within("data"), kind: "file", file, openFlags: 0, parentDirectory: file },
    { ...within("lib.so"), kind: "file", flags: flag.mapped, file, openFlags: 0, parentDirectory: file },
    { ...within("new"), kind: "name", number: 83, openFlags: 0, second: false, other: "" },
    { ...within("link"), kind: "name", number: 86, openFlags: 0, second: false, other: `/srv/${token}` },
    { ...head, kind: "dns", payload: asked(token, "evil", "example"), remote: Buffer.alloc(4), family: 2 },
    { ...head, kind: "dns", payload: asked(...jwt, "evil", "example"), remote: Buffer.alloc(4), family: 2 },
    { ...head, kind: "call", number: 105, arguments: [1000n, 0n, 0n] },
    exec(`/memfd:${token}`, { process: 13, parent: 10, root: 10 }),
    { ...head, kind: "exit" },
  ] as readonly RawRecord[];
  for (const record of records) collect.take(told(record));
  const { observations } = collect.batch(() => named, Date.now());
  const kindsSeen = new Set(observations.map(({ detail }) => detail.kind));
  expect([...kindsSeen].toSorted()).toEqual(["dns", "exec", "exit", "file", "kernel", "library", "setuid"]);
  const text = JSON.stringify(observations);
  for (const secret of [token, ...jwt]) expect(text.toLowerCase()).not.toContain(secret.toLowerCase());
  const questions = observations.flatMap(({ detail }) => (detail.kind === "dns" ? [detail.question] : []));
  expect(questions).toEqual(["<github-token>.evil.example", "<jwt>.evil.example"]);
});

test.each([
  ["WWW.Example.com", "www.example.com"],
  [
    "d41d8cd98f00b204e9800998ecf8427e.safeframe.example.com",
    "d41d8cd98f00b204e9800998ecf8427e.safeframe.example.com",
  ],
  ["token-service.auth.svc.cluster.local", "token-service.auth.svc.cluster.local"],
  ["secret-key.password.example.com", "secret-key.password.example.com"],
  ["ip-10-0-0-1.eu-west-1.compute.internal", "ip-10-0-0-1.eu-west-1.compute.internal"],
  [
    "_acme-challenge.a1b2c3d4e5f6a7b8c9d0.acm-validations.aws",
    "_acme-challenge.a1b2c3d4e5f6a7b8c9d0.acm-validations.aws",
  ],
])("the usual name %s is told", (name, question) => {
  const collect = collector();
  const payload = asked(...name.split("."));
  collect.take(told({ ...head, kind: "dns", payload, remote: Buffer.alloc(4), family: 2 } as RawRecord));
  expect(collect.batch(() => named, Date.now()).observations.map(({ detail }) => detail)).toEqual([
    { kind: "dns", question, type: "A" },
  ]);
});

test.each([
  ["the runtime before the entry point", { flags: flag.beforeEntrypoint }, "set-up"],
  ["the entry point", { process: 10, root: 10 }, "entrypoint"],
  ["its child", { process: 11, parent: 10, root: 10 }, "entrypoint"],
  ["an exec into the container", { process: 20, parent: 2, root: 20 }, "exec"],
])("whose doing it is: %s", (_, more, origin) => {
  const collect = collector();
  collect.take(told(exec("/usr/bin/app")));
  collect.take(told(exec("/usr/bin/other", more)));
  const { observations } = collect.batch(() => named, Date.now());
  const other = observations.find(({ detail }) => detail.kind === "exec" && detail.path === "/usr/bin/other");
  expect(other?.origin).toBe(origin);
});

test("of a container that was there before, nobody knows whose doing it is until its first process is found", () => {
  const collect = collector();
  collect.take(told(exec("/usr/bin/app", { process: 20, root: 20 }), { fromStart: false }));
  expect(collect.batch(() => named, Date.now()).observations[0]).not.toHaveProperty("origin");
  collect.found(container, 20);
  collect.take(told(exec("/usr/bin/late", { process: 21, parent: 20, root: 20 }), { fromStart: false }));
  const { observations, watches } = collect.batch(() => named, Date.now());
  expect(observations.map(({ origin }) => origin)).toContain("entrypoint");
  expect(watches[0]?.fromStart).toBe(false);
});

test("a user is left for another, a program gains one, a process ends by a signal", () => {
  const collect = collector();
  collect.take(told(exec("/usr/sbin/nginx")));
  const setuid = {
    ...head,
    kind: "call",
    number: 105,
    arguments: [33n, 0n, 0n],
    process: 11,
    parent: 10,
    user: 33,
  };
  collect.take(told(setuid as unknown as RawRecord));
  const su = { ...file, mode: 0o104755 };
  collect.take(
    told(exec("/bin/su", { file: su, flags: flag.secure, realUser: 33, user: 0 } as Partial<RawRecord>)),
  );
  collect.take(told({ ...head, kind: "exit", result: 9 } as RawRecord));
  const found = collect.batch(() => named, Date.now()).observations.map(({ detail }) => detail);
  expect(found).toContainEqual({ kind: "setuid", path: "/usr/sbin/nginx", from: 0, to: 33 });
  expect(found).toContainEqual({ kind: "setuid", path: "/bin/su", from: 33, to: 0 });
  expect(found).toContainEqual({ kind: "exit", path: "/bin/su", code: 137 });
});

test("case 106: a hundred thousand containers at once: as many as are kept, the rest counted", () => {
  const collect = collector(1_000);
  for (let number = 0; number < 100_000; number += 1)
    collect.take(told(exec("/usr/bin/app"), { container: { id: number.toString(16).padStart(64, "0") } }));
  expect(collect.untold()).toEqual({ nameless: 0, crowded: 99_000 });
  const { watches } = collect.batch(({ id }) => ({ ...named, pod: id }), Date.parse("2026-01-01T00:00:10Z"));
  expect(watches).toHaveLength(1_000);
});

test.each([
  [
    "before its cgroup goes",
    { memoryBytes: 9, cpuNanoseconds: 1_000_000 },
    undefined,
    10,
    { memoryBytes: 9, memoryAtEnd: 1, cpuAtEnd: 1 },
  ],
  ["after its cgroup went", undefined, undefined, 10, undefined],
  [
    "after its cgroup went, by a kernel that told its peak",
    undefined,
    12,
    10,
    { memoryBytes: 12, memoryAtEnd: 1 },
  ],
  ["of another process of it", { memoryBytes: 9, cpuNanoseconds: 1_000_000 }, 12, 11, undefined],
])("a run is measured whole where its end is seen %s", (_, use, memoryBytes, process, expected) => {
  const collect = collector(10, () => use);
  collect.take(told(exec("/usr/bin/app")));
  collect.take(told({ ...head, kind: "exit", process, memoryBytes, time: 2_500_000_000n } as RawRecord));
  collect.take(told(gone));
  const { watches } = collect.batch(() => named, Date.parse("2026-01-01T00:00:10Z"));
  if (expected === undefined) expect(watches[0]?.peaks).toBeUndefined();
  else expect(watches[0]?.peaks).toEqual(expect.objectContaining(expected));
});
