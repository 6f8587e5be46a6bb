/** Packages of a process's root: what is told of it, what a hostile one cannot do, and what a budget leaves out. */
import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { folderTree } from "@plimsoll/images";
import { listOf, readListOf, usualLimits, type ReadList } from "./lists.ts";
import { factsOf } from "./processes.ts";

function made(files: { readonly [path: string]: string }): string {
  const root = mkdtempSync(join(tmpdir(), "plimsoll-lists-"));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(root, path, ".."), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

const status = "Package: zlib1g\nStatus: install ok installed\nVersion: 1\n\nPackage: big\nVersion: 2\n";
const system = {
  "etc/os-release": "ID=debian\n",
  "var/lib/dpkg/status": status,
  "var/lib/dpkg/info/zlib1g.list": "/usr/lib/libz.so.1\n",
  "var/lib/dpkg/info/big.list": Array.from({ length: 500 }, (_, at) => `/usr/share/big/${at}`).join("\n"),
};
const read = (root: string, limits = {}, now: () => number = () => 0): ReadList =>
  listOf(folderTree(root)!, { ...usualLimits, ...limits }, now);

test("packages with their files", () => {
  const { packages, left } = read(made(system));
  expect([packages.map(({ purl, files = [] }) => `${purl} ${files.length}`), left]).toEqual([
    ["pkg:deb/debian/big@2 500", "pkg:deb/debian/zlib1g@1 1"],
    {},
  ]);
});

test("what is too long to be sent goes without its files, whole, and is counted", () => {
  const { packages, left } = read(made(system), { sent: 500 });
  expect([packages.map(({ purl, files }) => [purl, files]), left]).toEqual([
    [
      ["pkg:deb/debian/big@2", undefined],
      ["pkg:deb/debian/zlib1g@1", ["/usr/lib/libz.so.1"]],
    ],
    { "package with more files than are sent": 1 },
  ]);
});

/** A clock that goes on by six seconds whenever it is looked at. */
function ticking(): () => number {
  let at = 0;
  return () => (at += 6_000);
}

const noTime = (): number => 0;

test.each<readonly [string, object, () => number]>([
  ["bytes", { bytes: 20 }, noTime],
  ["time", {}, ticking()],
  ["packages", { packages: 1 }, noTime],
])("beyond the budget of %s the rest is not read, and that is told", (_, limits, now) => {
  const { packages, left } = read(made(system), limits, now);
  expect(packages.length).toBeLessThan(2);
  expect(Object.keys(left).length).toBeGreaterThan(0);
});

test("links lead nowhere outside of the root, and through no pipe", () => {
  const outside = made({ status: "Package: stolen\nVersion: 1\n" });
  const root = made({ "var/lib/dpkg/info/x": "", "etc/os-release": "ID=debian\n" });
  symlinkSync(join(outside, "status"), join(root, "var/lib/dpkg/status"));
  mkdirSync(join(root, "var/lib/dpkg/status.d"));
  execFileSync("mkfifo", [join(root, "var/lib/dpkg/status.d/pipe")]);
  symlinkSync("../../../../../../../../etc/hostname", join(root, "var/lib/dpkg/status.d/up"));
  expect(read(root).packages).toEqual([]);
});

// Mounting needs root.
test.runIf(process.getuid?.() === 0)(
  "what is mounted into a root is not read, through a link either",
  async () => {
    const root = made({ ...system, "mnt/keep": "" });
    rmSync(join(root, "var/lib/dpkg/info/zlib1g.list"));
    symlinkSync("/mnt/list", join(root, "var/lib/dpkg/info/zlib1g.list"));
    const script = `mount -t tmpfs none ${root}/mnt && echo /usr/lib/libz.so.1 > ${root}/mnt/list && echo ok && exec sleep 60`;
    const child = spawn("unshare", ["--mount", "sh", "-c", script], { stdio: ["ignore", "pipe", "ignore"] });
    onTestFinished(() => void child.kill("SIGKILL"));
    const [said] = await Promise.race([
      new Promise<[string]>((resolve) =>
        child.stdout.once("data", (text: Buffer) => resolve([String(text)])),
      ),
      new Promise<[string]>((resolve) => child.once("exit", () => resolve(["refused"]))),
    ]);
    expect(said).toBe("ok\n");
    const { packages, left } = listOf(folderTree(`/proc/${child.pid}/root${root}`)!, usualLimits, () => 0);
    expect(packages.find(({ purl }) => purl.includes("zlib1g"))?.files ?? []).toEqual([]);
    expect(left).toEqual({ "package without its list of files": 1 });
  },
);

test("a process that ended, or became another, is not read", () => {
  const facts = factsOf("/proc", process.pid)!;
  expect(readListOf("/proc", { ...facts, started: facts.started + 1n })).toBe("it ended before it was read");
  expect(readListOf("/proc", { ...facts, process: 2 ** 30 })).toBe("it ended before it was read");
});
