/** Counts how many findings at workloads carry a patch: `node scripts/fixable.ts FILE-OR-FOLDER…`; `.zst` is a snapshot. */
import { readFiles, readSnapshot } from "@plimsoll/cluster";
import { scan, workloadKinds, type Result, type Snapshot } from "@plimsoll/core";
import { library } from "@plimsoll/library";

export interface Share {
  readonly findings: number;
  readonly fixed: number;
  /** Findings without a patch by control, the most first. */
  readonly unfixed: readonly (readonly [control: string, count: number])[];
}

const kinds = new Set(workloadKinds);

/** The share in one input, a finding accepted by an exception included. */
export async function fixShare(path: string): Promise<Share> {
  const { results } = scan(await open(path), library, { toolVersion: "count" });
  const findings = results.filter(
    ({ result, resource: { apiVersion, kind } }) => result === "fail" && kinds.has(`${apiVersion}/${kind}`),
  );
  const unfixed = findings.filter(({ fix }) => fix === undefined);
  return { findings: findings.length, fixed: findings.length - unfixed.length, unfixed: tally(unfixed) };
}

function open(path: string): Promise<Snapshot> {
  if (path.endsWith(".zst")) return readSnapshot(path);
  return readFiles([path], { cwd: process.cwd(), takenAt: "2026-01-01T00:00:00Z" });
}

function tally(results: readonly Result[]): Share["unfixed"] {
  const counts = new Map<string, number>();
  for (const { control } of results) counts.set(control, (counts.get(control) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1]);
}

/** All shares as one. */
export function total(shares: readonly Share[]): Share {
  const unfixed = new Map<string, number>();
  for (const [control, count] of shares.flatMap((share) => share.unfixed))
    unfixed.set(control, (unfixed.get(control) ?? 0) + count);
  return {
    findings: shares.reduce((sum, { findings }) => sum + findings, 0),
    fixed: shares.reduce((sum, { fixed }) => sum + fixed, 0),
    unfixed: [...unfixed].sort((a, b) => b[1] - a[1]),
  };
}

if (import.meta.main) {
  const shares: Share[] = [];
  for (const path of process.argv.slice(2)) {
    const share = await fixShare(path);
    shares.push(share);
    console.log(line(path, share));
  }
  const all = total(shares);
  console.log(line("total", all));
  for (const [control, count] of all.unfixed) console.log(`  ${control} ${count}`);
}

function line(name: string, { findings, fixed }: Share): string {
  return `${name}: ${fixed} of ${findings} (${((100 * fixed) / Math.max(1, findings)).toFixed(1)} %)`;
}
