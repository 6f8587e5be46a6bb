/** What is installed in a running root, told by us and by each package manager itself: no package and no file apart. */
import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Image, Package } from "@plimsoll/core";
import { catalogOf, folderTree, readDocuments } from "@plimsoll/images";
import { afterAll, beforeAll, expect, test } from "vitest";

const root = mkdtempSync(join(tmpdir(), "plimsoll-root-"));
const repository = join(import.meta.dirname, "../..");
let running: ChildProcess;
let image: Image;

function run(program: string, ...args: readonly string[]): string {
  return execFileSync(program, args, { encoding: "utf8", maxBuffer: 256 << 20 });
}

function told(ecosystem: string): readonly Package[] {
  return image.packages!.filter((found) => found.ecosystem === ecosystem);
}

beforeAll(async () => {
  for (const folder of ["etc", "usr/lib", "var/lib/rpm", "app", "proc"])
    mkdirSync(join(root, folder), { recursive: true });
  writeFileSync(join(root, "etc/os-release"), readFileSync("/etc/os-release"));
  cpSync("/var/lib/dpkg", join(root, "var/lib/dpkg"), { recursive: true });
  cpSync("/usr/lib/python3", join(root, "usr/lib/python3"), { recursive: true, verbatimSymlinks: true });
  buildRpm();
  buildGo();
  mkdirSync(join(root, "app/node_modules"));
  for (const name of ["fast-check", "vitest", "yaml"])
    cpSync(join(repository, "node_modules", name), join(root, "app/node_modules", name), { recursive: true });
  // A process whose root this is: as a container's first process has it.
  running = spawn("unshare", ["--mount", "--root", root, "/app/program"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await new Promise<void>((resolve, reject) => {
    running.stdout!.once("data", () => resolve());
    running.once("exit", (code) => reject(new Error(`the program in the root ended with ${code}`)));
  });
  const output = join(root, "..", `${root.split("/").at(-1)}.cdx.json`);
  const cli = join(repository, "packages/cli/src/main.ts");
  run(
    process.execPath,
    cli,
    "packages",
    "--pid",
    String(running.pid),
    "--image",
    "example.com/all:1",
    "-o",
    output,
  );
  const { images, left } = readDocuments(JSON.parse(readFileSync(output, "utf8")));
  rmSync(output);
  expect(left).toEqual({});
  [image] = images as [Image];
}, 240_000);

afterAll(() => {
  running?.kill("SIGKILL");
  rmSync(root, { recursive: true, force: true });
});

/** One package of two files, built and installed by rpm itself. */
function buildRpm(): void {
  const top = mkdtempSync(join(tmpdir(), "plimsoll-rpm-"));
  const spec = join(top, "greeting.spec");
  writeFileSync(
    spec,
    `Name: greeting\nEpoch: 3\nVersion: 1.2\nRelease: 4\nSummary: greets\nLicense: none\nBuildArch: noarch\n%description\ngreets\n%install\nmkdir -p %{buildroot}/opt/greeting/share\necho hi > %{buildroot}/opt/greeting/hello\necho ho > %{buildroot}/opt/greeting/share/ho\n%files\n/opt/greeting/hello\n/opt/greeting/share/ho\n`,
  );
  run("rpmbuild", "-bb", "--quiet", "--define", `_topdir ${top}`, spec);
  run(
    "rpm",
    ...rpmRoot,
    "--install",
    "--nodeps",
    "--ignoreos",
    join(top, "RPMS/noarch/greeting-1.2-4.noarch.rpm"),
  );
  rmSync(top, { recursive: true, force: true });
}

const rpmRoot = ["--root", root, "--dbpath", "/var/lib/rpm", "--define", "_db_backend sqlite"];

/** A program that says that it runs, and waits. It has no module but its own and the standard library. */
function buildGo(): void {
  const folder = mkdtempSync(join(tmpdir(), "plimsoll-go-"));
  writeFileSync(join(folder, "go.mod"), "module example.com/program\n\ngo 1.18\n");
  writeFileSync(
    join(folder, "main.go"),
    'package main\n\nimport (\n\t"fmt"\n\t"time"\n)\n\nfunc main() {\n\tfmt.Println("runs")\n\ttime.Sleep(time.Hour)\n}\n',
  );
  execFileSync("go", ["build", "-o", join(root, "app/program"), "."], {
    cwd: folder,
    env: { ...process.env, CGO_ENABLED: "0", GOFLAGS: "-mod=mod", GOTOOLCHAIN: "local" },
  });
  rmSync(folder, { recursive: true, force: true });
}

/** What reading a bill of materials leaves out: where lists and papers lie is no use of a package. */
function isOfTheList(path: string): boolean {
  return /^\/(?:usr\/share\/doc|var\/lib\/dpkg)(?:\/|$)/.test(path);
}

test("dpkg: every installed package, its version and its files", () => {
  const ours = new Map(told("deb").map(({ name, version, files }) => [`${name} ${version}`, files ?? []]));
  const theirs = run(
    "dpkg-query",
    "--admindir",
    join(root, "var/lib/dpkg"),
    "--show",
    "--showformat",
    "${db:Status-Abbrev}\t${Package}\t${Version}\t${Package}:${Architecture}\n",
  )
    .split("\n")
    .flatMap((line) => {
      const [status = "", name = "", version = "", full = ""] = line.split("\t");
      return status.startsWith("ii") ? [{ key: `${name} ${version}`, full }] : [];
    });
  expect(theirs.length).toBeGreaterThan(100);
  expect([...ours.keys()].toSorted()).toEqual([...new Set(theirs.map(({ key }) => key))].toSorted());
  for (const { key, full } of theirs.slice(0, 40)) {
    const lines = run("dpkg-query", "--admindir", join(root, "var/lib/dpkg"), "--listfiles", full).split(
      "\n",
    );
    // Folders hold files of other packages too: those of which a file is named below are no file of this one.
    const isFolder = (path: string): boolean => lines.some((other) => other.startsWith(`${path}/`));
    const files = lines.filter(
      (line) => line.startsWith("/") && line !== "/." && !isOfTheList(line) && !isFolder(line),
    );
    expect(ours.get(key), key).toEqual(files.toSorted());
  }
});

test("rpm: what it installed, with its files", () => {
  const theirs = run("rpm", ...rpmRoot, "-qa", "--queryformat", "%{NAME} %{VERSION}-%{RELEASE} %{EPOCH}\n");
  const ours = told("rpm");
  expect(ours.map(({ name, version }) => `${name} ${version} 3\n`).join("")).toBe(theirs);
  expect(ours[0]!.purl).toMatch(/@1\.2-4\?arch=noarch&epoch=3$/);
  expect(ours[0]!.files?.join("\n")).toBe(run("rpm", ...rpmRoot, "-ql", "greeting").trim());
});

test("Go: what the toolchain tells of the program", () => {
  const theirs = run("go", "version", "-m", join(root, "app/program"));
  const standard = /: go(\S+)/.exec(theirs)![1]!;
  expect(theirs).toContain("\tmod\texample.com/program");
  const ours = told("golang").map(({ name, version }) => `${name} ${version}`);
  expect(ours).toContain(`stdlib ${standard}`);
  expect(ours.some((line) => line.startsWith("example.com/program "))).toBe(true);
});

test("Python: what its own library of metadata tells", () => {
  const script =
    "import importlib.metadata,json,re,sys\n" +
    "found=[[re.sub(r'[-_.]+','-',d.metadata['Name']).lower(),d.version] for d in importlib.metadata.distributions(path=[sys.argv[1]])]\n" +
    "print(json.dumps(sorted(found)))";
  const theirs = JSON.parse(
    run("/usr/bin/python3", "-c", script, join(root, "usr/lib/python3/dist-packages")),
  ) as [string, string][];
  expect(told("pypi").map(({ name, version }) => `${name} ${version}`)).toEqual(
    [...new Set(theirs.map(([name, version]) => `${name} ${version}`))].toSorted(),
  );
});

test("npm: what the packages call themselves", () => {
  for (const name of ["fast-check", "vitest", "yaml"]) {
    const { version } = JSON.parse(
      readFileSync(join(repository, "node_modules", name, "package.json"), "utf8"),
    ) as { version: string };
    expect(told("npm").find((found) => found.name === name)).toMatchObject({
      version,
      files: [`/app/node_modules/${name}/package.json`],
    });
  }
});

test("a folder alone is read as the process's root is", () => {
  const { image: same } = catalogOf(folderTree(root)!, { reference: "example.com/all:1" });
  expect(same.packages!.map(({ purl }) => purl)).toEqual(image.packages!.map(({ purl }) => purl));
});
