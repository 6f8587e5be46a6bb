/** What changed between two reports: findings that are new, findings that are gone, and what can no longer be told. */
import { severities, type Result, type Severity } from "./model/finding.ts";
import type { FrameworkScore, Report } from "./model/report.ts";

export interface ReportDiff {
  readonly before: { readonly takenAt: string; readonly server: string };
  readonly after: { readonly takenAt: string; readonly server: string };
  /** Findings (not accepted) of the later report that the earlier one does not have. Worst first. */
  readonly opened: readonly Result[];
  /** Findings of the earlier report that are now passed or whose place is gone. */
  readonly closed: readonly Result[];
  /** Findings or passes of the earlier report that the later one cannot tell. */
  readonly lost: readonly Result[];
  readonly unchanged: number;
  readonly scores: readonly {
    readonly id: string;
    readonly before: number | null;
    readonly after: number | null;
  }[];
}

export function diff(before: Report, after: Report): ReportDiff {
  const earlier = openFindings(before);
  const later = openFindings(after);
  const unknown = new Map(
    after.results.filter(({ result }) => result === "unknown").map((result) => [result.id, result]),
  );
  const known = new Set(before.results.filter(({ result }) => result === "unknown").map(({ id }) => id));
  return {
    before: { takenAt: before.takenAt, server: before.server.name },
    after: { takenAt: after.takenAt, server: after.server.name },
    opened: worstFirst([...later.values()].filter(({ id }) => !earlier.has(id))),
    closed: worstFirst([...earlier.values()].filter(({ id }) => !later.has(id) && !unknown.has(id))),
    lost: worstFirst([...unknown.values()].filter(({ id }) => !known.has(id))),
    unchanged: [...later.keys()].filter((id) => earlier.has(id)).length,
    scores: scoresOf(before.frameworks, after.frameworks),
  };
}

/** The ids a baseline is made of: findings that are open, accepted ones included, so that an ended exception is no news. */
export function baselineOf(report: Report): ReadonlySet<string> {
  return new Set(report.results.filter(({ result }) => result === "fail").map(({ id }) => id));
}

function openFindings(report: Report): ReadonlyMap<string, Result> {
  return new Map(
    report.results
      .filter(({ result, exception }) => result === "fail" && exception === undefined)
      .map((result) => [result.id, result]),
  );
}

function worstFirst(results: readonly Result[]): readonly Result[] {
  const rank = (severity: Severity): number => severities.indexOf(severity);
  return [...results].sort((a, b) => rank(a.severity) - rank(b.severity) || (a.id < b.id ? -1 : 1));
}

function scoresOf(before: readonly FrameworkScore[], after: readonly FrameworkScore[]): ReportDiff["scores"] {
  return after.map(({ id, score }) => ({
    id,
    before: before.find((entry) => entry.id === id)?.score ?? null,
    after: score,
  }));
}

/** The report with only what is not in the baseline: what a gate on new findings shows and counts. Scores stay whole. */
export function since(report: Report, baseline: ReadonlySet<string>): Report {
  const results = report.results.filter(({ id, result }) => result !== "fail" || !baseline.has(id));
  const kept = new Set(results.map(({ id }) => id));
  const edits = report.edits.flatMap((edit) => {
    const resolves = edit.resolves.filter((id) => kept.has(id));
    return resolves.length === 0 ? [] : [{ ...edit, resolves }];
  });
  const shown = new Set(edits.map(({ id }) => id));
  const act = report.priorities.act.filter(({ edit }) => shown.has(edit));
  const acted = new Set(act.map(({ edit }) => edit));
  const waiting = edits.filter((edit) => !acted.has(edit.id) && edit.system === undefined);
  const open = results.filter(({ result, exception }) => result === "fail" && exception === undefined);
  const counts = { critical: 0, high: 0, medium: 0, low: 0 };
  for (const { severity } of open) counts[severity] += 1;
  const sum = (list: Report["edits"]): number =>
    list.reduce((total, { resolves }) => total + resolves.length, 0);
  const later = {
    reason: "new since the baseline, below high severity",
    edits: waiting.length,
    findings: sum(waiting),
  };
  return {
    ...report,
    results,
    edits,
    priorities: {
      ...report.priorities,
      act,
      later: waiting.length === 0 ? [] : [later],
      system: [],
      actShare: open.length === 0 ? 0 : sum(edits.filter(({ id }) => acted.has(id))) / open.length,
    },
    coverage: {
      ...report.coverage,
      bySeverity: counts,
      outcomes: { ...report.coverage.outcomes, fail: open.length },
    },
  };
}
