/** Renders the chart in a folder, or says why not. Nothing is run but its templates, and nothing is fetched. */
import { readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { isSystemError, whyOf } from "../failure.ts";
import { RefusedError } from "../limit.ts";
import { decode } from "../text.ts";
import { longestFile } from "./chart/archive.ts";
import { readFolder } from "./chart/folder.ts";
import { dictOfText, loadChart, type Chart, type ChartFile } from "./chart/load.ts";
import { renderChart, type RenderedChart } from "./chart/render.ts";
import { asJson, asText, setInto, typed } from "./chart/set.ts";
import { failure, RenderError } from "./template/fault.ts";
import { textOf } from "./template/bytes.ts";
import { dictOf, isDict, type Dict } from "./template/value.ts";

export interface HelmOptions {
  /** Values files, as `helm template --values` takes them; relative to `cwd`. */
  readonly values?: readonly string[];
  /** As `helm template --set` takes them. */
  readonly set?: readonly string[];
  /** As `--set-string`, `--set-json` and `--set-file` take them; files are relative to `cwd`. */
  readonly setString?: readonly string[];
  readonly setJson?: readonly string[];
  readonly setFile?: readonly string[];
}

export interface Asked extends HelmOptions {
  readonly release: string;
}

/** What came of a chart; `unknown` names what our renderer does not know, where it is that. */
export type Attempt =
  | { readonly refused: RenderError }
  | {
      readonly chart: RenderedChart;
      readonly crds: readonly ChartFile[];
      readonly strays: readonly string[];
    }
  | {
      readonly unknown: string;
      readonly chart: RenderedChart;
      readonly crds: readonly ChartFile[];
      readonly strays: readonly string[];
    };

interface Where {
  readonly folder: string;
  readonly cwd: string;
  readonly takenAt: string;
}

export async function renderFolder({ folder, cwd, takenAt }: Where, asked: Asked): Promise<Attempt> {
  try {
    const { entries, strays } = readFolder(folder);
    const loaded = loadChart(entries);
    const values = readValues(cwd, asked);
    const now = BigInt(Date.parse(takenAt)) * 1_000_000n;
    const chart = await renderChart(loaded, { release: asked.release, values, now });
    const whole = { chart, crds: crdsOf(loaded), strays };
    const beyond = chart.faults.find(({ reason }) => reason === "unsupported");
    return beyond === undefined ? whole : { ...whole, unknown: beyond.message };
  } catch (error) {
    if (error instanceof RenderError) return { refused: error };
    if (isSystemError(error)) return { refused: failure(whyOf(error)) };
    throw error;
  }
}

/** Helm makes these before all templates; they are no templates themselves. */
function crdsOf(chart: Chart): readonly ChartFile[] {
  const own = chart.files.filter(({ name }) => /^crds\/.*\.(?:ya?ml|json)$/i.test(name));
  return [...own, ...chart.dependencies.flatMap(crdsOf)];
}

/**
 * What the user gives: files, relative to a folder, then single values, in helm's order whatever order they were typed
 * in. Throws `RenderError`.
 */
export function readValues(cwd: string, asked: HelmOptions): Dict {
  const { values = [], setJson = [], set = [], setString = [], setFile = [] } = asked;
  let all = dictOf();
  for (const file of values) all = merged(all, dictOfText(decode(bytesOfFile(cwd, file)), file));
  for (const line of setJson) setInto(line, all, asJson);
  for (const line of set) setInto(line, all, typed);
  for (const line of setString) setInto(line, all, asText);
  for (const line of setFile) setInto(line, all, (file) => textOf(bytesOfFile(cwd, file)));
  return all;
}

function bytesOfFile(cwd: string, file: string): Buffer {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(file)) throw failure(`${file}: nothing is fetched while scanning`);
  const path = resolve(cwd, file);
  try {
    const stats = statSync(path);
    if (!stats.isFile()) throw failure(`${file}: no regular file`);
    if (stats.size > longestFile) throw failure(`${file}: values of more than 5 MiB`);
    return readFileSync(path);
  } catch (error) {
    if (error instanceof RefusedError) throw failure(`${file}: ${error.message}`);
    if (isSystemError(error)) throw failure(`${file}: ${whyOf(error)}`);
    throw error;
  }
}

/** The second wins; tables are joined. */
function merged(a: Dict, b: Dict): Dict {
  const out = dictOf(a.entries);
  for (const [key, value] of b.entries) {
    const known = out.entries.get(key);
    out.entries.set(key, isDict(value) && isDict(known) ? merged(known, value) : value);
  }
  return out;
}
