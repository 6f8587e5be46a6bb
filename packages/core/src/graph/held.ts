/** The powers that somebody holds: where, over which objects, and by which rules. */
import type { Reason } from "../inventory/rbac/authorizer.ts";
import type { Grant } from "../inventory/rbac/grants.ts";
import type { Met, NeedTable } from "./needs.ts";
import type { Need, Power } from "./power.ts";

/** A request that a power needs, with every rule that allows it: to take it away, all of them must go. */
export interface Requirement {
  /** `create pods` */
  readonly words: string;
  readonly because: readonly Reason[];
}

/** A power in somebody's hands. */
export interface Held {
  readonly power: Power;
  /** `""`: the whole cluster. `*`: every namespace, but nothing outside of namespaces. */
  readonly namespace: string;
  /** The only objects it is held over, of the kind of `resource`; absent: all. */
  readonly names?: readonly string[];
  readonly resource: string;
  readonly requirements: readonly Requirement[];
  /** Why it may not be held after all, or gain what it should; empty where it is certain. */
  readonly unsure: readonly string[];
  /** Held by nothing but roles and bindings that the API server makes by itself. */
  readonly bootstrap: boolean;
}

/** One way in which somebody meets one need. */
interface Holding {
  readonly need: Need;
  readonly namespace: string;
  readonly names?: readonly string[];
  readonly reason: Reason;
  readonly unsure?: string;
  readonly bootstrap: boolean;
  readonly own: boolean;
}

type Holdings = ReadonlyMap<number, readonly Holding[]>;

/** Grants as they count for somebody: his own, and those he has as a member of groups. */
export interface HolderGrants {
  readonly own: readonly Grant[];
  readonly inherited: readonly Grant[];
}

/**
 * Every power of a holder. With `ownOnly`, those are left out that he holds as a member of groups alone: they are the
 * groups' own.
 */
export function heldPowers(
  powers: readonly Power[],
  table: NeedTable,
  grants: HolderGrants,
  ownOnly: boolean,
): readonly Held[] {
  const holdings = holdingsOf(table, grants);
  const isMet = (needs: readonly Need[]): boolean => needs.some((need) => holdings.has(table.numberOf(need)));
  return powers.flatMap((power) => {
    if (!power.needs.every(isMet)) return [];
    const groups = power.needs.map((needs) =>
      needs.flatMap((need) => holdings.get(table.numberOf(need)) ?? []),
    );
    if (ownOnly && !groups.some((group) => group.some(({ own }) => own))) return [];
    return placesOf(groups).flatMap((place) => heldIn(power, groups, place, ownOnly));
  });
}

function holdingsOf(table: NeedTable, { own, inherited }: HolderGrants): Holdings {
  const holdings = new Map<number, Holding[]>();
  const add = (grant: Grant, isOwn: boolean): void => {
    for (const met of table.metBy(grant.role)) {
      const holding = holdingOf(grant, met, table.needs[met.need]!, isOwn);
      if (holding === undefined) continue;
      const list = holdings.get(met.need);
      if (list === undefined) holdings.set(met.need, [holding]);
      else list.push(holding);
    }
  };
  for (const grant of own) add(grant, true);
  for (const grant of inherited) add(grant, false);
  return holdings;
}

/**
 * Where a met need counts. A Namespace is asked for in itself, so that a RoleBinding gives rights to its own; other
 * resources outside of namespaces take a ClusterRoleBinding.
 */
function holdingOf(grant: Grant, met: Met, need: Need, own: boolean): Holding | undefined {
  const reason = reasonOf(grant, met.rule);
  const { bootstrap } = grant;
  const more = met.unsure === undefined ? {} : { unsure: met.unsure };
  const place = grant.namespace;
  if (need.clusterWide && place !== "") {
    if (
      need.resource !== "namespaces" ||
      place === "*" ||
      (met.names !== undefined && !met.names.includes(place))
    )
      return undefined;
    return { need, namespace: "", names: [place], reason, bootstrap, own, ...more };
  }
  if (need.namespace !== undefined && place !== "" && place !== "*" && place !== need.namespace)
    return undefined;
  const names = met.names === undefined ? {} : { names: met.names };
  return { need, namespace: need.namespace ?? place, ...names, reason, bootstrap, own, ...more };
}

function reasonOf({ binding, subject, role }: Grant, rule: number): Reason {
  const origin = role.rules[rule]?.origin ?? role.ref;
  return { binding, subject, role: role.ref, rule, origin };
}

/** Where a power may be held: everywhere, and each namespace of which a binding speaks. */
function placesOf(groups: readonly (readonly Holding[])[]): readonly string[] {
  const [first = []] = groups;
  if (first.some(({ need }) => need.clusterWide)) return [""];
  const places = groups.flatMap((group) =>
    group.filter(({ need }) => !need.clusterWide).map(({ namespace }) => namespace),
  );
  return [...new Set(places)].sort();
}

/** Whether a holding counts in a place. Beside a power over the cluster, any namespace will do for the rest. */
function countsIn({ need, namespace }: Holding, place: string, anywhere: boolean): boolean {
  if (need.clusterWide || namespace === "" || namespace === place || anywhere) return true;
  return namespace === "*" && place !== "";
}

function heldIn(
  power: Power,
  groups: readonly (readonly Holding[])[],
  place: string,
  ownOnly: boolean,
): readonly Held[] {
  const anywhere = groups[0]!.some(({ need }) => need.clusterWide);
  const here = groups.map((group) => group.filter((holding) => countsIn(holding, place, anywhere)));
  const [first, ...rest] = here;
  if (first === undefined || here.some((group) => group.length === 0)) return [];
  return objectsOf(first, power.sameObject === true).flatMap((object) => {
    const same = first.filter((holding) => isOver(holding, object));
    const others = power.sameObject
      ? rest.map((group) => group.filter((holding) => isOver(holding, object)))
      : rest;
    const all = [same, ...others];
    if (all.some((group) => group.length === 0) || !isNews(all.flat(), place, ownOnly)) return [];
    return [heldOf(power, place, object, all)];
  });
}

/** What the holdings of the first need reach: all objects, or those of some names. */
interface Objects {
  readonly resource: string;
  readonly names?: readonly string[];
}

function objectsOf(holdings: readonly Holding[], each: boolean): readonly Objects[] {
  const found = new Map<string, Objects>();
  for (const { need, names } of holdings) {
    const { resource } = need;
    if (names === undefined) found.set("", { resource });
    else
      for (const some of each ? names.map((name) => [name]) : [names])
        found.set(`${resource} ${some.join()}`, { resource, names: some });
  }
  return [...found.values()];
}

function isOver({ need, names }: Holding, object: Objects): boolean {
  if (names === undefined) return true;
  return need.resource === object.resource && (object.names?.every((name) => names.includes(name)) ?? false);
}

/** Nothing is said of a place that a wider one says as well, nor of a member what is the group's. */
function isNews(holdings: readonly Holding[], place: string, ownOnly: boolean): boolean {
  if (ownOnly && !holdings.some(({ own }) => own)) return false;
  return place === "" || holdings.some(({ namespace }) => namespace === place);
}

function heldOf(power: Power, place: string, object: Objects, groups: readonly (readonly Holding[])[]): Held {
  const doubts = groups.flatMap((group) =>
    group.some(({ unsure }) => unsure === undefined) ? [] : group.slice(0, 1).map(({ unsure }) => unsure!),
  );
  return {
    power,
    namespace: place,
    ...(object.names === undefined ? {} : { names: object.names }),
    resource: object.resource,
    requirements: groups.map((group) => ({
      words: wordsOf(group),
      because: group.map(({ reason }) => reason),
    })),
    unsure: power.unsure === undefined ? doubts : [...doubts, power.unsure],
    bootstrap: groups.every((group) => group.every(({ bootstrap }) => bootstrap)),
  };
}

function wordsOf(group: readonly Holding[]): string {
  const words = group.map(({ need: { verbs, group: apiGroup, resource, subresource } }) => {
    const target = `${resource}${apiGroup === "" ? "" : `.${apiGroup}`}${subresource === "" ? "" : `/${subresource}`}`;
    return `${verbs.join("|")} ${target}`;
  });
  return [...new Set(words)].slice(0, 3).join(", ");
}
