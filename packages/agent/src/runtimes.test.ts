/** A runtime's mount namespace counts as long as a process outside of containers is in it. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { beginProcess } from "./fixtures/proc.ts";
import { Runtimes } from "./runtimes.ts";

let proc: string;
beforeEach(() => {
  proc = mkdtempSync(join(tmpdir(), "plimsoll-proc-"));
  begin(1, 100, "/init.scope");
});
afterEach(() => rmSync(proc, { recursive: true }));

const container = `/kubepods/pod11111111-2222-3333-4444-555555555555/${"a".repeat(64)}`;

function begin(process: number, namespace: number, cgroup: string): void {
  beginProcess(proc, process, `0::${cgroup}\n`, namespace);
}

function end(process: number): void {
  rmSync(join(proc, String(process)), { recursive: true });
}

test("the node's own stays, though who was seen in it ended", () => {
  const runtimes = new Runtimes(proc);
  runtimes.add(100, 50);
  expect(runtimes.review()).toEqual([]);
  expect(runtimes.has(100)).toBe(true);
});

test("one of its own stays while a process outside of containers is in it, and no longer", () => {
  begin(50, 200, "/system.slice/engine.service");
  begin(51, 200, "/system.slice/engine.service");
  const runtimes = new Runtimes(proc);
  runtimes.add(200, 50);
  end(50);
  expect(runtimes.review()).toEqual([]);
  end(51);
  expect(runtimes.review()).toEqual([200]);
  expect(runtimes.has(200)).toBe(false);
});

test.each([container, `${container}/part`, `${container}/${"b".repeat(64)}`])(
  "a process in %s keeps none",
  (cgroup) => {
    begin(50, 200, cgroup);
    const runtimes = new Runtimes(proc);
    runtimes.add(200, 50);
    expect(runtimes.review()).toEqual([200]);
  },
);

test("where namespaces may not be asked for, none is forgotten", () => {
  end(1);
  const runtimes = new Runtimes(proc);
  runtimes.add(200, 50);
  expect(runtimes.review()).toEqual([]);
  expect(runtimes.has(200)).toBe(true);
});
