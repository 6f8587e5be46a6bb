/** What was worked out for a subject before, where nothing that gives it its rights has changed since. */
import type { Inventory } from "../inventory/inventory.ts";
import type { Grant } from "../inventory/rbac/grants.ts";
import type { Resource, ResourceRef } from "../model/resource.ts";
import { subjectKey } from "../model/subject.ts";
import type { HolderGrants } from "./held.ts";
import type { Step } from "./step.ts";

/** The steps of a holder, with the objects that they follow from. */
export interface HolderSteps {
  /** For each grant its binding and its role; `undefined` where that cannot be told by the objects alone. */
  readonly marks: readonly Mark[] | undefined;
  readonly steps: readonly Step[];
}

/** Subjects that hold something. */
export interface Holders {
  /** Which groups there are: some powers lead to all of a kind. */
  readonly groups: string;
  /** By key of the vertex. */
  readonly steps: ReadonlyMap<string, HolderSteps>;
}

interface Mark {
  readonly text: string;
  readonly binding: Resource;
  readonly role: Resource;
}

/** Tells what the grants of an inventory follow from. */
export function marker(inventory: Inventory): (grants: HolderGrants) => readonly Mark[] | undefined {
  const known = new Map<ResourceRef, Resource | undefined>();
  const resourceOf = (ref: ResourceRef): Resource | undefined => {
    if (!known.has(ref)) known.set(ref, inventory.get(ref)?.resource);
    return known.get(ref);
  };
  const markOf = (grant: Grant, own: boolean): Mark | undefined => {
    const [binding, role] = [resourceOf(grant.binding), resourceOf(grant.role.ref)];
    // A role that gathers others changes with them.
    if (binding === undefined || role === undefined || role["aggregationRule"] !== undefined)
      return undefined;
    return { text: `${own} ${grant.namespace} ${subjectKey(grant.subject)}`, binding, role };
  };
  return ({ own, inherited }) => {
    if (inventory.server.kind === "files") return undefined;
    const marks: Mark[] = [];
    for (const [grants, isOwn] of [[own, true] as const, [inherited, false] as const])
      for (const grant of grants) {
        const mark = markOf(grant, isOwn);
        if (mark === undefined) return undefined;
        marks.push(mark);
      }
    return marks;
  };
}

/** The steps from before, where they follow from the very same objects. */
export function sameSteps(
  before: HolderSteps | undefined,
  marks: readonly Mark[] | undefined,
): readonly Step[] | undefined {
  if (before?.marks === undefined || marks === undefined || before.marks.length !== marks.length)
    return undefined;
  const isSame = marks.every((mark, at) => {
    const { text, binding, role } = before.marks![at]!;
    return text === mark.text && binding === mark.binding && role === mark.role;
  });
  return isSame ? before.steps : undefined;
}
