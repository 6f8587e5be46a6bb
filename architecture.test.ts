import { readdirSync, readFileSync } from "node:fs";
import { join, relative, resolve, dirname } from "node:path";
import { expect, test } from "vitest";
import { behindDoors, coreRooms, packages, realDoors, thirdParty } from "./architecture.ts";

const root = import.meta.dirname;
const importPattern =
  /(?:^|\n)\s*(?:import|export)\s[^"';]*?from\s+"([^"]+)"|(?:^|[^.\w])import\(\s*"([^"]+)"\s*\)|(?:^|\n)import\s+"([^"]+)"/g;

interface Import {
  readonly file: string;
  readonly target: string;
}

function sourcesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => /\.tsx?$/.test(path) && !path.includes("fixtures") && !path.includes("node_modules"))
    .map((path) => join(folder, path));
}

function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");
}

function importsOf(file: string): Import[] {
  const text = withoutComments(readFileSync(file, "utf8"));
  return [...text.matchAll(importPattern)].map((match) => ({
    file,
    target: match[1] ?? match[2] ?? match[3] ?? "",
  }));
}

const all = Object.keys(packages).flatMap((name) =>
  sourcesOf(join(root, "packages", name, "src")).flatMap((file) =>
    importsOf(file).map((found) => ({ name, ...found })),
  ),
);
const shipped = all.filter((found) => !/\.test\.tsx?$/.test(found.file));

test("the folder of packages is the list of packages", () => {
  expect(readdirSync(join(root, "packages")).sort()).toEqual(Object.keys(packages).sort());
});

test("packages import only those below them, by name", () => {
  const wrong = all.filter(({ name, file, target }) => {
    if (target.startsWith("@plimsoll/")) return !packages[name]?.includes(target.slice("@plimsoll/".length));
    if (!target.startsWith(".")) return false;
    const path = relative(join(root, "packages", name), resolve(dirname(file), target));
    return path.startsWith("..") && !file.includes(".test.");
  });
  expect(wrong.map(({ file, target }) => `${relative(root, file)} imports ${target}`)).toEqual([]);
});

test("packages depend on nothing outside that is not listed, and declare what they use", () => {
  for (const name of Object.keys(packages)) {
    const manifest = JSON.parse(readFileSync(join(root, "packages", name, "package.json"), "utf8"));
    const declared = Object.keys(manifest.dependencies ?? {});
    expect(declared.filter((entry) => !entry.startsWith("@plimsoll/")).sort()).toEqual(
      [...(thirdParty[name] ?? [])].sort(),
    );
    expect(declared.filter((entry) => entry.startsWith("@plimsoll/")).sort()).toEqual(
      (packages[name] ?? []).map((entry) => `@plimsoll/${entry}`).sort(),
    );
  }
  const wrong = shipped.filter(({ name, target }) => {
    if (target.startsWith(".") || target.startsWith("@plimsoll/") || target.startsWith("node:")) return false;
    const entry = target
      .split("/")
      .slice(0, target.startsWith("@") ? 2 : 1)
      .join("/");
    return !thirdParty[name]?.includes(entry);
  });
  expect(wrong.map(({ file, target }) => `${relative(root, file)} imports ${target}`)).toEqual([]);
});

test("core and library touch nothing: no Node modules", () => {
  const wrong = shipped.filter(
    ({ name, target }) => (name === "core" || name === "library") && target.startsWith("node:"),
  );
  expect(wrong.map(({ file, target }) => `${relative(root, file)} imports ${target}`)).toEqual([]);
});

test("rooms of core import only rooms below them", () => {
  const core = join(root, "packages/core/src");
  const roomOf = (path: string): number => coreRooms.indexOf(relative(core, path).split("/")[0] ?? "");
  const rooms = readdirSync(core).filter((entry) => !entry.endsWith(".test.ts") && entry !== "fixtures");
  expect(rooms.filter((room) => !coreRooms.includes(room))).toEqual([]);
  const wrong = shipped.filter(({ name, file, target }) => {
    if (name !== "core" || !target.startsWith(".")) return false;
    return roomOf(resolve(dirname(file), target)) > roomOf(file);
  });
  expect(wrong.map(({ file, target }) => `${relative(root, file)} imports ${target}`)).toEqual([]);
});

test("no circles between files", () => {
  const graph = new Map<string, string[]>();
  for (const { file, target } of shipped) {
    if (target.startsWith(".")) graph.set(file, [...(graph.get(file) ?? []), resolve(dirname(file), target)]);
  }
  const state = new Map<string, "open" | "done">();
  const circles: string[] = [];
  const visit = (file: string, trail: readonly string[]): void => {
    if (state.get(file) === "done") return;
    if (state.get(file) === "open") {
      circles.push(
        [...trail.slice(trail.indexOf(file)), file].map((path) => relative(root, path)).join(" → "),
      );
      return;
    }
    state.set(file, "open");
    for (const next of graph.get(file) ?? []) visit(next, [...trail, file]);
    state.set(file, "done");
  };
  for (const file of graph.keys()) visit(file, []);
  expect(circles).toEqual([]);
});

/** Time, timers, randomness, network and disk, as they are reached without a door. */
const ambient: readonly (readonly [string, RegExp])[] = [
  ["the time", /\bDate\.now\b|\bnew Date\(\s*\)|(?<![.\w]|new )Date\(\)|\bperformance\.(?:now|timeOrigin)\b/],
  ["the time", /\bprocess\.(?:hrtime|uptime)\b/],
  ["a timer", /(?<![.\w])set(?:Timeout|Interval|Immediate)\b|\bAbortSignal\.timeout\b|["']node:timers/],
  ["randomness", /\bMath\.random\b|\brandom(?:Bytes|UUID|Int|FillSync|Fill)\b|\bgetRandomValues\b/],
  ["the network", /(?<![.\w])fetch\(|["'](?:node:)?(?:https?|http2|net|tls|dgram|dns)(?:\/promises)?["']/],
  ["the disk", /["'](?:node:)?fs(?:\/promises)?["']/],
];

test("what runs for long reaches time, randomness, network and disk through its doors only", () => {
  const files = Object.keys(packages)
    .flatMap((name) => sourcesOf(join(root, "packages", name, "src")))
    .filter((file) => !/\.test\.tsx?$/.test(file));
  const wrong = files.flatMap((file) => {
    const path = relative(root, file);
    if (!behindDoors.some((pattern) => pattern.test(path)) || realDoors.includes(path)) return [];
    const text = withoutComments(readFileSync(file, "utf8"));
    return ambient.filter(([, pattern]) => pattern.test(text)).map(([what]) => `${path}: ${what}`);
  });
  expect(wrong).toEqual([]);
});

test.each([
  ["Date.now()", true],
  ["new Date()", true],
  ["new Date(clock.now())", false],
  ["performance.now()", true],
  ["setTimeout(f, 1)", true],
  ["clock.setTimeout(f, 1)", false],
  ["AbortSignal.timeout(1)", true],
  ["Math.random()", true],
  ['import { randomUUID } from "node:crypto"', true],
  ["await fetch(url)", true],
  ["network.fetch(url)", false],
  ['import { request } from "node:http"', true],
  ['import http2 from "http2"', true],
  ['import { readFile } from "node:fs/promises"', true],
  ['const fs = process.getBuiltinModule("node:fs")', true],
  ["/** never Date.now() */", false],
])("going around a door is seen: %s", (text, seen) => {
  expect(ambient.some(([, pattern]) => pattern.test(withoutComments(text)))).toBe(seen);
});
