/** Why an edit stands where it stands: each factor by its name, none of them a number that nobody can explain. */
import type { Privilege } from "../controls/control.ts";
import type { Judged } from "../controls/ledger.ts";
import type { Inventory } from "../inventory/inventory.ts";
import { refKey, type ResourceRef } from "../model/resource.ts";
import type { Edit } from "../model/report.ts";
import { verdictWords } from "../model/verdict.ts";
import type { CutPart } from "./attack.ts";
import { useStep } from "./evidence.ts";

/** Gravest first. */
const privileges: readonly (readonly [Privilege, string])[] = [
  ["cluster-takeover", "the cluster"],
  ["node-takeover", "a node"],
  ["code-execution", "to run code in the workload"],
  ["secret-access", "secrets"],
  ["host-read", "files of the node"],
  ["lateral-movement", "other workloads"],
  ["denial-of-service", "to stop what runs"],
  ["information", "to learn of what runs"],
];

export interface Weight {
  readonly edit: Edit;
  readonly members: readonly Judged[];
  /** What is gained at the end of the way that it cuts, or by the finding itself. */
  readonly target: string;
  /** From where, in words. */
  readonly entry: string;
  readonly cut: CutPart | undefined;
  /** What else falls with the target. */
  readonly blast: string;
}

/** `target: a node`: in the order in which they count. */
export function factorsOf({ edit, members, target, entry, cut, blast }: Weight): readonly string[] {
  const exploit = cut?.entryKind === "vulnerable" ? `known: ${cut.entryText}` : "none is known here";
  const gained = privileges.find(([privilege]) =>
    members.some(({ control }) => control.grants === privilege),
  );
  return [
    `exploit: ${exploit}`,
    `target: ${target}`,
    `entry: ${entry}`,
    `paths cut: ${cutText(cut)}`,
    `privilege gained: ${gained?.[1] ?? "none by itself"}`,
    `blast radius: ${blast}`,
    `environment: ${edit.environment ?? "not labelled"}`,
    ...useStep(members),
    `verdict: ${verdictWords[edit.verdict?.verdict ?? "unknown"]}`,
    ...(edit.breakRisk === undefined ? [] : [`break risk: ${edit.breakRisk}`]),
    `effort: ${edit.byHand ? "by hand" : "patch"}`,
  ];
}

/** Counted are the shortest ways, one for each way in and target. */
function cutText(cut: CutPart | undefined): string {
  if (cut === undefined) return "0: it is on none that was found";
  return cut.paths === 0 ? "0 of the shortest: a way beside them" : String(cut.paths);
}

/** In words, what else falls with a target: the workloads beside it on its nodes, or the targets behind a path. */
export function blasts(
  inventory: Inventory,
): (target: Privilege | undefined, workload: ResourceRef, cut: CutPart | undefined) => string {
  const besides = neighbours(inventory);
  return (target, workload, cut) => {
    if (target === "cluster-takeover" || cut?.target === "cluster") return "everything in the cluster";
    const behind = cut === undefined ? "" : targetsBehind(cut);
    if (target !== "node-takeover") return behind === "" ? "the workload itself" : behind;
    const count = besides(workload);
    const node =
      count === undefined
        ? "whatever runs on its nodes, which was not read"
        : `${count} other ${count === 1 ? "workload" : "workloads"} on its nodes`;
    return behind === "" ? node : `${node}; ${behind}`;
  };
}

function targetsBehind({ entries, targets }: CutPart): string {
  if (targets === 0) return "a target whose shortest way other edits cut";
  const from = `${entries} ${entries === 1 ? "way in" : "ways in"}`;
  return `${targets} ${targets === 1 ? "target" : "targets"}, from ${from}`;
}

/** How many other workloads have pods on the nodes of one; `undefined` where none of its pods was read. */
function neighbours({ workloads }: Inventory): (workload: ResourceRef) => number | undefined {
  const nodesOf = new Map<string, Set<string>>();
  const rootsOn = new Map<string, Set<string>>();
  for (const { ref, root, pod } of workloads) {
    const node = pod.spec["nodeName"];
    if (ref.kind !== "Pod" || typeof node !== "string" || node === "") continue;
    const key = refKey(root);
    nodesOf.set(key, (nodesOf.get(key) ?? new Set()).add(node));
    rootsOn.set(node, (rootsOn.get(node) ?? new Set()).add(key));
  }
  const known = new Map<string, number>();
  return (workload) => {
    const key = refKey(workload);
    const nodes = nodesOf.get(key);
    if (nodes === undefined) return undefined;
    let count = known.get(key);
    if (count === undefined) {
      const others = new Set([...nodes].flatMap((node) => [...rootsOn.get(node)!]));
      known.set(key, (count = others.size - 1));
    }
    return count;
  };
}
