/** A chart with values into the texts of its templates, each of which knows the lines that it came from. */
import { createBudget } from "../template/budget.ts";
import { RenderError, failure, type FaultReason } from "../template/fault.ts";
import { functionsFor } from "../functions/table.ts";
import { createProgram, parseInto, run, withoutAbsent } from "../program.ts";
import type { Program } from "../template/state.ts";
import type { Origin, Span } from "../template/trace.ts";
import { compareStrings, dictOf, intOf, isDict, type Dict, type Value } from "../template/value.ts";
import { capabilities, kubeVersion } from "./capabilities.ts";
import { coalesceValues } from "./coalesce.ts";
import { fits, missingDependencies, processDependencies } from "./dependencies.ts";
import { filesValue } from "./filesvalue.ts";
import { fullName, type Chart } from "./load.ts";
import { chartValue } from "./metadata.ts";
import { checkSchemas, type Unchecked } from "./schema.ts";

export interface RenderOptions {
  readonly release: string;
  readonly values: Dict;
  /** What the time is: nanoseconds since 1970. */
  readonly now: bigint;
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
export interface Fault {
  readonly path: string;
  readonly reason: FaultReason;
  readonly message: string;
}

export interface RenderedChart {
  readonly files: readonly RenderedFile[];
  readonly faults: readonly Fault[];
  readonly unchecked: readonly Unchecked[];
  /** Functions that give something else each time, and the template that called them. */
  readonly chances: ReadonlyMap<string, string>;
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
    throw failure(`chart requires kubeVersion: ${range} which is incompatible with Kubernetes ${kubeVersion}`);
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
  const values: Dict = { kind: "dict", type: "chartutil.Values", entries: scope.entries };
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
  return { kind: "dict", type: "chartutil.Values", entries: isDict(own) ? own.entries : new Map() };
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
  const chances = new Map<string, string>();
  let current = "";
  const functions = functionsFor(now, (name) => {
    if (!chances.has(name)) chances.set(name, current);
  });
  const program = createProgram(functions, createBudget());
  for (const { origin } of templates) parseInto(program, origin);
  const files: RenderedFile[] = [];
  const faults: Fault[] = [];
  for (const template of templates) {
    if (baseOf(template.name).startsWith("_")) continue;
    current = template.path;
    const rendered = renderOne(program, template);
    if ("reason" in rendered) faults.push(rendered);
    else files.push(rendered);
  }
  const inOrder = (a: { readonly path: string }, b: { readonly path: string }): number => compareStrings(a.path, b.path);
  return { files: files.sort(inOrder), faults: faults.sort(inOrder), chances };
}

function renderOne(program: Program, { name, path, values, basePath }: Renderable): RenderedFile | Fault {
  const template = program.templates.get(name);
  if (template === undefined) throw failure(`no template ${name}`);
  values.entries.set(
    "Template",
    dictOf(
      [
        ["Name", name],
        ["BasePath", basePath],
      ],
      "chartutil.Values",
    ),
  );
  program.site = undefined;
  try {
    return { name, path, ...withoutAbsent(run(program, template, values)) };
  } catch (error) {
    if (!(error instanceof RenderError) || error.reason === "budget") throw error;
    return { path, reason: error.reason, message: error.message };
  }
}
