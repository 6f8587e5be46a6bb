/** The charts of other projects that are rendered by both, and the values that each is given. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { isRawObject, type Raw } from "../../packages/cluster/src/raw.ts";
import { readFirst } from "../../packages/cluster/src/helm/yaml/read.ts";
import { RefusedError } from "../../packages/cluster/src/limit.ts";

export interface Sample {
  readonly title: string;
  readonly chart: string;
  readonly set: readonly string[];
}

/** Folders that `test.sh` found, one a line. */
const folders = (process.env["PLIMSOLL_HELM_CORPUS"] ?? "").split("\n").filter((line) => line !== "");

const ignored = /^(?:node_modules|\.git|vendor)$/;

function chartsIn(folder: string, depth = 0): readonly string[] {
  if (depth > 12) return [];
  const names = readdirSync(folder, { withFileTypes: true });
  if (names.some(({ name }) => name === "Chart.yaml")) return [folder];
  return names
    .filter((entry) => entry.isDirectory() && !ignored.test(entry.name))
    .flatMap(({ name }) => chartsIn(join(folder, name), depth + 1));
}

/** The switches that are off by default, as `--set` turns them on. */
function switches(chart: string): readonly string[] {
  try {
    const text = readFileSync(join(chart, "values.yaml"), "utf8");
    return offIn(readFirst(text), "", 0);
  } catch (error) {
    if (error instanceof RefusedError || !statExists(join(chart, "values.yaml"))) return [];
    throw error;
  }
}

function statExists(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}

function offIn(raw: Raw, prefix: string, depth: number): readonly string[] {
  if (!isRawObject(raw) || depth > 3) return [];
  return Object.entries(raw).flatMap(([key, value]) => {
    const path = prefix + key.replaceAll(/[.,=[\]\\]/g, "\\$&");
    if (value === false) return [`${path}=true`];
    return offIn(value, `${path}.`, depth + 1);
  });
}

/** Every chart as it is; with all that is off turned on; and with each of its switches, up to five, turned on alone. */
export function samples(): readonly Sample[] {
  return folders.flatMap((folder) => {
    const [path = "", name = ""] = folder.split("\t");
    return chartsIn(path).flatMap((chart) => {
      const title = `${name} ${relative(path, chart)}`;
      const off = switches(chart);
      const single = off.slice(0, 5).map((line) => ({ title: `${title} --set ${line}`, chart, set: [line] }));
      const all = off.length < 2 ? [] : [{ title: `${title}, all on`, chart, set: off }];
      return [{ title, chart, set: [] }, ...all, ...single];
    });
  });
}
