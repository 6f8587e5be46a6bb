/** Whom and what every subject can become or take, step by step. */
import type { Inventory } from "../inventory/inventory.ts";
import type { Grant } from "../inventory/rbac/grants.ts";
import { groupsOf, userOf, type Actor } from "../inventory/rbac/subjects.ts";
import type { Subject } from "../model/subject.ts";
import { grantOfRole, isRoleVertex, stepsOf } from "./gains.ts";
import { heldPowers, type Held, type HolderGrants } from "./held.ts";
import { marker, sameSteps, type Holders, type HolderSteps } from "./holders.ts";
import { needTable, type NeedTable } from "./needs.ts";
import { powers } from "./powers/index.ts";
import { anyVertex, membershipsOf, relation, relationsOf, subjectVertex } from "./relations.ts";
import type { Step } from "./step.ts";
import { stepGraph, type StepGraph } from "./walk.ts";
import { vertexKey, type Vertex } from "./vertex.ts";
import { worldOf, type World } from "./world.ts";

/** All steps of an inventory, and ways through them. */
export interface Closure extends StepGraph {
  /** What was not read, or left out at the limit, so that there may be more. Empty: this is all. */
  readonly missing: readonly string[];
}

/** What to take in besides, and where to stop. */
export interface ClosureOptions {
  /** Steps known from elsewhere: escapes from containers, connections. */
  readonly more?: readonly Step[];
  /** How many steps are made at most. */
  readonly mostSteps?: number;
}

const defaultMostSteps = 2_000_000;

/** The steps of a closure by what they are read from. */
export interface ClosureParts {
  /** What runs as whom, where, and who belongs to which group. */
  readonly relations: readonly Step[];
  /** What rights give, in turn those of roles that may be bound. */
  readonly held: readonly Step[];
  readonly holders: Holders;
  /** As `Closure.missing`. */
  readonly missing: readonly string[];
}

/**
 * Joins what every subject may do with what runs where. Each subject's powers are worked out once; ways are found on
 * demand.
 */
export function closure(inventory: Inventory, options: ClosureOptions = {}): Closure {
  const { relations, held, missing } = closureParts(inventory, options.mostSteps);
  return { ...stepGraph([...relations, ...(options.more ?? []), ...held], membershipsOf), missing };
}

/**
 * The steps alone. `limit`: how many are made at most. `before`: those of an inventory that differs in bindings and roles
 * alone; what follows from the same objects is taken over.
 */
export function closureParts(inventory: Inventory, limit = defaultMostSteps, before?: Holders): ClosureParts {
  const world = worldOf(inventory);
  const table = needTable(powers, minorOf(inventory));
  const relations = relationsOf(world);
  const held: Step[] = [];
  const missing = new Set(missingOf(world));
  const roles = new Map<string, Extract<Vertex, { kind: "role" }>>();
  const isFull = (): boolean => relations.length + held.length > limit;
  const add = (made: readonly Step[]): void => {
    for (const step of made) {
      if (isRoleVertex(step.to)) roles.set(vertexKey(step.to), step.to);
      held.push(step);
    }
  };
  const groups = world.groups.map(({ name }) => name).join(" ");
  const earlier = before?.groups === groups ? before.steps : undefined;
  const holders = new Map<string, HolderSteps>();
  const marksOf = marker(inventory);
  for (const subject of world.grants.subjects) {
    if (isFull()) break;
    const vertex = subjectVertex(subject);
    const key = vertexKey(vertex);
    const grants = grantsOfHolder(subject, world);
    const marks = marksOf(grants);
    const steps = sameSteps(earlier?.get(key), marks) ?? stepsOfHolder(vertex, grants, world, table);
    holders.set(key, { marks, steps });
    add(steps);
  }
  // Roles that may be bound lead to further ones: the list grows while it is walked.
  add(roleChoices(world, held));
  for (const vertex of roles.values()) {
    if (isFull()) break;
    add(stepsOfHolder(vertex, { own: [grantOfRole(vertex, world)], inherited: [] }, world, table));
  }
  if (isFull()) missing.add(`more than ${limit} steps: the rest was left out`);
  return { relations, held, holders: { groups, steps: holders }, missing: [...missing] };
}

/** Every power that a subject holds, those of its groups included. A superuser's are none: he needs no powers. */
export function powersOf(inventory: Inventory): (actor: Actor) => readonly Held[] {
  const world = worldOf(inventory);
  const table = needTable(powers, minorOf(inventory));
  return (actor) => heldPowers(powers, table, grantsOfHolder(actor, world), false);
}

function minorOf({ server }: Inventory): number | undefined {
  const [, minor] = /^v?\d+\.(\d+)/.exec(server.version ?? "") ?? [];
  return minor === undefined ? undefined : Number(minor);
}

function grantsOfHolder(actor: Actor, { grants }: World): HolderGrants {
  const groups = actor.groups ?? groupsOf(actor);
  const isGroup = actor.kind === "Group";
  const own = grants.all({ user: userOf(actor), groups: isGroup ? [actor.name] : [] });
  const others = groups.filter((group) => !isGroup || group !== actor.name);
  return { own, inherited: grants.all({ user: "", groups: others }) };
}

/** To whoever may do everything, no single power adds anything. */
function stepsOfHolder(from: Vertex, own: HolderGrants, world: World, table: NeedTable): readonly Step[] {
  const held = heldPowers(powers, table, own, true);
  const grants: readonly Grant[] = [...own.own, ...own.inherited];
  const whole = held.filter(({ power, unsure }) => power.id === "cluster-admin" && unsure.length === 0);
  return (whole.length > 0 ? whole : held).flatMap((each) =>
    stepsOf(from, each, { grants, powers: held, world }),
  );
}

/** The Roles among which a choice of roles is, where there is such a choice. */
function roleChoices(world: World, steps: readonly Step[]): readonly Step[] {
  const places = new Set(
    steps.flatMap(({ to }) => (to.kind === "any" && to.of === "role" ? [to.namespace] : [])),
  );
  if (places.size === 0) return [];
  return world.inventory.ofKind("rbac.authorization.k8s.io/v1/Role").flatMap(({ resource }) => {
    const { namespace: own = "", name = "" } = resource.metadata;
    const namespace = own || "default";
    const { apiVersion, kind } = resource;
    const vertex: Vertex = { kind: "role", role: { apiVersion, kind, namespace: own, name }, namespace };
    return places.has(namespace) || places.has("")
      ? [relation(anyVertex("role", namespace), vertex, "contains")]
      : [];
  });
}

/** Kinds without which it is not known what runs where, and as whom. */
const seen = ["v1/Namespace", "v1/Node", "v1/Pod", "v1/ServiceAccount"] as const;

/** Bindings and roles that were not read: whoever they speak of may hold more. */
function missingOf({ grants, inventory }: World): readonly string[] {
  const unread = grants.subjects.flatMap((subject) =>
    unreadRoles(
      subject,
      grants.all({ user: userOf(subject), groups: subject.kind === "Group" ? [subject.name] : [] }),
    ),
  );
  const kinds = seen.filter((kind) => !inventory.covers(kind)).map((kind) => `${kind} was not all read`);
  return [...grants.missing(), ...kinds, ...unread];
}

function unreadRoles({ name }: Subject, grants: readonly Grant[]): readonly string[] {
  return grants.flatMap(({ role }) =>
    role.missing === undefined ? [] : [`${role.missing}, which ${name} holds`],
  );
}
