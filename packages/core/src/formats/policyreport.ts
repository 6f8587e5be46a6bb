/** PolicyReports (wgpolicyk8s.io/v1alpha2), for tools that show those: one for each namespace, one for the cluster. */
import type { Result } from "../model/finding.ts";
import type { ControlSummary, Report } from "../model/report.ts";
import { defineFormat } from "./shape.ts";
import { excerpt, jsonText } from "./text.ts";

export const policyreport = defineFormat({
  id: "policyreport",
  title: "PolicyReport objects, for dashboards that read them",
  mediaType: "application/json",
  extension: "json",
  brief: true,
  write: list,
});

type Verdict = "pass" | "fail" | "warn" | "error" | "skip";

function* list(report: Report): Iterable<string> {
  const controls = new Map(report.controls.map((control) => [control.id, control]));
  const seconds = Math.floor(Date.parse(report.takenAt) / 1000);
  yield `{"apiVersion":"v1","kind":"List","items":[`;
  let joint = "\n";
  for (const [namespace, results] of Map.groupBy(report.results, ({ resource }) => resource.namespace)) {
    yield joint + head(namespace, results);
    let comma = "\n";
    for (const result of results) {
      yield comma + jsonText(entryOf(result, controls.get(result.control), seconds));
      comma = ",\n";
    }
    yield "]}";
    joint = ",\n";
  }
  yield "\n]}\n";
}

function head(namespace: string, results: readonly Result[]): string {
  const kind = namespace === "" ? "ClusterPolicyReport" : "PolicyReport";
  const labels = { "app.kubernetes.io/managed-by": "plimsoll" };
  const metadata = namespace === "" ? { name: "plimsoll", labels } : { name: "plimsoll", namespace, labels };
  const summary = { pass: 0, fail: 0, warn: 0, error: 0, skip: 0 };
  for (const result of results) summary[verdictOf(result)] += 1;
  const object = jsonText({ apiVersion: "wgpolicyk8s.io/v1alpha2", kind, metadata, summary });
  return `${object.slice(0, -1)},"results":[`;
}

/** What could not be told is an error of evaluation; what somebody accepted is skipped, as an exception is elsewhere. */
function verdictOf({ result, exception }: Result): Verdict {
  if (exception !== undefined) return "skip";
  return result === "unknown" ? "error" : result;
}

function entryOf(result: Result, control: ControlSummary | undefined, seconds: number): object {
  const { apiVersion, kind, namespace, name } = result.resource;
  const { container, path, exception, team } = result;
  return {
    policy: result.control,
    rule: result.control,
    source: "plimsoll",
    scored: true,
    result: verdictOf(result),
    severity: result.severity,
    message: excerpt(result.because, 1000),
    resources: [{ apiVersion, kind, name, ...(namespace === "" ? {} : { namespace }) }],
    timestamp: { seconds, nanos: 0 },
    properties: {
      id: result.id,
      ...(path === "" ? {} : { path }),
      ...(container === undefined ? {} : { container }),
      ...(team === undefined ? {} : { team }),
      ...(control === undefined ? {} : { title: control.title, remediation: control.remediation }),
      ...(exception === undefined ? {} : { exception: `${exception.owner}: ${exception.reason}` }),
    },
  };
}
