/** The reports of several clusters made into one: every id and place says which cluster it is of. */
import {
  severities,
  type AttackPaths,
  type Coverage,
  type ExceptionReport,
  type FrameworkScore,
  type Report,
  type RequirementResult,
  type RequirementStatus,
} from "@plimsoll/core";

/** Each cluster was judged by itself: what stands in one says nothing of another. */
export function mergedReport(reports: readonly Report[]): Report {
  const [first, ...others] = reports;
  if (others.length === 0) return first!;
  const named = reports.map(withName);
  const requirements = requirementsOf(named);
  return {
    ...first!,
    takenAt: named.map(({ takenAt }) => takenAt).reduce((a, b) => (a > b ? a : b)),
    server: { kind: "cluster", name: reports.map(({ server }) => server.name).join(", ") },
    results: named.flatMap(({ results }) => results).sort((a, b) => (a.id < b.id ? -1 : 1)),
    frameworks: first!.frameworks.map((score) => scoreOf(score, requirements)),
    requirements,
    gaps: named.flatMap(({ gaps }) => gaps),
    coverage: coverageOf(named.map(({ coverage }) => coverage)),
    edits: named.flatMap(({ edits }) => edits).sort((a, b) => (a.id < b.id ? -1 : 1)),
    priorities: prioritiesOf(named),
    ...pathsOf(named),
    ...detectionsOf(named),
    exceptions: exceptionsOf(named),
  };
}

/** Absent where nobody observed any of them. */
function detectionsOf(reports: readonly Report[]): Pick<Report, "detections"> {
  const told = reports.filter(({ detections }) => detections !== undefined);
  if (told.length === 0) return {};
  const all = told.flatMap(({ detections = [], server }) =>
    detections.map((detection) => ({ ...detection, key: `${server.name} ${detection.key}` })),
  );
  return {
    detections: all.sort(
      (a, b) =>
        Number(a.exception !== undefined) - Number(b.exception !== undefined) ||
        severities.indexOf(a.severity) - severities.indexOf(b.severity) ||
        (a.key < b.key ? -1 : 1),
    ),
  };
}

/** As many as one report shows. */
const [mostTop, mostUncut] = [20, 50];

/** Clusters in turn, so that the gravest path of each comes before the second of any; counts add up. */
function pathsOf(reports: readonly Report[]): Pick<Report, "paths"> {
  const all = reports.flatMap(({ paths }) => paths ?? []);
  if (all.length === 0) return {};
  return {
    paths: {
      top: inTurn(all.map(({ top }) => top)).slice(0, mostTop),
      pairs: sum(all, "pairs"),
      cut: sum(all, "cut"),
      narrowed: sum(all, "narrowed"),
      chokePoints: chokesOf(all),
      smallestCut: {
        edits: all.reduce((total, { smallestCut }) => total + smallestCut.edits, 0),
        exact: all.every(({ smallestCut }) => smallestCut.exact),
        partial: all.some(({ smallestCut }) => smallestCut.partial),
      },
      uncut: inTurn(all.map(({ uncut }) => uncut)).slice(0, mostUncut),
      uncutCount: sum(all, "uncutCount"),
      partial: all.some(({ partial }) => partial),
      missing: all.flatMap(({ missing }) => missing),
    },
  };
}

function inTurn<T>(lists: readonly (readonly T[])[]): readonly T[] {
  const longest = Math.max(...lists.map(({ length }) => length));
  return Array.from({ length: longest }, (_, at) => lists.flatMap((list) => list.slice(at, at + 1))).flat();
}

/** What each cuts is told together with those before it. In each cluster the order stays; next is what adds most. */
function chokesOf(all: readonly AttackPaths[]): AttackPaths["chokePoints"] {
  const left = all.map(({ chokePoints }) =>
    chokePoints.map(({ edits, cut }, at) => ({ edits, adds: cut - (chokePoints[at - 1]?.cut ?? 0) })),
  );
  const found: { readonly edits: readonly string[]; readonly cut: number }[] = [];
  for (let cut = 0; ;) {
    const open = left.filter(({ length }) => length > 0);
    if (open.length === 0) return found;
    const best = open.reduce((one, other) => (other[0]!.adds > one[0]!.adds ? other : one));
    const { edits, adds } = best.shift()!;
    cut += adds;
    found.push({ edits, cut });
  }
}

/** The report with its cluster in every id and place: `…@prod`, file `cluster:prod`. */
function withName(report: Report): Report {
  const { name } = report.server;
  const own = (id: string): string => `${id}@${name}`;
  const placed = <T extends { readonly file: string }>(source: T): T =>
    source.file === "cluster" ? { ...source, file: `cluster:${name}` } : source;
  return {
    ...report,
    results: report.results.map((result) => ({
      ...result,
      id: own(result.id),
      source: placed(result.source),
      ...(result.edit === undefined ? {} : { edit: own(result.edit) }),
    })),
    edits: report.edits.map((edit) => ({
      ...edit,
      id: own(edit.id),
      resolves: edit.resolves.map(own),
      source: placed(edit.source),
    })),
    requirements: report.requirements.map((requirement) => ({
      ...requirement,
      namespaces: Object.fromEntries(
        Object.entries(requirement.namespaces).map(([namespace, count]) => [`${name}/${namespace}`, count]),
      ),
    })),
    gaps: report.gaps.map((gap) => ({ ...gap, source: `${name}: ${gap.source}` })),
    ...namedPaths(report, name, own),
    priorities: {
      ...report.priorities,
      act: report.priorities.act.map((action) => ({ ...action, edit: own(action.edit) })),
      blind: report.priorities.blind.map((entry) => ({ ...entry, because: `${name}: ${entry.because}` })),
    },
  };
}

function namedPaths(report: Report, name: string, own: (id: string) => string): Pick<Report, "paths"> {
  const { paths } = report;
  if (paths === undefined) return {};
  const placed = <T extends { readonly entry: string; readonly target: string }>(path: T): T => ({
    ...path,
    entry: `${name}: ${path.entry}`,
    target: `${name}: ${path.target}`,
  });
  return {
    paths: {
      ...paths,
      top: paths.top.map((path) => ({ ...placed(path), cutBy: path.cutBy.map(own) })),
      chokePoints: paths.chokePoints.map((choke) => ({ ...choke, edits: choke.edits.map(own) })),
      uncut: paths.uncut.map(placed),
      missing: paths.missing.map((text) => `${name}: ${text}`),
    },
  };
}

/** A requirement is as good as it is in the worst of them; where it is told in none, it is unknown. */
const worstFirst: readonly RequirementStatus[] = ["failed", "unknown", "accepted", "manual", "met", "skip"];

function requirementsOf(reports: readonly Report[]): readonly RequirementResult[] {
  return reports[0]!.requirements.map((first) => {
    const all = reports.flatMap(({ requirements }) =>
      requirements.filter(({ framework, id }) => framework === first.framework && id === first.id),
    );
    const status =
      worstFirst.find((candidate) => all.some((entry) => entry.status === candidate)) ?? "unknown";
    const so = all.filter((entry) => entry.status === status);
    return {
      ...first,
      status,
      failed: sum(all, "failed"),
      unknown: sum(all, "unknown"),
      because:
        so.length === all.length
          ? so[0]!.because
          : `in ${so.length} of ${all.length} clusters: ${so[0]!.because}`,
      namespaces: Object.assign({}, ...all.map(({ namespaces }) => namespaces)),
    };
  });
}

function scoreOf(score: FrameworkScore, requirements: readonly RequirementResult[]): FrameworkScore {
  const own = requirements.filter(({ framework }) => framework === score.id);
  const count = (status: RequirementStatus): number => own.filter((entry) => entry.status === status).length;
  const [met, failed, unknown, accepted] = [
    count("met"),
    count("failed"),
    count("unknown"),
    count("accepted"),
  ];
  const measured = met + failed + unknown;
  const share = measured === 0 ? null : met / measured;
  return {
    ...score,
    score: share,
    met,
    failed,
    unknown,
    accepted,
    manual: count("manual"),
    skipped: count("skip"),
  };
}

function sum<Key extends string>(list: readonly { readonly [K in Key]: number }[], key: Key): number {
  return list.reduce((total, entry) => total + entry[key], 0);
}

function coverageOf(all: readonly Coverage[]): Coverage {
  const outcomes = all.map((coverage) => coverage.outcomes);
  const severities = all.map((coverage) => coverage.bySeverity);
  return {
    kinds: tally(
      all.flatMap(({ kinds }) => kinds),
      "kind",
    ),
    resources: sum(all, "resources"),
    workloads: sum(all, "workloads"),
    containers: sum(all, "containers"),
    namespaces: sum(all, "namespaces"),
    controls: all[0]!.controls,
    skipped: tally(
      all.flatMap(({ skipped }) => skipped),
      "reason",
    ),
    outcomes: {
      pass: sum(outcomes, "pass"),
      fail: sum(outcomes, "fail"),
      skip: sum(outcomes, "skip"),
      unknown: sum(outcomes, "unknown"),
      excepted: sum(outcomes, "excepted"),
    },
    bySeverity: {
      critical: sum(severities, "critical"),
      high: sum(severities, "high"),
      medium: sum(severities, "medium"),
      low: sum(severities, "low"),
    },
    complete: all.every(({ complete }) => complete),
  };
}

function tally<Key extends "kind" | "reason">(
  entries: readonly ({ readonly [K in Key]: string } & { readonly count: number })[],
  key: Key,
): readonly ({ readonly [K in Key]: string } & { readonly count: number })[] {
  const groups = Map.groupBy(entries, (entry) => entry[key]);
  return [...groups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, group]) => ({ ...group[0]!, count: sum(group, "count") }));
}

/** Act: the cluster before a node, as in each; then in turn, so that no cluster's first edit stands behind another's tenth. */
function prioritiesOf(reports: readonly Report[]): Report["priorities"] {
  const act = reports.flatMap(({ priorities }) =>
    priorities.act.map((action, position) => ({ action, position, target: targetOf(action) })),
  );
  const targets = ["target: the cluster", "target: a node"];
  const rank = (target: string): number =>
    (targets.indexOf(target) + targets.length + 1) % (targets.length + 1);
  act.sort((a, b) => rank(a.target) - rank(b.target) || a.position - b.position);
  const later = Map.groupBy(
    reports.flatMap(({ priorities }) => priorities.later),
    ({ reason }) => reason,
  );
  const findings = reports
    .flatMap(({ edits }) => edits)
    .reduce((total, edit) => total + edit.resolves.length, 0);
  const acted = reports.reduce((total, report) => total + actedIn(report), 0);
  return {
    act: act.map(({ action }) => action),
    later: [...later]
      .map(([reason, group]) => ({ reason, edits: sum(group, "edits"), findings: sum(group, "findings") }))
      .sort((a, b) => b.findings - a.findings),
    blind: reports.flatMap(({ priorities }) => priorities.blind).sort((a, b) => b.results - a.results),
    system: reports.flatMap(({ priorities }) => priorities.system),
    actShare: findings === 0 ? 0 : acted / findings,
  };
}

function targetOf({ steps }: Report["priorities"]["act"][number]): string {
  return steps.find((step) => step.startsWith("target: ")) ?? "";
}

function actedIn({ priorities, edits }: Report): number {
  const ids = new Set(priorities.act.map(({ edit }) => edit));
  return edits.reduce((total, edit) => total + (ids.has(edit.id) ? edit.resolves.length : 0), 0);
}

/** An exception that does something somewhere is used; else what the first says of it. */
function exceptionsOf(reports: readonly Report[]): readonly ExceptionReport[] {
  return reports[0]!.exceptions.map((first) => {
    const all = reports.flatMap(({ exceptions }) => exceptions.filter(({ id }) => id === first.id));
    const kept = all.find(({ state }) => state !== "unused") ?? first;
    return { ...kept, findings: sum(all, "findings") };
  });
}
