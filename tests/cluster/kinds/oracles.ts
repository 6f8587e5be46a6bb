/**
 * What the tools that put packages into a root say of them, kind by kind: each package with the files that the tool counts
 * as its own. None of our readers has a part in it.
 */
import { cpSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "../installed.ts";

/** By `kind name version`, as package URLs have them without their qualifiers. */
export type Told = ReadonlyMap<string, readonly string[]>;

type Oracle = (root: string) => Iterable<readonly [named: string, files: readonly string[]]>;

export const oracles = { deb, golang, maven, npm, pypi, rpm } satisfies { readonly [kind: string]: Oracle };

export function toldBy(oracle: Oracle, root: string): Told {
  const told = new Map<string, Set<string>>();
  for (const [named, files] of oracle(root)) {
    const known = told.get(named) ?? new Set();
    told.set(named, known);
    for (const file of files) known.add(file);
  }
  return new Map(
    [...told].sort(([a], [b]) => (a < b ? -1 : 1)).map(([named, own]) => [named, [...own].sort()]),
  );
}

function linesOf(text: string): readonly string[] {
  return text.split("\n").filter((line) => line !== "");
}

/** Folders are told too: those that others of the same package lie in are none of its files. */
function filesAmong(paths: readonly string[]): readonly string[] {
  return paths.filter((path) => path !== "/." && !paths.some((other) => other.startsWith(`${path}/`)));
}

function* deb(root: string): ReturnType<Oracle> {
  const admin = ["--admindir", join(root, "var/lib/dpkg")];
  const format = "${db:Status-Status} ${binary:Package} ${Package} ${Version}\\n";
  for (const line of linesOf(run("dpkg-query", ...admin, "-W", "-f", format))) {
    const [status, own = "", name, version] = line.split(" ");
    if (status === "not-installed" || status === "config-files") continue;
    const files = linesOf(run("dpkg-query", ...admin, "-L", own)).filter((file) => file.startsWith("/"));
    yield [`deb ${name} ${version}`, filesAmong(files)];
  }
}

function* rpm(root: string): ReturnType<Oracle> {
  const folder = mkdtempSync(join(tmpdir(), "plimsoll-rpm-"));
  // It writes beside what it reads.
  cpSync(join(root, "var/lib/rpm"), folder, { recursive: true });
  const ask = (...given: readonly string[]): readonly string[] =>
    linesOf(run("rpm", "--dbpath", folder, "-q", ...given));
  for (const line of ask("-a", "--qf", "%{NAME} %{VERSION}-%{RELEASE}\\n"))
    yield [`rpm ${line}`, filesAmong(ask("-l", line.split(" ")[0]!))];
  rmSync(folder, { recursive: true });
}

/** By the Python of the root itself. */
function* pypi(root: string): ReturnType<Oracle> {
  const script = `
import importlib.metadata as metadata, json, os
print(json.dumps([[found.metadata["Name"], found.version, str(found._path),
    [os.path.normpath(str(found.locate_file(file))) for file in found.files or []]]
    for found in metadata.distributions()]))`;
  const told = run("chroot", root, "/usr/bin/python3.11", "-B", "-c", script);
  for (const [name, version, described, files] of JSON.parse(told) as [string, string, string, string[]][]) {
    const one = name.toLowerCase().replace(/[-_.]+/g, "-");
    // Where it is told of itself is a file of it, listed or not.
    const own = ["METADATA", "PKG-INFO"].map((file) => `${described}/${file}`);
    yield [`pypi ${one} ${version}`, [...files, ...own.filter((file) => existsSync(join(root, file)))]];
  }
}

interface Listed {
  readonly name?: string;
  readonly version?: string;
  readonly path?: string;
  readonly dependencies?: { readonly [name: string]: Listed };
}

function* npm(root: string): ReturnType<Oracle> {
  const folder = join(root, "srv/app");
  const top = JSON.parse(run("npm", "ls", "--prefix", folder, "--json", "--all", "--long")) as Listed;
  const all = ({ dependencies = {} }: Listed): readonly Listed[] =>
    Object.values(dependencies).flatMap((each) => [each, ...all(each)]);
  for (const { name, version, path = "" } of all(top))
    yield [`npm ${name} ${version}`, [`${path.slice(root.length)}/package.json`]];
}

function* golang(root: string): ReturnType<Oracle> {
  for (const path of programsIn(root)) {
    const lines = run("go", "version", "-m", join(root, path)).split("\n");
    yield [`golang stdlib ${/: go(\S+)$/.exec(lines[0]!)![1]}`, [path]];
    const modules = lines.map((line) => line.split("\t").slice(1));
    for (const [at, [word, name, version]] of modules.entries()) {
      if (word !== "mod" && word !== "dep") continue;
      const [next, other, own] = modules[at + 1] ?? [];
      const told =
        next !== "=>" ? [name, version] : other!.startsWith(".") ? [name, "(devel)"] : [other, own];
      yield [`golang ${told.join(" ").replace(" (devel)", " ")}`, [path]];
    }
  }
}

/** Whatever Go itself takes for a program of its own. */
function programsIn(root: string): readonly string[] {
  return linesOf(run("go", "version", root)).flatMap(
    (line) => /^(.*): go\S+$/.exec(line)?.[1]?.slice(root.length) ?? [],
  );
}

function* maven(root: string): ReturnType<Oracle> {
  const work = mkdtempSync(join(tmpdir(), "plimsoll-jars-"));
  for (const archive of linesOf(run("find", root, "-type", "f", "-name", "*.jar")))
    yield* within(archive, archive.slice(root.length), work);
  rmSync(work, { recursive: true });
}

function* within(archive: string, path: string, work: string): ReturnType<Oracle> {
  for (const entry of linesOf(run("unzip", "-Z1", archive))) {
    if (/^META-INF\/maven\/.*\/pom\.properties$/.test(entry)) {
      const lines = run("unzip", "-p", archive, entry).trim().split(/\r?\n/);
      const told = new Map(lines.map((line) => line.split("=") as [string, string]));
      const [group, name, version] = ["groupId", "artifactId", "version"].map((key) => told.get(key));
      yield [`maven ${group}/${name} ${version}`, [path]];
    } else if (entry.endsWith(".jar")) {
      run("unzip", "-q", "-o", archive, entry, "-d", work);
      yield* within(join(work, entry), path, work);
    }
  }
}
