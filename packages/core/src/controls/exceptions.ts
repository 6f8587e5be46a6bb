/**
 * Accepts findings by exceptions. The result stays `fail` and carries the exception; what it hides is counted, and
 * an exception that no longer does anything, or does too much, is told.
 */
import { isJsonObject, type Json } from "../model/json.ts";
import type { Exception, ExceptionMatch, ExceptionReport, ExceptionState } from "../model/exception.ts";
import type { Detection } from "../model/detection.ts";
import type { Workload } from "../model/workload.ts";
import type { Control } from "./control.ts";
import type { Standing } from "./conditions.ts";
import type { Evaluation, Judged, Tally } from "./ledger.ts";

export interface Accepted {
  readonly evaluation: Evaluation;
  readonly exceptions: readonly ExceptionReport[];
}

/** Namespaces an exception may reach without naming one before it is called over-broad. */
const broadNamespaces = 3;

/** Exceptions opened at a time, asked of one finding after another. */
export interface Acceptance {
  /** Which of the exceptions have ended, in their order. */
  readonly ended: readonly boolean[];
  /** Numbers of the exceptions that count a finding: those that would cover it and have ended or do not hold, then the one it carries. */
  readonly covering: (entry: Judged) => readonly number[];
  /** The entry as it stands under the exceptions that count it. */
  readonly carry: (entry: Judged, covering: readonly number[]) => Judged;
  /** What became of each, by the findings that it counts. */
  readonly reports: (found: (exception: number) => readonly Judged[]) => readonly ExceptionReport[];
}

/** The first exception that covers a finding is the one it carries. `now` is the snapshot's clock. */
export function acceptance(
  exceptions: readonly Exception[],
  controls: readonly Control[],
  now: string,
  standing: Standing = holding,
): Acceptance {
  const covers = exceptions.map((exception) => coverOf(exception, controls));
  const ended = exceptions.map((exception) => hasEnded(exception, now));
  const isOver = (index: number, entry: Judged): boolean =>
    ended[index]! || standing(exceptions[index]!, entry.result.resource.namespace) !== "";
  return {
    ended,
    covering: (entry) => {
      if (exceptions.length === 0 || entry.result.result !== "fail") return none;
      const found = covers.flatMap((cover, index) => (cover(entry) ? [index] : []));
      if (found.length === 0) return none;
      const first = found.find((index) => !isOver(index, entry));
      return [...found.filter((index) => isOver(index, entry)), ...(first === undefined ? [] : [first])];
    },
    carry: (entry, covering) => {
      const last = covering.at(-1);
      if (last === undefined || isOver(last, entry)) return entry;
      const { id, reason, owner, until } = exceptions[last]!;
      const exception = { id, reason, owner, ...(until === undefined ? {} : { until }) };
      return { ...entry, result: { ...entry.result, exception } };
    },
    reports: (found) =>
      exceptions.map((exception, index) =>
        reportOf(exception, ended[index]!, found(index), (namespace) => standing(exception, namespace)),
      ),
  };
}

const none: readonly number[] = [];
const holding: Standing = () => "";

/** Applies exceptions in their order to all that was judged. */
export function accept(
  evaluation: Evaluation,
  exceptions: readonly Exception[],
  controls: readonly Control[],
  now: string,
  standing: Standing = holding,
): Accepted {
  if (exceptions.length === 0) return { evaluation, exceptions: [] };
  const open = acceptance(exceptions, controls, now, standing);
  const found = exceptions.map((): Judged[] => []);
  const judged = evaluation.judged.map((entry) => {
    const covering = open.covering(entry);
    for (const index of covering) found[index]!.push(entry);
    return open.carry(entry, covering);
  });
  return {
    evaluation: { ...evaluation, judged, tallies: talliesAfter(evaluation.tallies, judged) },
    exceptions: open.reports((index) => found[index]!),
  };
}

function coverOf(
  { controls: named, match }: Exception,
  controls: readonly Control[],
): (entry: Judged) => boolean {
  const all = named.includes("*");
  const ids = new Set(
    controls
      .filter(
        ({ id, equivalents }) => named.includes(id) || equivalents.some((entry) => named.includes(entry)),
      )
      .map(({ id }) => id),
  );
  const tests = [
    textTest(match.kind, ({ result }) => result.resource.kind),
    textTest(match.namespace, ({ result }) => result.resource.namespace),
    textTest(match.name, ({ result }) => result.resource.name),
    textTest(match.container, ({ result }) => result.container ?? ""),
    textTest(match.path, ({ result }) => result.path),
    textTest(match.file, ({ result }) => result.source.file),
    labelTest(match.labels),
    ({ result }: Judged) => match.lines === undefined || match.lines.includes(result.source.line ?? 0),
  ];
  return (entry) => (all || ids.has(entry.control.id)) && tests.every((test) => test(entry));
}

function textTest(pattern: string | undefined, read: (entry: Judged) => string): (entry: Judged) => boolean {
  if (pattern === undefined) return () => true;
  const parts = pattern.split("*");
  return (entry) => matchesGlob(parts, read(entry));
}

/** `*` stands for any run of characters; linear in the text, so that no pattern is slow. */
function matchesGlob(parts: readonly string[], text: string): boolean {
  const [first = "", ...rest] = parts;
  if (rest.length === 0) return text === first;
  if (!text.startsWith(first)) return false;
  let at = first.length;
  const last = rest.at(-1)!;
  for (const part of rest.slice(0, -1)) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}

function labelTest(labels: { readonly [key: string]: string } | undefined): (entry: Judged) => boolean {
  if (labels === undefined) return () => true;
  return ({ place }) => {
    const own: Json | undefined = place?.record.resource.metadata.labels;
    const pod: Json | undefined = place?.workload?.pod.metadata.labels;
    return Object.entries(labels).every(
      ([key, value]) => labelOf(own, key) === value || labelOf(pod, key) === value,
    );
  };
}

function labelOf(labels: Json | undefined, key: string): Json | undefined {
  return isJsonObject(labels) && Object.hasOwn(labels, key) ? labels[key] : undefined;
}

/** Whether an exception accepts a detection: by the rule's id or an equivalent's, of what it is told of. */
export function coversDetection(
  exception: Exception,
  { rule, container }: Detection,
  equivalents: readonly string[],
  workload: Workload | undefined,
  now: string,
  standing: Standing = holding,
): boolean {
  const { controls, match } = exception;
  if (
    hasEnded(exception, now) ||
    standing(exception, container.namespace) !== "" ||
    match.path !== undefined ||
    match.file !== undefined ||
    match.lines !== undefined
  )
    return false;
  const named = controls.includes("*") || [rule, ...equivalents].some((id) => controls.includes(id));
  const labels = workload?.record.resource.metadata.labels;
  return (
    named &&
    matchesText(match.kind, container.workloadKind) &&
    matchesText(match.namespace, container.namespace) &&
    matchesText(match.name, container.workload) &&
    matchesText(match.container, container.container) &&
    Object.entries(match.labels ?? {}).every(
      ([key, value]) =>
        labelOf(labels, key) === value || labelOf(workload?.pod.metadata.labels, key) === value,
    )
  );
}

/** `undefined` matches all; `*` stands for any text. */
export function matchesText(pattern: string | undefined, text: string): boolean {
  return pattern === undefined || matchesGlob(pattern.split("*"), text);
}

/** A bare date holds to the end of its day (UTC). Both are compared as RFC 3339 texts, which sort as times do. */
function hasEnded({ until }: Exception, now: string): boolean {
  if (until === undefined) return false;
  return (until.length === 10 ? `${until}T23:59:59.999Z` : until) < now;
}

function talliesAfter(
  tallies: ReadonlyMap<string, Tally>,
  judged: readonly Judged[],
): ReadonlyMap<string, Tally> {
  const after = new Map<string, Tally>(tallies);
  for (const { control, result } of judged) {
    if (result.exception === undefined) continue;
    const tally = after.get(control.id)!;
    const { namespace } = result.resource;
    const left = (tally.failedIn.get(namespace) ?? 1) - 1;
    const failedIn = new Map(tally.failedIn);
    if (left > 0) failedIn.set(namespace, left);
    else failedIn.delete(namespace);
    after.set(control.id, { ...tally, fail: tally.fail - 1, accepted: tally.accepted + 1, failedIn });
  }
  return after;
}

function reportOf(
  exception: Exception,
  expired: boolean,
  found: readonly Judged[],
  standing: (namespace: string) => string,
): ExceptionReport {
  const { id, reason, owner, until, source } = exception;
  const [state, because] = lapsedIn(expired, found, standing) ?? stateOf(exception, expired, found);
  return {
    id,
    state,
    reason,
    owner,
    ...(until === undefined ? {} : { until }),
    source,
    findings: found.length,
    because,
  };
}

/** Findings that are open again, and what does not hold: of several the first by its words, in whatever order they came. */
function lapsedIn(
  expired: boolean,
  found: readonly Judged[],
  standing: (namespace: string) => string,
): readonly [ExceptionState, string] | undefined {
  if (expired) return undefined;
  const open = found.map(({ result }) => standing(result.resource.namespace)).filter((why) => why !== "");
  const [why] = open.toSorted();
  if (why === undefined) return undefined;
  const rest = found.length - open.length;
  return [
    "lapsed",
    `condition ${why.startsWith("not known: ") ? "" : "no longer holds: "}${why}; ${open.length} findings are open again${rest > 0 ? `, ${rest} are accepted where it holds` : ""}`,
  ];
}

function stateOf(
  { until, match, controls }: Exception,
  expired: boolean,
  found: readonly Judged[],
): readonly [ExceptionState, string] {
  if (expired) return ["expired", `ended on ${until}; ${found.length} findings are open again`];
  if (found.length === 0) return ["unused", "nothing that it covers was found: remove it"];
  const namespaces = new Set(found.map(({ result }) => result.resource.namespace)).size;
  if (coversAll(match))
    return ["over-broad", `covers everything, ${found.length} findings: name a namespace or a workload`];
  if (controls.includes("*") && isAny(match.name))
    return ["over-broad", "accepts every control of many workloads: name the controls"];
  if (isAny(match.namespace) && isAny(match.file) && namespaces > broadNamespaces)
    return ["over-broad", `reaches ${namespaces} namespaces: name one`];
  return ["used", `accepts ${found.length} findings`];
}

function coversAll({ lines, labels, ...texts }: ExceptionMatch): boolean {
  return lines === undefined && Object.keys(labels ?? {}).length === 0 && Object.values(texts).every(isAny);
}

/** Whether a pattern leaves nothing out. */
function isAny(pattern: string | undefined): boolean {
  return pattern === undefined || /^\*+$/.test(pattern);
}
