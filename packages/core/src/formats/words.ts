/** How the nouns of a report are named to people: resources, places, changes, practices. Every text is sanitised. */
import type { PatchOperation, SourceLocation } from "../model/finding.ts";
import type { Json } from "../model/json.ts";
import type {
  AttackPaths,
  Blind,
  ControlSummary,
  Edit,
  Report,
  RequirementResult,
  ResourceChange,
} from "../model/report.ts";
import type { ResourceRef } from "../model/resource.ts";
import { verdictWords, type EditVerdict } from "../model/verdict.ts";
import { severities, type Result, type Severity } from "../model/finding.ts";
import { counted, excerpt, sanitize, grouped } from "./text.ts";

/** `Deployment shop/web`, `ClusterRole admin`. */
export function resourceText({ kind, namespace, name }: ResourceRef): string {
  return sanitize(`${kind} ${namespace === "" ? name : `${namespace}/${name}`}`);
}

/** `deploy/web.yaml:12:3`; the name of a cluster where there are several; `undefined` where there is one. */
export function sourceText({ file, line, column }: SourceLocation): string | undefined {
  if (file === "cluster") return undefined;
  if (isCluster(file)) return sanitize(file.replace(":", " "));
  const name = file === "-" ? "standard input" : file;
  return sanitize(
    [name, line, line === undefined ? undefined : column].filter((part) => part !== undefined).join(":"),
  );
}

/** Not a file: `cluster`, or `cluster:NAME` in a report of several. */
export function isCluster(file: string): boolean {
  return file === "cluster" || file.startsWith("cluster:");
}

/** A URI for a file name as it stands in a report: relative as it is, absolute with `file:`. */
function fileUri(file: string, base = ""): string {
  const slashed = /^[A-Za-z]:\\/.test(file) ? file.replaceAll("\\", "/") : file;
  const path = slashed.toWellFormed().split("/").map(encodeURIComponent).join("/");
  if (/^[A-Za-z]%3A\//.test(path)) return `file:///${path.replace("%3A", ":")}`;
  return path.startsWith("/") ? `file://${path}` : base + path;
}

/** The fix in words, places as they stand within the edit's own: `set privileged to false`. */
function operationText(operation: PatchOperation, edit: { readonly path: string }): string {
  const place = excerpt(pointerText(operation.path, edit.path), 160);
  if (operation.op === "remove") return `remove ${place}`;
  const value = excerpt(JSON.stringify(operation.value), 160);
  return operation.path.endsWith("/-") ? `append ${value} to ${place}` : `set ${place} to ${value}`;
}

/** What a place opens, where there is a file and the folder it starts from is known. */
export function linkOf(file: string, base: string | undefined): string | undefined {
  return base === undefined || file === "-" || isCluster(file) ? undefined : fileUri(file, base);
}

/** Where a file or a resource of a cluster stands, for formats that know only files: relative to the root of the sources. */
export function artifactUri(
  file: string,
  resource?: ResourceRef,
): { readonly uri: string; readonly uriBaseId?: "%SRCROOT%" } {
  if (isCluster(file) && resource !== undefined) {
    const { kind, namespace, name } = resource;
    return artifactUri([...file.split(":"), ...(namespace === "" ? [] : [namespace]), kind, name].join("/"));
  }
  const uri = fileUri(file === "-" ? "stdin" : file);
  return uri.startsWith("file:") ? { uri } : { uri, uriBaseId: "%SRCROOT%" };
}

/** How an edit is done: the patch in words, or by hand what its title has not said yet. */
export function howText(edit: Edit, controls: readonly ControlSummary[], most = Infinity): string {
  if (edit.byHand) {
    const words = controls[0]?.remediation ?? edit.how ?? "by hand";
    const rest = words.startsWith(edit.title) ? words.slice(edit.title.length).replace(/^[.\s]+/, "") : words;
    return sanitize(rest);
  }
  const shown = edit.operations.slice(0, most);
  const rest = edit.operations.length - shown.length;
  const place = edit.path === "" ? "" : `in ${sanitize(edit.path)}: `;
  const elsewhere = (edit.also ?? []).map((change) => changeText(change));
  const changes = [...shown.map((operation) => operationText(operation, edit)), ...elsewhere].join("; ");
  return `${place}${changes}${rest > 0 ? `; and ${counted(rest, "more change")}` : ""}`;
}

/** `in NetworkPolicy shop/db: remove spec.ingress[0]`, `make NetworkPolicy shop/db-clients: {…}`. */
function changeText({ resource, operations }: ResourceChange): string {
  const [first] = operations;
  if (operations.length === 1 && first?.op === "add" && first.path === "") {
    const { spec } = first.value as { readonly spec?: Json };
    return `make ${resourceText(resource)}: ${excerpt(JSON.stringify(spec ?? first.value), 400)}`;
  }
  const changes = operations.map((operation) => operationText(operation, { path: "" }));
  return `in ${resourceText(resource)}: ${changes.join(", ")}`;
}

/** What its patch would refuse of what was seen; `undefined` where it never had one. */
export function verdictText({ verdict }: { readonly verdict?: EditVerdict }): string | undefined {
  if (verdict === undefined) return undefined;
  return sanitize(`${verdictWords[verdict.verdict]}: ${verdict.text}`);
}

/** What was not read of what attack paths are looked for in. */
export function missingText({ missing }: Pick<AttackPaths, "missing">): string {
  const rest = missing.length - mostMissing;
  const more = rest > 0 ? `; and ${rest} more` : "";
  return sanitize(missing.slice(0, mostMissing).join("; ")) + more;
}

const mostMissing = 5;

/** A JSON pointer in dots, without the steps that the edit's path covers; where it covers all, its last key. */
function pointerText(pointer: string, path: string): string {
  const steps = pointer
    .split("/")
    .slice(1)
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
  if (steps.at(-1) === "-") steps.pop();
  const known = path.match(/\["(?:[^"\\]|\\.)*"\]|\[[^\]]*\]|[^.[\]]+/g) ?? [];
  const named = steps.map(
    (step, index) => known[index] ?? (/^\d+$/.test(step) ? `[${step}]` : keyText(step)),
  );
  const lastKey = named.findLastIndex((step) => !step.startsWith("["));
  return named
    .slice(Math.min(known.length, lastKey))
    .map((step, index) => (index === 0 || step.startsWith("[") ? step : `.${step}`))
    .join("");
}

function keyText(step: string): string {
  return /^[\w-]+$/.test(step) ? step : `[${JSON.stringify(step)}]`;
}

/** The first sentences of a text, as many as fit; one at least. */
export function firstSentences(text: string, length: number): string {
  const sentences = sanitize(text).match(/.+?[.!?](?=\s+[A-Z`]|\s*$)|.+$/g) ?? [];
  let taken = "";
  for (const sentence of sentences) {
    if (taken !== "" && taken.length + sentence.length > length) break;
    taken += sentence;
  }
  return taken;
}

/** `3 critical, 12 high`; severities without a finding are left out. */
export function severityText(counts: { readonly [S in Severity]: number }): string {
  const parts = severities
    .filter((severity) => counts[severity] > 0)
    .map((severity) => `${grouped(counts[severity])} ${severity}`);
  return parts.join(", ");
}

/** Findings that no exception accepts. */
export function findingsOf(report: Report): number {
  return severities.reduce((sum, severity) => sum + report.coverage.bySeverity[severity], 0);
}

/** What was scanned, in one line. */
export function scopeText({ coverage }: Report): string {
  const parts = [
    counted(coverage.resources, "resource"),
    counted(coverage.workloads, "workload"),
    counted(coverage.containers, "container"),
    counted(coverage.controls, "control"),
  ];
  return parts.join(" · ");
}

export function serverText({ server }: Report): string {
  if (server.kind === "files") return "files";
  return sanitize(`cluster ${server.name}${server.version === undefined ? "" : ` (${server.version})`}`);
}

const statusOrder: { readonly [S in RequirementResult["status"]]: number } = {
  failed: 0,
  unknown: 1,
  manual: 2,
  accepted: 3,
  met: 4,
  skip: 5,
};

/** The ten practices, biggest gap first: most findings, then what cannot be seen, then what a person must look at. */
export function practicesOf(report: Report): readonly RequirementResult[] {
  return report.requirements
    .filter(({ framework }) => framework === "ten-practices")
    .sort(
      (a, b) => statusOrder[a.status] - statusOrder[b.status] || b.failed - a.failed || b.unknown - a.unknown,
    );
}

/** One line of the ten: how big the gap is, and whether part of it is out of sight. */
export function practiceText(practice: RequirementResult): string {
  const { status, failed, unknown } = practice;
  if (status === "failed") {
    const blind = unknown === 0 ? "" : `, blind at ${grouped(unknown)}`;
    return `${counted(failed, "finding")}${blind}`;
  }
  if (status === "unknown") return `blind: ${sanitize(practice.because)}`;
  if (status === "manual") return `by hand: ${sanitize(practice.because)}`;
  if (status === "accepted") return `accepted: ${sanitize(practice.because)}`;
  return status === "met" ? "met" : "nothing here that it applies to";
}

export interface BlindGroup {
  readonly what: readonly string[];
  readonly because: string;
  /** Where one thing would show all of them. */
  readonly remedy: string | undefined;
  readonly results: number;
}

/** What could not be seen, by the reason: one missing permission or tool hides many things. */
export function blindGroups(list: readonly Blind[]): readonly BlindGroup[] {
  const groups = new Map<string, Blind[]>();
  for (const entry of list) {
    const known = groups.get(entry.because);
    if (known === undefined) groups.set(entry.because, [entry]);
    else known.push(entry);
  }
  const joined = [...groups.values()].map((entries) => ({
    what: entries.map(({ what }) => sanitize(what)),
    because: sanitize(entries[0]!.because),
    remedy: entries.every(({ remedy }) => remedy === entries[0]!.remedy)
      ? sanitize(entries[0]!.remedy)
      : undefined,
    results: entries.reduce((sum, { results }) => sum + results, 0),
  }));
  return joined.sort((a, b) => b.results - a.results);
}

/** Looks up what edits and results refer to. */
export interface Index {
  readonly edit: (id: string) => Edit | undefined;
  readonly result: (id: string) => Result | undefined;
  readonly control: (id: string) => ControlSummary | undefined;
  /** The controls whose findings an edit resolves, the most severe first. */
  readonly controlsOf: (edit: Edit) => readonly ControlSummary[];
}

export function indexOf(report: Report): Index {
  const edits = new Map(report.edits.map((edit) => [edit.id, edit]));
  const results = new Map(report.results.map((result) => [result.id, result]));
  const controls = new Map(report.controls.map((control) => [control.id, control]));
  return {
    edit: (id) => edits.get(id),
    result: (id) => results.get(id),
    control: (id) => controls.get(id),
    controlsOf: (edit) =>
      [...new Set(edit.resolves.map((id) => results.get(id)?.control))]
        .flatMap((id) => (id === undefined ? [] : (controls.get(id) ?? [])))
        .sort((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity)),
  };
}
