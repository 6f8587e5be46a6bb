/** What subjects may do by one inventory and not by another. */
import { subjectKey, type Subject } from "../../model/subject.ts";
import type { Inventory } from "../inventory.ts";
import { authorizer, type AccessQuestion, type Authorizer } from "./authorizer.ts";
import type { Grant } from "./grants.ts";
import type { Rule } from "./rule.ts";

/** Verbs on one thing in one place. */
export interface PermissionChange {
  readonly subject: Subject;
  /** Sorted. */
  readonly verbs: readonly string[];
  /** `pods/exec`, `deployments.apps`, `*`, `/metrics`. */
  readonly target: string;
  /** `""`: everywhere, or of what is in no namespace. */
  readonly namespace: string;
  /** The only object that is meant; absent: all. */
  readonly name?: string;
}

/** Effective rights: what another binding or a group gives as well is no change. Sorted by subject and target. */
export interface PermissionChanges {
  readonly gained: readonly PermissionChange[];
  readonly lost: readonly PermissionChange[];
}

/** Looks only at rules of bindings that differ, so that what stays costs nothing. */
export function permissionChanges(before: Inventory, after: Inventory): PermissionChanges {
  const [earlier, later] = [authorizer(before), authorizer(after)];
  return { gained: beyond(later, earlier), lost: beyond(earlier, later) };
}

interface Granted {
  readonly subject: Subject;
  readonly rule: Rule;
  readonly namespace: string;
}

function grantedBy({ grants }: Authorizer): ReadonlyMap<string, Granted> {
  const found = new Map<string, Granted>();
  const texts = new Map<Rule, string>();
  const textOf = (rule: Rule): string => {
    let text = texts.get(rule);
    if (text === undefined) texts.set(rule, (text = JSON.stringify(rule)));
    return text;
  };
  const all: readonly Grant[] = ["", ...grants.namespaces].flatMap((namespace) => grants.in(namespace));
  for (const { subject, namespace, role } of all)
    for (const { rule } of role.rules)
      found.set(`${subjectKey(subject)} ${namespace} ${textOf(rule)}`, { subject, rule, namespace });
  return found;
}

function beyond(own: Authorizer, other: Authorizer): readonly PermissionChange[] {
  const known = grantedBy(other);
  const groups = new Map<string, { readonly change: PermissionChange; readonly verbs: Set<string> }>();
  for (const [key, granted] of grantedBy(own)) {
    if (known.has(key)) continue;
    for (const question of questionsOf(granted)) {
      const { subject, namespace } = granted;
      if (other.authorize({ subject, ...question }).allowed === true) continue;
      const change = { subject, verbs: [], target: targetOf(question), namespace, ...nameOf(question) };
      const text = JSON.stringify([subjectKey(subject), change.target, namespace, question.name ?? ""]);
      const group = groups.get(text) ?? { change, verbs: new Set() };
      groups.set(text, { ...group, verbs: group.verbs.add(question.verb) });
    }
  }
  return [...groups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { change, verbs }]) => ({ ...change, verbs: [...verbs].sort() }));
}

/** Each request that a rule speaks of, by its own words: `*` asks for a rule that allows everything. */
function* questionsOf({ rule, namespace }: Granted): Generator<AccessQuestion> {
  for (const verb of rule.verbs) {
    if (namespace === "") for (const path of rule.urls) yield { verb, path };
    for (const apiGroup of rule.groups)
      for (const text of rule.resources)
        for (const name of rule.names.length > 0 ? rule.names : [""]) {
          const [resource = "", subresource = ""] = text.split("/");
          yield { verb, apiGroup, resource, subresource, namespace, name };
        }
  }
}

function targetOf({ path, resource = "", subresource = "", apiGroup = "" }: AccessQuestion): string {
  if (path !== undefined) return path;
  const group = apiGroup === "" || (apiGroup === "*" && resource === "*") ? "" : `.${apiGroup}`;
  return `${resource}${group}${subresource === "" ? "" : `/${subresource}`}`;
}

function nameOf({ name = "" }: AccessQuestion): { readonly name?: string } {
  return name === "" ? {} : { name };
}
