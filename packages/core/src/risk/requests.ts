/** Whether what a role or a binding gives to service accounts was asked for by them. */
import type { Judged } from "../controls/ledger.ts";
import type { Question } from "../evidence/answer.ts";
import type { Binding, Inventory } from "../inventory/inventory.ts";
import { ruleAllows, rulesOf, type Access, type Rule } from "../inventory/rbac/rule.ts";
import type { Lack } from "../model/evidence.ts";
import type { ContainerKey, ObservationDetail } from "../model/observation.ts";
import { refKey, type ResourceRef } from "../model/resource.ts";
import { subjectKey, type Subject } from "../model/subject.ts";

export interface Claimed extends Question {
  /** `uses the capability SYS_ADMIN` */
  readonly claim: string;
}

/** A right of one account: rules, in a namespace or (`""`) everywhere. */
interface Right {
  readonly account: Subject;
  readonly rules: readonly Rule[];
  readonly namespace: string;
}

export function requestQuestion({ result, place }: Judged, inventory: Inventory): Claimed | undefined {
  const isBinding = result.resource.kind.endsWith("Binding");
  const index = Number(place?.item?.at(-1));
  const bindings = inventory.bindings.filter(({ ref, roleRef }) =>
    isSame(isBinding ? ref : roleRef, result.resource),
  );
  const given = bindings.flatMap((binding) =>
    rightsOf(binding, isBinding ? index : NaN, isBinding ? NaN : index),
  );
  const accounts = given.filter(({ account }) => account.kind === "ServiceAccount");
  if (accounts.length === 0) return undefined;
  const others = given.find(({ account }) => account.kind !== "ServiceAccount");
  return {
    claim: isBinding ? "uses what the binding gives" : "uses what the rule allows",
    kinds: ["api-request"],
    containers: containersOf(accounts, inventory),
    isUse: (detail) => accounts.some((right) => isAllowedBy(detail, right)),
    ...(others === undefined ? {} : { beyond: unobserved(others.account) }),
  };
}

function isSame(a: ResourceRef, b: ResourceRef): boolean {
  return refKey(a) === refKey(b);
}

/** Of one subject, or by one rule, where an index names it. */
function rightsOf(binding: Binding, subject: number, rule: number): readonly Right[] {
  const rules = rulesOf(binding.role?.["rules"]);
  const named = Number.isInteger(rule) ? rules.slice(rule, rule + 1) : rules;
  const subjects = Number.isInteger(subject)
    ? binding.subjects.slice(subject, subject + 1)
    : binding.subjects;
  return subjects.map((account) => ({ account, rules: named, namespace: binding.namespace }));
}

function isAllowedBy(detail: ObservationDetail, { rules, namespace }: Right): boolean {
  if (detail.kind !== "api-request" || !detail.allowed) return false;
  if (namespace !== "" && detail.namespace !== namespace) return false;
  const { verb, group, resource, subresource = "", name = "", path } = detail;
  const access: Access =
    path === undefined
      ? { verb, group, resource, subresource, namespace: detail.namespace, name }
      : { verb, path };
  return rules.some((rule) => ruleAllows(rule, access));
}

/** The account itself, and the workloads that run under it, for requests that are told of a pod. */
function containersOf(rights: readonly Right[], inventory: Inventory): readonly ContainerKey[] {
  const accounts = new Map(rights.map(({ account }) => [subjectKey(account), account]));
  return [...accounts.values()].flatMap(({ namespace, name }) => [
    { namespace, workloadKind: "ServiceAccount", workload: name, container: "" },
    ...inventory.workloads
      .filter(
        ({ derived, serviceAccount }) =>
          !derived && serviceAccount.namespace === namespace && serviceAccount.name === name,
      )
      .map(({ root }) => ({
        namespace: root.namespace,
        workloadKind: root.kind,
        workload: root.name,
        container: "",
      })),
  ]);
}

function unobserved(subject: Subject): Lack {
  return {
    id: "blind",
    text: `what ${subjectKey(subject)} does is not observed`,
    remedy: "ask them, or look for their requests in the audit log",
    counts: true,
  };
}
