/**
 * What a chart would render to with another text in place of its values.yaml, its subcharts and their values among it. Nothing
 * is written, and nothing but the chart's own files is read again.
 */
import { join, resolve } from "node:path";
import type { Json } from "@plimsoll/core";
import { isSystemError, whyOf } from "./failure.ts";
import { readChart, releaseName, rendererOf, type HelmOptions } from "./helm.ts";
import { readValues } from "./helm/attempt.ts";
import { coalesceValues } from "./helm/chart/coalesce.ts";
import { processDependencies } from "./helm/chart/dependencies.ts";
import { readFolder } from "./helm/chart/folder.ts";
import { loadChart, type Chart } from "./helm/chart/load.ts";
import { renderChart } from "./helm/chart/render.ts";
import { toJson } from "./helm/functions/json.ts";
import { failure, RenderError } from "./helm/template/fault.ts";
import type { Dict } from "./helm/template/value.ts";

/** The file of an object that a chart made, and what rendered it: as its record's source has them. */
export interface OfChart {
  readonly file: string;
  readonly renderedBy?: string;
}

/** The chart, or one of its subcharts that take part; one that is there under two names is two. */
export interface ChartPart {
  /** Where its values stand in those of the chart: its name or alias, below those of the charts that it stands in. */
  readonly key: readonly string[];
  /** Its templates are for others to include. */
  readonly isLibrary: boolean;
  readonly templates: readonly { readonly file: string; readonly text: string }[];
}

/** One rendered template: `name` is helm's, `file` is where it lies. */
export interface ChartOutput {
  readonly name: string;
  readonly file: string;
  readonly text: string;
}

/** What it renders to, notes left out, or why it cannot be tried. */
export type ChartTrial = { readonly files: readonly ChartOutput[] } | { readonly refused: string };

export interface Charting {
  readonly parts: readonly ChartPart[];
  /** With a text in place of values.yaml: what the templates see, those of subcharts under their keys. */
  readonly valuesWith: (text: string) => Json | undefined;
  readonly render: (text: string) => Promise<ChartTrial>;
}

interface Where {
  /** The chart's folder, as the record's source names it, relative to `cwd`. */
  readonly folder: string;
  readonly cwd: string;
  readonly takenAt: string;
}

/** The folder of the outermost chart that made it: not that of a subchart, unless it was rendered by itself. */
export function chartOf({ file, renderedBy }: OfChart, cwd: string): string | undefined {
  const steps = file.split("/");
  const folders = steps.flatMap((_, count) => {
    const isInside = /^(?:charts\/[^/]+\/)*templates\//.test(steps.slice(count).join("/"));
    return isInside ? [count === 0 ? "." : steps.slice(0, count).join("/") || "/"] : [];
  });
  return folders.find((folder) => rendererOf(readChart(resolve(cwd, folder))) === renderedBy);
}

/** `given`: values of the user's, which come over those of the chart. */
export function openChart(where: Where, given: HelmOptions): Charting | { readonly refused: string } {
  const real = resolve(where.cwd, where.folder);
  return refusing(() => {
    const { entries } = readFolder(real);
    const load = (text: string): Chart =>
      loadChart([
        ...entries.filter(({ name }) => name !== "values.yaml"),
        { name: "values.yaml", bytes: Buffer.from(text) },
      ]);
    const taken = takingPart(loadChart(entries), where.cwd, given);
    const release = releaseName(readChart(real).name);
    return {
      parts: partsOf(taken.chart, [], where.folder),
      valuesWith: (text) => {
        const made = refusing(() => seen(load(text), where.cwd, given));
        return "refused" in made ? undefined : made.values;
      },
      render: async (text) => {
        const chart = refusing(() => load(text));
        if ("refused" in chart) return chart;
        return render(chart, { ...where, release }, given);
      },
    };
  });
}

function refusing<T>(work: () => T): T | { readonly refused: string } {
  try {
    return work();
  } catch (error) {
    return { refused: whyNot(error) };
  }
}

function whyNot(error: unknown): string {
  if (error instanceof RenderError) return error.message;
  if (isSystemError(error)) return whyOf(error);
  throw error;
}

/** Subcharts that a condition or tag leaves out are gone then, and the others bear the names that they go by. */
function takingPart(
  chart: Chart,
  cwd: string,
  given: HelmOptions,
): { readonly chart: Chart; readonly values: Dict } {
  const values = readValues(cwd, given);
  processDependencies(chart, values);
  return { chart, values };
}

function partsOf(chart: Chart, key: readonly string[], shown: string): readonly ChartPart[] {
  const own: ChartPart = {
    key,
    isLibrary: chart.metadata.type.toLowerCase() === "library",
    templates: chart.templates.map(({ path, text }) => ({ file: join(shown, path), text })),
  };
  const inner = chart.dependencies.flatMap((each) => partsOf(each, [...key, each.metadata.name], shown));
  return [own, ...inner];
}

function seen(loaded: Chart, cwd: string, given: HelmOptions): { readonly values: Json } {
  const { chart, values } = takingPart(loaded, cwd, given);
  try {
    return { values: JSON.parse(toJson(coalesceValues(chart, values))) as Json };
  } catch (error) {
    if (error instanceof RangeError) throw failure("its values hold a number that is none");
    throw error;
  }
}

interface Rendering extends Where {
  readonly release: string;
}

async function render(
  chart: Chart,
  { folder, cwd, takenAt, release }: Rendering,
  given: HelmOptions,
): Promise<ChartTrial> {
  try {
    const now = BigInt(Date.parse(takenAt)) * 1_000_000n;
    const { files, faults } = await renderChart(chart, { release, values: readValues(cwd, given), now });
    const beyond = faults.find(({ reason }) => reason === "unsupported");
    if (beyond !== undefined) return { refused: `only helm itself renders it whole: ${beyond.message}` };
    const kept = files.filter(({ path }) => !path.endsWith("NOTES.txt"));
    return { files: kept.map(({ name, path, text }) => ({ name, file: join(folder, path), text })) };
  } catch (error) {
    return { refused: whyNot(error) };
  }
}
