/** Which subcharts take part, by what names, and which of their values the parent takes over. */
import { deepCopy } from "../functions/dicts.ts";
import { meets } from "../functions/version.ts";
import { RenderError } from "../template/fault.ts";
import { display } from "../template/format.ts";
import { dictOf, isDict, type Dict, type Value } from "../template/value.ts";
import { coalesceTables, coalesceValues } from "./coalesce.ts";
import { setDependencies, type Chart } from "./load.ts";
import type { Dependency } from "./metadata.ts";

export function processDependencies(chart: Chart, values: Dict): void {
  choose(chart, values, "");
  importValues(chart);
}

export function fits(range: string, version: string): boolean {
  try {
    return meets(range, version);
  } catch (error) {
    if (!(error instanceof RenderError)) throw error;
    return false;
  }
}

function choose(chart: Chart, values: Dict, path: string): void {
  const { metadata } = chart;
  const wanted = metadata.dependencies;
  if (wanted.length === 0) return;
  const listed = (existing: Chart): boolean =>
    wanted.some(
      ({ name, version }) => existing.metadata.name === name && fits(version, existing.metadata.version),
    );
  const chosen = chart.dependencies.filter((existing) => !listed(existing));
  for (const request of wanted) {
    const found = aliased(chart.dependencies, request);
    if (found !== undefined) chosen.push(found);
    if (request.alias !== "") request.name = request.alias;
    request.enabled = true;
  }
  setDependencies(chart, chosen);
  const all = coalesceValues(chart, values);
  for (const request of wanted) applyTags(request, all);
  for (const request of wanted) applyCondition(request, all, path);
  const off = new Set(wanted.filter(({ enabled }) => !enabled).map(({ name }) => name));
  const kept = chart.dependencies.filter((existing) => !off.has(existing.metadata.name));
  for (const existing of kept) choose(existing, all, `${path}${existing.metadata.name}.`);
  metadata.dependencies = wanted.filter(({ name }) => !off.has(name));
  setDependencies(chart, kept);
}

function aliased(charts: readonly Chart[], { name, version, alias }: Dependency): Chart | undefined {
  const found = charts.find((chart) => chart.metadata.name === name && fits(version, chart.metadata.version));
  if (found === undefined) return undefined;
  const metadata = { ...found.metadata, ...(alias === "" ? {} : { name: alias }) };
  metadata.dependencies = metadata.dependencies.map((request) => ({ ...request }));
  const copy: Chart = { ...found, metadata };
  // Subcharts are shared between the copies in helm as well, and belong to the one that was made last.
  setDependencies(copy, found.dependencies.map(copied));
  return copy;
}

function copied(chart: Chart): Chart {
  const metadata = {
    ...chart.metadata,
    dependencies: chart.metadata.dependencies.map((one) => ({ ...one })),
  };
  const copy: Chart = { ...chart, metadata };
  setDependencies(copy, chart.dependencies.map(copied));
  return copy;
}

function applyTags(request: Dependency, values: Dict): void {
  const tags = values.entries.get("tags");
  if (!isDict(tags)) return;
  const said = request.tags.map((tag) => tags.entries.get(tag)).filter((value) => typeof value === "boolean");
  request.enabled = said.length === 0 || said.includes(true);
}

function applyCondition(request: Dependency, values: Dict, path: string): void {
  for (const condition of request.condition.trim().split(",")) {
    if (condition === "") continue;
    const value = valueAt(values, path + condition);
    if (typeof value === "boolean") {
      request.enabled = value;
      return;
    }
  }
}

function valueAt(values: Dict, path: string): Value {
  let value: Value = values;
  for (const step of path.split(".")) value = isDict(value) ? value.entries.get(step) : undefined;
  return value;
}

function importValues(chart: Chart): void {
  for (const dependency of chart.dependencies) importValues(dependency);
  if (chart.metadata.dependencies.length === 0) return;
  const all = coalesceValues(chart, dictOf(), true);
  const imported = dictOf();
  for (const { name, importValues: wanted } of chart.metadata.dependencies) {
    for (const one of wanted) {
      const [child, parent] = isDict(one)
        ? [display(one.entries.get("child")), display(one.entries.get("parent"))]
        : typeof one === "string"
          ? [`exports.${one}`, "."]
          : [];
      if (child === undefined || parent === undefined) continue;
      const table = valueAt(all, `${name}.${child}`);
      if (isDict(table)) coalesceTables(imported.entries, under(parent, table).entries, true);
    }
  }
  const values = deepCopy(all) as Dict;
  coalesceTables(values.entries, imported.entries, true);
  chart.values = dictOf(values.entries);
}

function under(path: string, table: Dict): Dict {
  if (path === ".") return table;
  return path.split(".").reduceRight((inner: Dict, step) => dictOf([[step, inner]]), table);
}

/** Requests that nothing in `charts/` answers. */
export function missingDependencies(chart: Chart): readonly string[] {
  const names = new Set(chart.dependencies.map(({ metadata }) => metadata.name));
  return chart.metadata.dependencies.filter(({ name }) => !names.has(name)).map(({ name }) => name);
}
