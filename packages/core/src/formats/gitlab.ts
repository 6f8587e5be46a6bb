/** GitLab Code Quality: https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format. */
import type { Result, Severity } from "../model/finding.ts";
import type { Report } from "../model/report.ts";
import { sha256Hex } from "./digest.ts";
import { defineFormat } from "./shape.ts";
import { excerpt, jsonText } from "./text.ts";
import { isCluster, resourceText } from "./words.ts";

export const gitlab = defineFormat({
  id: "gitlab",
  title: "GitLab Code Quality, for merge requests",
  mediaType: "application/json",
  extension: "json",
  brief: true,
  write: issues,
});

const severities: { readonly [S in Severity]: "blocker" | "critical" | "major" | "minor" } = {
  critical: "blocker",
  high: "critical",
  medium: "major",
  low: "minor",
};

/** Findings that nobody accepted, and what is unknown, as `info`: the widget knows no other way to show it. */
function* issues(report: Report): Iterable<string> {
  let joint = "[\n";
  for (const result of report.results) {
    const shown = result.result === "unknown" || (result.result === "fail" && result.exception === undefined);
    if (!shown) continue;
    yield joint + jsonText(issueOf(result));
    joint = ",\n";
  }
  yield joint.startsWith("[") ? "[]\n" : "\n]\n";
}

function issueOf(result: Result): object {
  const { id, control, because, severity, source, resource } = result;
  const unknown = result.result === "unknown";
  return {
    description: excerpt(`${unknown ? "unknown: " : ""}${because} (${resourceText(resource)})`, 1000),
    check_name: control,
    fingerprint: sha256Hex(id),
    severity: unknown ? "info" : severities[severity],
    location: { path: pathOf(result), lines: { begin: source.line ?? 1 } },
  };
}

/** Relative, with forward slashes; a resource of a cluster stands at a path of its own. */
function pathOf({ source, resource }: Result): string {
  const { kind, namespace, name } = resource;
  if (isCluster(source.file))
    return ["cluster", ...(namespace === "" ? [] : [namespace]), kind, name].join("/");
  return source.file === "-" ? "stdin" : source.file.replaceAll("\\", "/").replace(/^(\.?\/)+/, "");
}
