/**
 * Recognises the roles and bindings that the API server makes by itself, by what they grant and not by name alone.
 */
import type { Resource } from "../../model/resource.ts";
import { subjectKey, type Subject, type SubjectKind } from "../../model/subject.ts";
import type { Binding } from "../inventory.ts";
import type { ClusterRole } from "./aggregate.ts";
import { rbacGroup } from "./bindings.ts";
import { bindingTable, roleTable } from "./bootstrap-table.ts";
import { countParts, missingFrom, mostParts } from "./cover.ts";
import { once } from "../once.ts";
import { isPathAccess, rulesOf, type Access, type Rule } from "./rule.ts";

/** What an object with the name of a bootstrap one is. `added`: what it grants beyond, empty when unedited. */
export interface Bootstrap {
  readonly edited: boolean;
  readonly added: readonly string[];
}

const aggregateLabel = "rbac.authorization.k8s.io/aggregate-to-";

/** The ClusterRoles that every cluster has, unfilled as the API server first writes them. */
export const bootstrapClusterRoles: () => readonly ClusterRole[] = once(() =>
  roleTable.map(parseRole).flatMap((entry) => (entry.namespace === "" ? [entry.role] : [])),
);

/** What a ClusterRole of this name grants in a cluster where nobody edited it or added to what it gathers. */
export function bootstrapRulesOf(name: string): readonly Rule[] {
  const role = roles().get(keyOf({ namespace: "", name }));
  return role === undefined ? [] : filled(role);
}

const roles = once(() => new Map(roleTable.map(parseRole).map((entry) => [keyOf(entry), entry.role])));
const bindings = once(() => new Map(bindingTable.map(parseBinding).map((entry) => [entry.key, entry])));

/**
 * Compares a Role or ClusterRole with the one that the API server makes under its name; `undefined` where it makes
 * none. A role is edited when it grants anything that no version did. Fewer permissions are no edit: they differ by
 * version. `gathered`: rules that an aggregated role (`admin`, `edit`, `view`) has from roles of one's own, which
 * answer for them.
 */
export function bootstrapRoleOf(resource: Resource, gathered: readonly Rule[] = []): Bootstrap | undefined {
  const { namespace = "", name = "" } = resource.metadata;
  const clusterWide = resource.kind === "ClusterRole";
  if (clusterWide !== (namespace === "") || !resource.apiVersion.startsWith(`${rbacGroup}/`))
    return undefined;
  const own = roles().get(keyOf({ namespace, name }));
  if (own === undefined) return undefined;
  const rules = rulesOf(resource["rules"]);
  if (countParts(rules) > mostParts) return { edited: true, added: ["more than can be compared"] };
  const added = missingFrom([...filled(own), ...gathered], rules).map(wordsOf);
  return { edited: added.length > 0, added };
}

/** Compares a binding with the one that the API server makes under its name: the same role, and no subject more. */
export function bootstrapBindingOf(binding: Binding): Bootstrap | undefined {
  const { namespace, name } = binding.ref;
  if ((binding.ref.kind === "ClusterRoleBinding") !== (namespace === "")) return undefined;
  const own = bindings().get(keyOf({ namespace, name }));
  if (own === undefined) return undefined;
  const role = keyOf(binding.roleRef);
  const added = binding.subjects.map(subjectKey).filter((subject) => !own.subjects.includes(subject));
  if (role !== own.role || binding.roleRef.kind === "") added.unshift(`role ${binding.roleRef.name}`);
  return { edited: added.length > 0, added };
}

function filled(role: ClusterRole, depth = 0): readonly Rule[] {
  if (role.selectors.length === 0 || depth > 3) return role.rules;
  const labels = role.selectors.flatMap((selector) =>
    Object.keys((selector as { readonly matchLabels: object }).matchLabels),
  );
  return bootstrapClusterRoles()
    .filter((other) => labels.some((label) => label in other.labels))
    .flatMap((other) => filled(other, depth + 1));
}

function wordsOf(part: Access): string {
  if (isPathAccess(part)) return `${part.verb} ${part.path}`;
  const resource = part.group === "" ? part.resource : `${part.resource}.${part.group}`;
  return `${part.verb} ${resource}${part.name === "" ? "" : ` ${part.name}`}`;
}

function keyOf({ namespace, name }: { readonly namespace: string; readonly name: string }): string {
  return `${namespace}/${name}`;
}

function parseRole(line: string): {
  readonly namespace: string;
  readonly name: string;
  readonly role: ClusterRole;
} {
  const [head = "", ...rules] = line.split(" | ");
  const [path = "", ...marks] = head.split(" ");
  const [name = "", namespace = ""] = path.split("/").reverse();
  const labels: { [label: string]: string } = {};
  for (const mark of marks) if (mark.startsWith(">")) labels[aggregateLabel + mark.slice(1)] = "true";
  const selectors = marks
    .filter((mark) => mark.startsWith("<"))
    .map((mark) => ({ matchLabels: { [aggregateLabel + mark.slice(1)]: "true" } }));
  return { namespace, name, role: { name, labels, selectors, rules: rules.map(parseRule) } };
}

function parseRule(text: string): Rule {
  const [verbs = "", targets = "", names = ""] = text.split(" ");
  const rule = {
    verbs: verbs.split(","),
    groups: [],
    resources: [],
    names: names === "" ? [] : names.slice(1).split(","),
    urls: [],
  };
  if (targets.startsWith("~")) return { ...rule, urls: targets.slice(1).split(",") };
  const colon = targets.indexOf(":");
  return { ...rule, groups: [targets.slice(0, colon)], resources: targets.slice(colon + 1).split(",") };
}

function parseBinding(line: string): {
  readonly key: string;
  readonly role: string;
  readonly subjects: readonly string[];
} {
  const [path = "", rolePath = "", ...subjects] = line.split(" ");
  const [key, role] = [path, rolePath].map((text) => (text.includes("/") ? text : `/${text}`)) as [
    string,
    string,
  ];
  return { key, role, subjects: subjects.map((text) => subjectKey(parseSubject(text))) };
}

function parseSubject(text: string): Subject {
  const [kind, first = "", second = ""] = text.split("/");
  return kind === "ServiceAccount"
    ? { kind, namespace: first, name: second }
    : { kind: kind as SubjectKind, namespace: "", name: first };
}
