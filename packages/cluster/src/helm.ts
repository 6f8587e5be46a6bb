/** Renders a Helm chart with the real helm, and keeps for each object the template that it came from. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Gap } from "@plimsoll/core";
import { skip, type Draft } from "./draft.ts";
import { isSystemError } from "./failure.ts";
import { RefusedError, sanitised } from "./limit.ts";
import { entryOf, isRawObject } from "./raw.ts";
import { takeBytes } from "./take.ts";
import { decode } from "./text.ts";
import { findTool, runTool, type ToolOutput } from "./tool.ts";
import { chartName } from "./walk.ts";
import { readYaml } from "./yaml.ts";

export interface HelmOptions {
  /** Values files, as `helm template --values` takes them; relative to `cwd`. */
  readonly values?: readonly string[];
  /** As `helm template --set` takes them. */
  readonly set?: readonly string[];
}

export interface Rendering {
  /** The folder that is rendered, and how it is shown to people. */
  readonly folder: string;
  readonly shown: string;
  readonly cwd: string;
}

/** Takes what a chart renders to. A chart that cannot be rendered is a gap; a library chart makes nothing by design. */
export async function takeChart(draft: Draft, rendering: Rendering, options: HelmOptions): Promise<void> {
  const { folder, shown, cwd } = rendering;
  const chart = readChart(folder);
  const source = join(shown, chartName);
  const helm = findTool("helm");
  if (chart.type === "library") {
    skip(draft, "library-chart");
  } else if (helm === undefined) {
    draft.gaps.push({
      reason: "tool-missing",
      source,
      message: "a Helm chart; helm is not on PATH, so it was not rendered",
      kinds: [],
      remedy: `install helm, or: helm template ${shown} | plimsoll scan -`,
    });
  } else {
    const output = await runTool(helm, argumentsFor(chart, folder, options), cwd);
    if (output.failure !== undefined) draft.gaps.push(failureGap(output, rendering, source));
    else {
      takeBytes(draft, output.text, {
        file: source,
        syntax: "yaml",
        named: false,
        rendered: { by: `helm:${chart.name}`, fileOf: (text) => templateOf(text, shown) ?? source },
      });
    }
  }
}

function argumentsFor(chart: Chart, folder: string, options: HelmOptions): readonly string[] {
  return [
    "template",
    releaseName(chart.name),
    folder,
    ...(options.values ?? []).flatMap((file) => ["--values", file]),
    ...(options.set ?? []).flatMap((value) => ["--set", value]),
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

interface Chart {
  readonly name: string;
  readonly type: string;
}

/** Name and type from Chart.yaml, as far as it can be read: helm itself says what is wrong with it. */
function readChart(folder: string): Chart {
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

/** A release may have only a DNS name of at most 53 characters. */
function releaseName(chart: string): string {
  const name = chart
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]+/g, "-")
    .slice(0, 53)
    .replaceAll(/^-+|-+$/g, "");
  return name === "" ? "release" : name;
}
