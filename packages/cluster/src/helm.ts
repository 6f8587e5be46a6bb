/** Takes what a Helm chart renders to: by our own renderer, or by the real helm where ours does not know a function. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Gap } from "@plimsoll/core";
import { skip, type Draft } from "./draft.ts";
import { isSystemError } from "./failure.ts";
import { RefusedError, sanitised } from "./limit.ts";
import { entryOf, isRawObject } from "./raw.ts";
import { renderFolder, type HelmOptions } from "./helm/attempt.ts";
import { takeRendered } from "./helm/rendered.ts";
import { takeBytes } from "./take.ts";
import { decode } from "./text.ts";
import { findTool, runTool, type ToolOutput } from "./tool.ts";
import { chartName } from "./walk.ts";
import { readYaml } from "./yaml.ts";

export type { HelmOptions };

export interface Rendering {
  /** The folder that is rendered, and how it is shown to people. */
  readonly folder: string;
  readonly shown: string;
  readonly cwd: string;
  /** RFC 3339: what the time is to templates. */
  readonly takenAt: string;
}

/** Takes what a chart renders to. What cannot be rendered is a gap; a library chart makes nothing by design. */
export async function takeChart(draft: Draft, rendering: Rendering, options: HelmOptions): Promise<void> {
  const { folder, shown } = rendering;
  const chart = readChart(folder);
  if (chart.type === "library") {
    skip(draft, "library-chart");
    return;
  }
  const attempt = await renderFolder(rendering, { ...options, release: releaseName(chart.name) });
  const helm = "unknown" in attempt ? findTool("helm") : undefined;
  if ("unknown" in attempt && helm !== undefined) {
    const message = sanitised(`rendered by helm, without the templates' lines: ${attempt.unknown}`, 400);
    draft.gaps.push({
      reason: "unsupported",
      source: join(shown, chartName),
      message,
      kinds: [],
      blocking: false,
    });
    await takeByTool(draft, helm, rendering, chart, options);
  } else takeRendered(draft, attempt, { shown, by: rendererOf(chart) });
}

async function takeByTool(
  draft: Draft,
  helm: string,
  rendering: Rendering,
  chart: Chart,
  options: HelmOptions,
): Promise<void> {
  const { folder, shown, cwd } = rendering;
  const source = join(shown, chartName);
  const output = await runTool(helm, argumentsFor(chart, folder, options), cwd);
  if (output.failure !== undefined) draft.gaps.push(failureGap(output, rendering, source));
  else {
    takeBytes(draft, output.text, {
      file: source,
      syntax: "yaml",
      named: false,
      rendered: { by: rendererOf(chart), fileOf: (text) => templateOf(text, shown) ?? source },
    });
  }
}

function argumentsFor(chart: Chart, folder: string, options: HelmOptions): readonly string[] {
  return [
    "template",
    releaseName(chart.name),
    folder,
    ...(options.values ?? []).flatMap((file) => ["--values", file]),
    ...(options.setJson ?? []).flatMap((value) => ["--set-json", value]),
    ...(options.set ?? []).flatMap((value) => ["--set", value]),
    ...(options.setString ?? []).flatMap((value) => ["--set-string", value]),
    ...(options.setFile ?? []).flatMap((value) => ["--set-file", value]),
  ];
}

function failureGap({ complaint, failure }: ToolOutput, { shown }: Rendering, source: string): Gap {
  const lines = complaint
    .split("\n")
    .filter((line) => line.trim() !== "" && !/^(?:WARNING|[a-z]+\.go:)/.test(line));
  return {
    reason: "refused",
    source,
    message: sanitised(`helm could not render the chart: ${lines.join(" ") || failure}`, 400),
    kinds: [],
    remedy: /dependenc/i.test(complaint)
      ? `helm dependency build ${shown}`
      : `helm template ${shown} --debug`,
  };
}

/** Helm writes `# Source: CHART/templates/FILE` above every document; subcharts follow as `CHART/charts/SUB/…`. */
function templateOf(documentText: string, shown: string): string | undefined {
  const path = /^# Source: [^/\n]+\/([^\n]+)$/m.exec(documentText)?.[1];
  return path === undefined ? undefined : join(shown, path.trim());
}

export interface Chart {
  readonly name: string;
  readonly type: string;
}

/** Name and type from Chart.yaml, as far as it can be read: helm itself says what is wrong with it. */
export function readChart(folder: string): Chart {
  try {
    const value = readYaml(decode(readFileSync(join(folder, chartName))))[0]?.value;
    if (!isRawObject(value)) return { name: "chart", type: "" };
    const name = entryOf(value, "name");
    return {
      name: typeof name === "string" ? sanitised(name, 60) : "chart",
      type: String(entryOf(value, "type")),
    };
  } catch (error) {
    if (error instanceof RefusedError || isSystemError(error)) return { name: "chart", type: "" };
    throw error;
  }
}

/** As `Source.renderedBy`. */
export function rendererOf({ name }: Chart): string {
  return `helm:${name}`;
}

/** A release may have only a DNS name of at most 53 characters. */
export function releaseName(chart: string): string {
  const name = chart
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]+/g, "-")
    .slice(0, 53)
    .replaceAll(/^-+|-+$/g, "");
  return name === "" ? "release" : name;
}
