/** Frameworks by namespaces: how many requirements of each framework fail in each namespace. */
import type { Report } from "../model/report.ts";

export interface Matrix {
  readonly frameworks: readonly string[];
  /** Most failures first; `""` holds what belongs to no namespace. */
  readonly rows: readonly MatrixRow[];
}

export interface MatrixRow {
  readonly namespace: string;
  /** The teams whose findings stand there, by name. */
  readonly teams: readonly string[];
  /** Requirements that fail there, in the order of the frameworks. */
  readonly failed: readonly number[];
}

export function matrixOf(report: Report): Matrix {
  const frameworks = report.frameworks.map(({ id }) => id);
  const counts = new Map<string, number[]>();
  for (const { framework, namespaces } of report.requirements) {
    const column = frameworks.indexOf(framework);
    for (const namespace of Object.keys(namespaces)) {
      const row = counts.get(namespace) ?? frameworks.map(() => 0);
      if (column >= 0) row[column] = (row[column] ?? 0) + 1;
      counts.set(namespace, row);
    }
  }
  const teams = teamsOf(report);
  const total = (row: readonly number[]): number => row.reduce((sum, count) => sum + count, 0);
  const rows = [...counts]
    .sort(([a, left], [b, right]) => total(right) - total(left) || (a < b ? -1 : 1))
    .map(([namespace, failed]) => ({ namespace, failed, teams: teams.get(namespace) ?? [] }));
  return { frameworks, rows };
}

function teamsOf({ results }: Report): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, Set<string>>();
  for (const { resource, team, result } of results) {
    if (team === undefined || result !== "fail") continue;
    const teams = found.get(resource.namespace) ?? new Set();
    found.set(resource.namespace, teams.add(team));
  }
  return new Map([...found].map(([namespace, teams]) => [namespace, [...teams].sort()]));
}
