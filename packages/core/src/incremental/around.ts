/** Which patches are to be judged anew, since a pod, an account or an owner that they depend on has changed. */
import { refKey, refOf, type ResourceRecord } from "../model/resource.ts";
import type { Workload } from "../model/workload.ts";
import { farKinds } from "../remediation/objects/judge-object.ts";
import { namespaceIn } from "./judging.ts";
import { isStatusAlone } from "./steady.ts";
import type { Move, Stock } from "./stock.ts";

/** Objects beside those that moved whose workloads share an owner with them, or an account that others hold now. */
export function neighbours(moved: readonly Move[], stock: Stock): ReadonlySet<string> {
  const moves = moved.filter((move) => !isQuiet(move));
  const ties = new Map<string, Set<string>>();
  const tie = (namespace: string, name: string): void => {
    const known = ties.get(namespace);
    if (known === undefined) ties.set(namespace, new Set([name]));
    else known.add(name);
  };
  for (const { key, before, after } of moves) {
    if (key.startsWith("v1/ServiceAccount/")) tie(namespaceIn(key), accountText(key.split("/").at(-1)!));
    const isHeldAlike = holdersText(before.workloads) === holdersText(after.workloads);
    for (const workload of [...before.workloads, ...after.workloads]) {
      const [root, account] = tiesOf(workload);
      tie(workload.ref.namespace, root);
      if (!isHeldAlike) tie(workload.ref.namespace, account);
    }
  }
  const found = new Set<string>();
  for (const [namespace, names] of ties) {
    const keys = [...names].some(isWide) ? stock.keys() : stock.keysIn(namespace);
    for (const key of keys)
      if (stock.at(key).workloads.some((each) => tiesOf(each).some((name) => names.has(name))))
        found.add(key);
  }
  for (const { before, after } of moves)
    for (const { serviceAccount } of [...before.workloads, ...after.workloads])
      found.add(accountKey(serviceAccount));
  for (const { key } of moved) found.delete(key);
  return found;
}

export function accountKey({ namespace, name }: Workload["serviceAccount"]): string {
  return refKey({ apiVersion: "v1", kind: "ServiceAccount", namespace, name });
}

/** Of objects whose verdicts may rest on anything. */
export function farKeys(stock: Stock): readonly string[] {
  return farKinds.flatMap((kind) => stock.ofKind(kind).map(({ resource }) => refKey(refOf(resource))));
}

/** What the controllers of a workload tell of how it is, nobody's patch rests on. */
function isQuiet({ before, after, steady }: Move): boolean {
  if (!steady || before.record === undefined || after.record === undefined) return false;
  return !isPod(after.record) && isStatusAlone(before.record, after.record);
}

function isPod({ resource }: ResourceRecord): boolean {
  return resource.apiVersion === "v1" && resource.kind === "Pod";
}

/**
 * Verdicts that look at the whole cluster may be others since.
 */
export function isFar(moved: readonly Move[], isWatched: boolean): boolean {
  return moved.some((move) => !isQuiet(move) && isFarOne(move, isWatched));
}

/**
 * They read of a status only what places somebody who was
 * seen, and how long a pod of his ran; and they read how many there are to be watched only where somebody watches.
 */
function isFarOne({ before, after, steady }: Move, isWatched: boolean): boolean {
  if (steady && !isWatched) return false;
  if (before.record === undefined || after.record === undefined) return true;
  return (isPod(after.record) && isWatched) || !isStatusAlone(before.record, after.record);
}

/** Who holds which account: no more than that is read of others with the same account. */
function holdersText(workloads: readonly Workload[]): string {
  return JSON.stringify(workloads.map(({ ref, ...each }) => [ref.namespace, ...tiesOf({ ref, ...each })]));
}

function tiesOf({ root, serviceAccount }: Workload): readonly [root: string, account: string] {
  return [`root ${refKey(root)}`, accountText(serviceAccount.name)];
}

function accountText(name: string): string {
  return `account ${name}`;
}

/** An owner outside namespaces may have pods in several. */
function isWide(name: string): boolean {
  return name.startsWith("root ") && namespaceIn(name) === "";
}
