/** Whose a process is by its cgroup, wherever within the container's: /proc, the tree and the look at the start say the same. */
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Cgroups } from "./cgroups.ts";
import { Chosen } from "./chosen.ts";
import { Collector } from "./collect.ts";
import { hierarchyAt, type ContainerId } from "./containers.ts";
import { beginProcess } from "./fixtures/proc.ts";
import { tellOfThePast } from "./late.ts";
import { namesAlone } from "./names.ts";
import { ProcSensor } from "./proc.ts";
import { factsOf } from "./processes.ts";
import type { SenseOptions } from "./senses.ts";

const [one, other] = ["a".repeat(64), "b".repeat(64)];
const [uid, otherUid] = ["11111111-2222-3333-4444-555555555555", "66666666-7777-8888-9999-aaaaaaaaaaaa"];
const own = `/kubepods/burstable/pod${uid}/${one}`;
const scope = `/system.slice/docker-${one}.scope`;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "plimsoll-chosen-"));
  mkdirSync(join(folder, "proc"));
  writeFileSync(join(folder, "proc/uptime"), "100.00 100.00\n");
});
afterEach(() => rmSync(folder, { recursive: true }));

type Version = "v1" | "v2";

/** A machine of this version, with a process in each cgroup. */
function machine(version: Version, cgroups: readonly string[]): SenseOptions {
  const mount = join(folder, "cgroup");
  mkdirSync(version === "v1" ? join(mount, "pids") : mount, { recursive: true });
  if (version === "v2") writeFileSync(join(mount, "cgroup.controllers"), "pids\n");
  const hierarchy = hierarchyAt(mount);
  const proc = join(folder, "proc");
  for (const [at, cgroup] of cgroups.entries()) {
    mkdirSync(join(hierarchy.root, cgroup), { recursive: true });
    const lines = version === "v1" ? `9:name=systemd:/init.scope\n8:pids:${cgroup}\n0::/` : `0::${cgroup}`;
    beginProcess(proc, 50 + at, `${lines}\n`);
  }
  return { hierarchy, processors: 1, process: 1, proc, recordCalls: false };
}

function inode({ hierarchy }: SenseOptions, cgroup: string): bigint {
  return statSync(join(hierarchy.root, cgroup), { bigint: true }).ino;
}

/** As /proc says, and as the tree does. */
function ownersOf(options: SenseOptions, cgroup: string): readonly (ContainerId | undefined)[] {
  const tree = new Cgroups(options, () => undefined);
  tree.compare();
  return [new Chosen(options).of(factsOf(options.proc, 50)!), tree.of(inode(options, cgroup)).container];
}

const nodes = ["/kubepods/burstable", `/kubepods/burstable/pod${uid}`, "/system.slice/engine.service/part"];
const cases = (["v1", "v2"] as const).flatMap((version) => [
  ...[
    "",
    "/part",
    "/init.scope/deep",
    `/${other}`,
    `/docker/${other}/part`,
    `/kubepods/pod${otherUid}/${other}`,
  ].map((within) => [version, own + within, { id: one, pod: uid, path: own }] as const),
  ...["", "/system.slice/engine.service", `/system.slice/docker-${other}.scope`].map(
    (within) => [version, scope + within, { id: one, path: scope }] as const,
  ),
  // A node may be a container itself.
  ...["", `/${one}`].map((within) => {
    const path = `${scope}/kubepods/pod${otherUid}/${other}`;
    return [version, path + within, { id: other, pod: otherUid, path }] as const;
  }),
  ...nodes.map((path) => [version, path, undefined] as const),
]);

test.each(cases)("%s: a process in %s is its outermost container's", (version, cgroup, owner) => {
  expect(ownersOf(machine(version, [cgroup]), cgroup)).toEqual([owner, owner]);
});

test.each(["v1", "v2"] as const)(
  "%s: who is in a cgroup within one that was asked for is watched",
  (version) => {
    const [asked, within] = ["/system.slice/app.service", `/system.slice/app.service/${other}`];
    const all = machine(version, [within, own]);
    const only = new Set([inode(all, asked)]);
    const owner = { id: String([...only][0]), path: asked };
    expect(ownersOf({ ...all, only }, within)).toEqual([owner, owner]);
    expect(new Chosen({ ...all, only }).of(factsOf(all.proc, 51)!)).toBeUndefined();
  },
);

test.each(["v1", "v2"] as const)(
  "%s: a look at /proc, and that at the start, find who is in parts",
  (version) => {
    const options = machine(version, [
      `${own}/init.scope`,
      `${own}/${other}`,
      "/system.slice/engine.service",
    ]);
    const told: (readonly [number, string | undefined])[] = [];
    const senses = new ProcSensor(options);
    senses.drain(({ record, container }) => told.push([record.process, container?.id]), 100);
    expect(told).toEqual([
      [50, one],
      [51, one],
    ]);
    const collector = new Collector({
      bootedAt: 0,
      sensor: "plimsoll",
      provenance: "node-1",
      sight: senses.sight,
      architecture: "x86_64",
      patience: 1_000,
      most: 10,
    });
    tellOfThePast(collector, options);
    const { watches } = collector.batch(namesAlone(), Date.now());
    expect(watches.map(({ container, events }) => [container.workload, events])).toEqual([
      [one.slice(0, 12), { exec: 2 }],
    ]);
  },
);
