/**
 * Services of six kinds, each observed from before its start by the agent and by strace: whatever the oracle saw, the agent
 * saw too. Compared are distinct programs with their arguments, files, libraries and peers, paths as in the container.
 */
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { hierarchy, look, openBox, type Box } from "./box.ts";
import { countsOf, deedsOf, kinds, lineOf, missedBy } from "./oracle/compared.ts";
import { listening, said, services, write, type Service } from "./oracle/services.ts";
import { calls, deedsIn, type Deeds } from "./oracle/strace.ts";

const folders = new Map(services.map(({ id }) => [id, mkdtempSync(join(tmpdir(), `plimsoll-${id}-`))]));
const rows: string[] = [];
afterAll(() => {
  console.log(["", lineOf(["service", ...kinds]), ...rows].join("\n"));
  for (const folder of folders.values()) rmSync(folder, { recursive: true });
});

/** Runs it inside the box under strace, which itself stays outside. */
function traced(service: Service, box: Box, folder: string): { readonly ended: Promise<unknown> } {
  const enter = 'echo $$ > "$0/cgroup.procs" && exec unshare -m "$@"';
  const inside = ["/bin/sh", "-c", enter, join(hierarchy.root, box.id), ...service.command(folder)];
  const child = spawn(
    "strace",
    ["-f", "-yy", "-s", "4096", "-o", join(folder, "trace"), "-e", `trace=${calls}`, ...inside],
    {
      cwd: folder,
      env: { PATH: "/usr/bin:/bin", HOME: folder, ...service.environment?.(folder) },
      stdio: ["ignore", "ignore", "inherit"],
    },
  );
  return { ended: new Promise((resolve) => child.on("close", resolve)) };
}

async function run(
  service: Service,
): Promise<{ readonly ours: Deeds; readonly oracle: Deeds; readonly lost: number }> {
  const folder = folders.get(service.id)!;
  const box = openBox();
  const seen = look(new Set([box.cgroup]));
  try {
    const { ended } = traced(service, box, folder);
    try {
      await listening(service);
      for (const path of service.asked)
        await said(service.port, `GET ${path} HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n`);
      if (service.says !== undefined) await said(service.port, service.says);
    } finally {
      box.end();
    }
    await ended;
    await seen.settle();
    const [program] = service.command(folder);
    const details = seen.seen().observations.map(({ detail }) => detail);
    return {
      ours: deedsOf(details),
      oracle: deedsIn(readFileSync(join(folder, "trace"), "utf8"), program!),
      lost: seen.sensor.lost(),
    };
  } finally {
    seen.close();
    box.remove();
  }
}

test.each(services.map((service) => [service.id, service] as const))(
  "%s: all that strace saw was seen",
  { timeout: 180_000 },
  async (id, service) => {
    const folder = folders.get(id)!;
    write(folder, id);
    const { ours, oracle, lost } = await run(service);
    rows.push(lineOf([id, ...countsOf(ours, oracle)]));
    expect({ missed: missedBy(ours, oracle), lost }).toEqual({ missed: [], lost: 0 });
    for (const kind of ["execs", "files", "peers"] as const)
      expect([kind, oracle[kind].size > 0]).toEqual([kind, true]);
    if (id === "nginx") {
      const program = realpathSync(service.command(folder)[0]!);
      expect([...ours.execs].some((line) => line.startsWith(service.command(folder)[0]!))).toBe(true);
      expect(packagesOf([program, ...withoutLookups(ours.libraries)])).toEqual(nginxLoads);
    }
    if (id === "node")
      expect(scriptsOf(join(folder, "coverage")).filter((path) => !ours.files.has(path))).toEqual([]);
  },
);

/** Of some hundred and seventeen that such an image holds: runtime code of these and no other runs. */
const nginxLoads = ["libc6", "libcrypt1", "libpcre2-8-0", "libssl3", "nginx", "zlib1g"];

/** The packages whose programs and libraries these are, by Debian's own lists: of the archives unpacked, and of this machine. */
function packagesOf(paths: readonly string[]): readonly string[] {
  const debian = realpathSync(process.env["PLIMSOLL_DEBIAN"]!);
  const archives = join(debian, "../debs");
  const owners = new Map<string, string>();
  for (const name of readdirSync(archives)) {
    const list = execFileSync("dpkg-deb", ["--fsys-tarfile", join(archives, name)], { maxBuffer: 1 << 28 });
    const files = execFileSync("tar", ["-t"], { input: list, encoding: "utf8" });
    for (const file of files.split("\n")) owners.set(file.replace(/^\./, ""), name.split("_")[0]!);
  }
  const found = paths.map((path) =>
    path.startsWith(`${debian}/`) ? owners.get(path.slice(debian.length)) : installedOwner(path),
  );
  return [...new Set(found.map(String))].sort();
}

function installedOwner(path: string): string {
  // What merged /usr is listed by its name before that.
  for (const name of [path, path.replace(/^\/usr/, "")])
    try {
      return execFileSync("dpkg-query", ["-S", name], { encoding: "utf8", stdio: "pipe" }).split(":")[0]!;
    } catch {
      // Listed by the other name.
    }
  return path;
}

/** Not the ways to look users up that this machine has beside the C library's own: its nsswitch.conf names them, no image does. */
function withoutLookups(libraries: ReadonlySet<string>): readonly string[] {
  const lookups = [...libraries].filter((path) => /\/libnss_/.test(path));
  const needed = lookups.flatMap((path) => [path, ...neededBy(path)]);
  const kept = neededBy("/bin/true");
  return [...libraries].filter((path) => !needed.includes(path) || kept.includes(path));
}

function neededBy(path: string): readonly string[] {
  const lines = execFileSync("ldd", [path], { encoding: "utf8" }).split("\n");
  return lines.flatMap((line) => /(\/\S+) \(/.exec(line)?.[1] ?? []).map((each) => realpathSync(each));
}

/** The files of the scripts that V8 itself says it loaded. */
function scriptsOf(coverage: string): readonly string[] {
  const urls = readdirSync(coverage).flatMap((name) => {
    const { result } = JSON.parse(readFileSync(join(coverage, name), "utf8")) as {
      result: { url: string }[];
    };
    return result.map(({ url }) => url);
  });
  const paths = [...new Set(urls.filter((url) => url.startsWith("file:")).map((url) => fileURLToPath(url)))];
  rows.push(`${lineOf([""])}V8 loaded ${paths.length} scripts`);
  if (paths.length < 20) throw new Error(`V8 lists only ${paths.length} scripts`);
  return paths;
}
