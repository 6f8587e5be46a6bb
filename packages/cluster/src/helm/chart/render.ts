/** A chart with values into the texts of its templates, each of which knows the lines that it came from. */
import { createBudget } from "../template/budget.ts";
import { RenderError, failure, type FaultReason } from "../template/fault.ts";
import { functionsFor } from "../functions/table.ts";
import { createProgram, parseInto, run, withoutAbsent } from "../program.ts";
import type { Program } from "../template/state.ts";
import { outermost, type Origin, type Span } from "../template/trace.ts";
import { compareStrings, dictOf, intOf, isDict, type Dict, type Value } from "../template/value.ts";
import { capabilities, kubeVersion } from "./capabilities.ts";
import { coalesceValues } from "./coalesce.ts";
import { fits, missingDependencies, processDependencies } from "./dependencies.ts";
import { filesValue } from "./filesvalue.ts";
import { fullName, type Chart } from "./load.ts";
import { chartValue } from "./metadata.ts";
import { checkSchemas, type Unchecked } from "./schema.ts";
import { valuesDict } from "./valuesdict.ts";

export interface RenderOptions {
  readonly release: string;
  readonly values: Dict;
  /** What the time is: nanoseconds since 1970. */
  readonly now: bigint;
}

/** A line of a file of the chart. */
export interface Place {
  readonly path: string;
  readonly line?: number;
}

export interface RenderedFile {
  /** As helm names it: `CHART/charts/SUB/templates/FILE`. */
  readonly name: string;
  /** Where the template lies, from the chart's folder on. */
  readonly path: string;
  readonly text: string;
  readonly spans: readonly Span[];
}

/** A template of which nothing came. */
export interface Fault extends Place {
  readonly reason: FaultReason;
  readonly message: string;
}

export interface RenderedChart {
  readonly files: readonly RenderedFile[];
  readonly faults: readonly Fault[];
  readonly unchecked: readonly Unchecked[];
  /** Functions that give something else each time, and where the first of their calls stands. */
  readonly chances: ReadonlyMap<string, Place>;
}

interface Renderable {
  readonly name: string;
  readonly path: string;
  readonly origin: Origin;
  readonly values: Dict;
  readonly basePath: string;
}

/** Throws `RenderError` where the chart as a whole cannot be rendered. The chart is changed by it. */
export async function renderChart(chart: Chart, options: RenderOptions): Promise<RenderedChart> {
  const missing = missingDependencies(chart);
  if (missing.length > 0) {
    throw failure(`found in Chart.yaml, but missing in charts/ directory: ${missing.join(", ")}`);
  }
  processDependencies(chart, options.values);
  const values = coalesceValues(chart, options.values);
  const unchecked = await checkSchemas(chart, values);
  const range = chart.metadata.kubeVersion;
  if (range !== "" && !fits(range, kubeVersion)) {
    throw failure(
      `chart requires kubeVersion: ${range} which is incompatible with Kubernetes ${kubeVersion}`,
    );
  }
  const templates: Renderable[] = [];
  collect(chart, topOf(options.release, values), templates);
  templates.sort(deepestFirst);
  return { ...renderAll(templates, options.now), unchecked };
}

function topOf(release: string, values: Dict): ReadonlyMap<string, Value> {
  return new Map<string, Value>([
    ["Values", values],
    ["Capabilities", capabilities()],
    [
      "Release",
      dictOf([
        ["Name", release],
        ["Namespace", "default"],
        ["IsUpgrade", false],
        ["IsInstall", true],
        ["Revision", intOf(1)],
        ["Service", "Helm"],
      ]),
    ],
  ]);
}

/** What a chart's templates see: theirs only, and what the outer chart has under their name. */
function collect(chart: Chart, outer: ReadonlyMap<string, Value>, all: Renderable[]): Dict {
  const { metadata, parent } = chart;
  const subcharts = dictOf();
  const scope = dictOf([
    ["Chart", chartValue(metadata, parent === undefined)],
    ["Files", filesValue(chart.files)],
    ["Release", outer.get("Release")],
    ["Capabilities", outer.get("Capabilities")],
    ["Values", valuesOf(chart, outer)],
    ["Subcharts", subcharts],
  ]);
  for (const child of chart.dependencies) {
    subcharts.entries.set(child.metadata.name, collect(child, scope.entries, all));
  }
  const name = fullName(chart);
  const isLibrary = metadata.type.toLowerCase() === "library";
  const values = valuesDict(scope.entries);
  for (const file of chart.templates) {
    if (isLibrary && !baseOf(file.name).startsWith("_")) continue;
    const full = `${name}/${file.name}`;
    const origin = { name: full, text: file.text, chart: name };
    all.push({ name: full, path: file.path, origin, values, basePath: `${name}/templates` });
  }
  return scope;
}

function valuesOf({ metadata, parent }: Chart, outer: ReadonlyMap<string, Value>): Dict {
  const values = outer.get("Values");
  const own = parent === undefined ? values : isDict(values) ? values.entries.get(metadata.name) : undefined;
  return valuesDict(isDict(own) ? own.entries : new Map());
}

function baseOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** So that an outer chart's definitions take the place of an inner one's. */
function deepestFirst(a: Renderable, b: Renderable): number {
  const depth = (name: string): number => name.split("/").length;
  return depth(b.name) - depth(a.name) || compareStrings(b.name, a.name);
}

function renderAll(templates: readonly Renderable[], now: bigint): Omit<RenderedChart, "unchecked"> {
  const paths = new Map(templates.map(({ name, path }) => [name, path]));
  const chances = new Map<string, Place>();
  let current: Place = { path: "" };
  const functions = functionsFor(now, (name) => {
    if (!chances.has(name)) chances.set(name, placeOf(program, paths) ?? current);
  });
  const program = createProgram(functions, createBudget());
  for (const template of templates) within(paths, template, () => parseInto(program, template.origin));
  const files: RenderedFile[] = [];
  const faults: Fault[] = [];
  for (const template of templates) {
    if (baseOf(template.name).startsWith("_")) continue;
    current = { path: template.path };
    try {
      files.push(within(paths, template, () => renderOne(program, template)));
    } catch (error) {
      if (!(error instanceof RenderError) || error.reason === "budget" || error.place === undefined)
        throw error;
      faults.push({ ...error.place, reason: error.reason, message: error.message });
    }
  }
  return { files: files.sort(byPath), faults: faults.sort(byPath), chances };
}

function byPath(a: Place, b: Place): number {
  return compareStrings(a.path, b.path);
}

/** Where the outermost call stands of those that run. */
function placeOf({ site }: Program, paths: ReadonlyMap<string, string>): Place | undefined {
  if (site === undefined) return undefined;
  const { origin, pos } = outermost(site);
  const path = paths.get(origin.name);
  return path === undefined ? undefined : { path, line: origin.text.slice(0, pos).split("\n").length };
}

/** An error says which file and line it is about: the place in its words, or else the template that ran. */
function within<T>(paths: ReadonlyMap<string, string>, template: Renderable, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof RenderError)) throw error;
    const [, name = "", line] =
      /(?:^template: |parse error at \()([^:\s]+):([0-9]+)/.exec(error.message) ?? [];
    const path = paths.get(name);
    const place = path === undefined ? { path: template.path } : { path, line: Number(line) };
    throw new RenderError(error.reason, error.message, true, { cause: error, place });
  }
}

function renderOne(program: Program, { name, path, values, basePath }: Renderable): RenderedFile {
  const template = program.templates.get(name);
  if (template === undefined) throw failure(`no template ${name}`);
  const own = new Map<string, Value>([
    ["Name", name],
    ["BasePath", basePath],
  ]);
  values.entries.set("Template", valuesDict(own));
  program.site = undefined;
  return { name, path, ...withoutAbsent(run(program, template, values)) };
}
