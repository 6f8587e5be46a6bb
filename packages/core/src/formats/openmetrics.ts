/** OpenMetrics 1.0 text, for a Prometheus text-file collector or push: https://prometheus.io/docs/specs/om/open_metrics_spec/. */
import { severities } from "../model/finding.ts";
import type { Report } from "../model/report.ts";
import { defineFormat } from "./shape.ts";
import { sanitize } from "./text.ts";

export const openmetrics = defineFormat({
  id: "openmetrics",
  title: "OpenMetrics, for graphs and alerts",
  mediaType: "application/openmetrics-text; version=1.0.0; charset=utf-8",
  extension: "prom",
  write: exposition,
});

type Labels = { readonly [name: string]: string };

interface Family {
  readonly name: string;
  readonly help: string;
  readonly type: "gauge" | "info";
  readonly unit?: "seconds" | "ratio";
  readonly samples: readonly (readonly [Labels, number])[];
}

function* exposition(report: Report): Iterable<string> {
  for (const family of familiesOf(report)) yield familyText(family);
  yield "# EOF\n";
}

function familiesOf(report: Report): readonly Family[] {
  const { coverage, frameworks, tool, server, priorities, takenAt } = report;
  const info = {
    version: tool.version,
    server: server.name,
    kind: server.kind,
    kubernetes: server.version ?? "",
  };
  const gauge = (name: string, help: string, samples: Family["samples"], unit?: Family["unit"]): Family => ({
    name: unit === undefined ? name : `${name}_${unit}`,
    help,
    type: "gauge",
    samples,
    ...(unit === undefined ? {} : { unit }),
  });
  return [
    { name: "plimsoll", help: "What made the report, and of what.", type: "info", samples: [[info, 1]] },
    gauge(
      "plimsoll_scan_timestamp",
      "When the snapshot was taken.",
      [[{}, Date.parse(takenAt) / 1000]],
      "seconds",
    ),
    gauge("plimsoll_scan_complete", "1 where everything asked for was evaluated.", [
      [{}, Number(coverage.complete)],
    ]),
    gauge("plimsoll_findings", "Findings that no exception accepts.", findingSamples(report)),
    gauge(
      "plimsoll_results",
      "Results by outcome; accepted findings are among the failed.",
      Object.entries(coverage.outcomes).map(([outcome, count]) => [{ outcome }, count]),
    ),
    gauge("plimsoll_edits_to_act_on", "Edits to do first.", [[{}, priorities.act.length]]),
    gauge("plimsoll_blind_spots", "Things that could not be seen.", [[{}, priorities.blind.length]]),
    gauge(
      "plimsoll_framework_score",
      "Share of automated requirements that are met; what is unknown is not.",
      frameworks.flatMap(({ id, score }) => (score === null ? [] : [[{ framework: id }, score] as const])),
      "ratio",
    ),
    gauge(
      "plimsoll_requirements",
      "Requirements of a framework by status.",
      frameworks.flatMap(requirementSamples),
    ),
    gauge(
      "plimsoll_resources",
      "Resources that were read.",
      coverage.kinds.map(({ kind, count }) => [{ kind }, count]),
    ),
  ];
}

/** By control and namespace; a severity without findings is told as 0, so that an alert on it can resolve. */
function findingSamples({ results }: Report): Family["samples"] {
  const counts = new Map<string, { readonly labels: Labels; count: number }>();
  for (const { result, exception, control, severity, resource } of results) {
    if (result !== "fail" || exception !== undefined) continue;
    const labels = { severity, control, namespace: resource.namespace };
    const key = labelText(labels);
    const known = counts.get(key);
    if (known === undefined) counts.set(key, { labels, count: 1 });
    else known.count += 1;
  }
  const found = [...counts.values()].map(({ labels, count }) => [labels, count] as const);
  const missing = severities.filter((severity) => !found.some(([labels]) => labels["severity"] === severity));
  return [...found, ...missing.map((severity) => [{ severity, control: "", namespace: "" }, 0] as const)];
}

function requirementSamples(score: Report["frameworks"][number]): Family["samples"] {
  const { id, met, failed, unknown, accepted, manual, skipped } = score;
  return Object.entries({ met, failed, unknown, accepted, manual, skipped }).map(([status, count]) => [
    { framework: id, status },
    count,
  ]);
}

function familyText({ name, help, type, unit, samples }: Family): string {
  const lines = [
    `# TYPE ${name} ${type}`,
    ...(unit === undefined ? [] : [`# UNIT ${name} ${unit}`]),
    `# HELP ${name} ${help}`,
  ];
  const sample = type === "info" ? `${name}_info` : name;
  return `${[...lines, ...samples.map(([labels, value]) => `${sample}${labelText(labels)} ${value}`)].join("\n")}\n`;
}

function labelText(labels: Labels): string {
  const entries = Object.entries(labels);
  if (entries.length === 0) return "";
  const quoted = (text: string): string => sanitize(text).replaceAll("\\", "\\\\").replaceAll('"', '\\"');
  return `{${entries.map(([name, value]) => `${name}="${quoted(value)}"`).join(",")}}`;
}
