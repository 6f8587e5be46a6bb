/** What the agent says programs did, held against programs that count their own deeds, on the kernel we run on. */
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { ObservationDetail, ObservationKind, Watch } from "@plimsoll/core";
import { afterAll, expect, test } from "vitest";
import { hierarchy, openBox, work, type Box, type Looking } from "./box.ts";
import { boxesOfTests } from "./boxes.ts";

const folder = mkdtempSync(join(tmpdir(), "plimsoll-agent-"));
afterAll(() => rmSync(folder, { recursive: true }));

const { box, begin, end } = boxesOfTests();

/** Other containers may run on the machine: only the box's own. */
function watchesOf(of: Looking, { id }: Box): readonly Watch[] {
  return of.seen().watches.filter(({ container }) => container.workload === id.slice(0, 12));
}

function details<Kind extends ObservationKind>(
  of: Looking,
  kind: Kind,
): readonly Extract<ObservationDetail, { kind: Kind }>[] {
  return of
    .seen()
    .observations.map(({ detail }) => detail)
    .filter((detail): detail is Extract<ObservationDetail, { kind: Kind }> => detail.kind === kind);
}

test("the kernel object in the repository is what its source makes", () => {
  const [built, kept] = [process.env["PLIMSOLL_BUILT"]!, "packages/agent/bpf"].map((at) =>
    readFileSync(join(at, "sense.sha256"), "utf8"),
  );
  expect(built).toBe(kept);
});

test.each([
  ["its own cgroup", ""],
  ["a cgroup that it made within its own", "/part"],
  ["one within its own that is named as a container's", `/${randomBytes(32).toString("hex")}`],
])(
  "what a container does is its own doing, though it made one named as a container's from %s",
  async (_, part) => {
    const seen = begin();
    const inside = box();
    const own = join(hierarchy.root, inside.id);
    const fake = join(hierarchy.root, randomBytes(32).toString("hex"));
    const program = join(folder, `deed${part.length}`);
    const [enter, leave] =
      part === ""
        ? ["true", "true"]
        : [
            `mkdir ${own + part} && echo $$ >${own + part}/cgroup.procs`,
            `echo $$ >${own}/cgroup.procs; rmdir ${own + part}`,
          ];
    const deeds = `cp /bin/true ${program}; ${program}; cp /bin/true /dev/shm/deed; /dev/shm/deed; rm /dev/shm/deed`;
    await inside.run(
      "/bin/sh",
      "-ec",
      `${enter}; mkdir ${fake}; sleep 0.2; ${deeds}; rmdir ${fake}; ${leave}`,
    );
    await seen.settle();
    const { observations } = seen.seen();
    const done = observations.flatMap(({ container, detail, origin }) =>
      detail.kind === "exec" && [program, "/dev/shm/deed"].includes(detail.path)
        ? [`${container.workload} ${origin}`]
        : [],
    );
    expect(done).toEqual(Array(2).fill(`${inside.id.slice(0, 12)} entrypoint`));
    expect(watchesOf(seen, inside)).toHaveLength(1);
  },
);

test("2,000 programs of less than a millisecond: each with its arguments, no credential among them", async () => {
  const inside = box();
  const seen = begin([inside]);
  await inside.run(work, "exec", work, "2000", "2000");
  await seen.settle();
  const execs = details(seen, "exec").filter(({ path, args }) => path === work && args.length === 3);
  expect(new Set(execs.map(({ args }) => args[1])).size).toBe(2_000);
  expect(new Set(execs.map(({ args }) => args[2]))).toEqual(new Set(["--password=<password>"]));
  expect(seen.counts("exec").lost).toBe(0);
  expect(execs[0]!.parents?.[0]).toBe(work);
});

test("each way to make, change and remove a name, by its path in the container", async () => {
  const inside = box();
  const names = join(folder, "names");
  mkdirSync(names);
  const seen = begin([inside]);
  await inside.run(work, "names", names);
  await seen.settle();
  const done = details(seen, "file")
    .filter(({ path }) => path.startsWith(`${names}/`))
    .map(({ operation, path }) => `${operation} ${path.slice(names.length + 1)}`);
  expect(done.sort()).toEqual([
    "bind made/door",
    "chmod made/file",
    "create made/file",
    "link made/linked",
    "mkdir made",
    "rename made/file",
    "rename made/renamed",
    "symlink made/pointer",
    "unlink made/linked",
    "write made/renamed",
  ]);
});

test("a write that is refused is told as refused, a file that is not there is not told", async () => {
  const inside = box();
  const seen = begin([inside]);
  await inside.run("/usr/bin/setpriv", "--reuid=65534", "--clear-groups", work, "refused", "/usr/forbidden");
  await seen.settle();
  const refused = details(seen, "file").filter((detail) => detail.refused === true);
  expect(refused.map(({ operation, path }) => `${operation} ${path}`)).toContain("create /usr/forbidden");
  expect(refused.every(({ path }) => !path.startsWith("/etc/ld.so.preload"))).toBe(true);
  expect(details(seen, "setuid").map(({ from, to }) => [from, to])).toContainEqual([0, 65534]);
  expect(details(seen, "capability").map(({ name, granted }) => [name, granted])).toContainEqual([
    "SETUID",
    true,
  ]);
});

test("connections both ways, with ports and peers, and the question of a datagram to port 53", async () => {
  const inside = box();
  const seen = begin([inside]);
  await inside.run(work, "connect", "18080");
  await seen.settle();
  const peer = { address: "127.0.0.1" };
  const found = details(seen, "connection");
  expect(found).toContainEqual({
    kind: "connection",
    operation: "listen",
    direction: "in",
    protocol: "TCP",
    port: 18080,
  });
  expect(found).toContainEqual({
    kind: "connection",
    operation: "connect",
    direction: "out",
    protocol: "TCP",
    port: 18080,
    peer,
  });
  expect(found).toContainEqual({
    kind: "connection",
    operation: "connect",
    direction: "out",
    protocol: "UDP",
    port: 53,
    peer,
  });
  expect(found.some(({ operation, port }) => operation === "accept" && port === 18080)).toBe(true);
  expect(details(seen, "dns")).toEqual([{ kind: "dns", question: "www.example.com", type: "A" }]);
});

test("a question written to a connected socket, as Go and busybox ask", async () => {
  const inside = box();
  const seen = begin([inside]);
  await inside.run(work, "ask");
  await seen.settle();
  expect(details(seen, "dns")).toEqual([{ kind: "dns", question: "go.example.com", type: "AAAA" }]);
});

test("every system call that was made once is recorded, and none before the recorder is on", async () => {
  const inside = box();
  const seen = begin([inside]);
  await inside.run(work, "calls");
  expect(seen.sensor.calls().get(inside.id)).toBeUndefined();
  seen.sensor.recordCalls(true);
  const made = (await inside.run(work, "calls")).trim().split("\n").map(Number);
  const recorded = new Set(seen.sensor.calls().get(inside.id));
  expect(made.filter((number) => !recorded.has(number))).toEqual([]);
  expect(made.length).toBeGreaterThanOrEqual(30);
});

test("what a container called is told after its end too, once", async () => {
  const inside = openBox();
  const seen = begin([inside]);
  seen.sensor.recordCalls(true);
  const made = (await inside.run(work, "calls")).trim().split("\n").map(Number);
  inside.remove();
  await seen.settle();
  const recorded = new Set(seen.sensor.calls().get(inside.id));
  expect(made.filter((number) => !recorded.has(number))).toEqual([]);
  expect(seen.sensor.calls().get(inside.id)).toBeUndefined();
});

test("a program that is only in memory", async () => {
  const inside = box();
  const seen = begin([inside]);
  await inside.run(work, "memory", work);
  await seen.settle();
  expect(
    details(seen, "kernel").some(
      ({ operation, target }) => operation === "memory-exec" && target!.startsWith("/memfd:hidden"),
    ),
  ).toBe(true);
});

test("what the entry point and its children do is told apart from somebody's exec into the container", async () => {
  const seen = begin();
  const inside = box();
  const entry = inside.run("/bin/sh", "-c", `${work} make ${folder} 1; ${work} orphan ${work}; sleep 1`);
  await wait(300);
  await inside.run("/bin/cat", "/etc/hostname");
  await entry;
  await seen.settle();
  const origins = seen
    .seen()
    .observations.flatMap(({ detail, origin }) =>
      detail.kind === "exec" && detail.path !== "/usr/bin/dash"
        ? [`${detail.path.split("/").at(-1)} ${origin}`]
        : [],
    );
  expect(origins).toContain("work entrypoint");
  expect(origins).toContain("sleep entrypoint");
  expect(origins).toContain("cat exec");
  expect(watchesOf(seen, inside).map(({ fromStart }) => fromStart)).toEqual([true]);
});

test("a container that was there before is told as seen late, with the code and files that it holds", async () => {
  const inside = box();
  const running = inside.run("/bin/sleep", "8"); // loading may take seconds where the machine is busy
  await wait(300);
  const seen = begin();
  await seen.settle();
  await running;
  const libraries = details(seen, "library").map(({ path }) => path);
  expect(libraries.some((path) => path.endsWith("/sleep"))).toBe(true);
  expect(libraries.some((path) => /libc\.so/.test(path) || /libc-/.test(path))).toBe(true);
  expect(watchesOf(seen, inside).map(({ fromStart }) => fromStart)).toEqual([false]);
});

test("nothing stays in the kernel when it is closed", async () => {
  const programs = (): number =>
    JSON.parse(execFileSync("/usr/sbin/bpftool", ["prog", "list", "-j"], { encoding: "utf8" })).length;
  await wait(500); // the kernel frees what earlier tests let go in its own time
  const before = programs();
  begin();
  expect(programs()).toBeGreaterThan(before);
  end();
  await wait(500);
  expect(programs()).toBe(before);
});

test("it needs CAP_BPF and CAP_PERFMON, and nothing else", () => {
  const script = `
    import { EbpfSensor, hierarchyAt, possibleProcessors } from "./packages/agent/src/index.ts";
    const sensor = new EbpfSensor({ hierarchy: hierarchyAt("/sys/fs/cgroup"), processors: possibleProcessors(), process: process.pid, proc: "/proc", recordCalls: false });
    sensor.close();
    console.log("loaded as", process.getuid());`;
  const as = (capabilities: string): string =>
    execFileSync(
      "/usr/bin/setpriv",
      [
        "--reuid=65534",
        "--regid=65534",
        "--clear-groups",
        `--bounding-set=-all${capabilities}`,
        `--inh-caps=-all${capabilities}`,
        `--ambient-caps=-all${capabilities}`,
        "--no-new-privs",
        process.execPath,
        "--input-type=module",
        "-e",
        script,
      ],
      { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] },
    );
  expect(as(",+bpf,+perfmon").trim()).toBe("loaded as 65534");
  expect(() => as(",+perfmon")).toThrow(/EPERM/);
});
