/** Rules and subjects of roles and bindings: refuses requests to the API of whoever holds them. Every request that was seen and let is asked of our authorizer again. */
import type { Inventory } from "../../inventory/inventory.ts";
import { authorizer, type Authorizer } from "../../inventory/rbac/authorizer.ts";
import { countParts, missingFrom, mostParts } from "../../inventory/rbac/cover.ts";
import { tidy } from "../../inventory/rbac/permissions.ts";
import type { Grant, Grants } from "../../inventory/rbac/grants.ts";
import type { RoleFacts } from "../../inventory/rbac/roles.ts";
import { rulesOf, type Rule } from "../../inventory/rbac/rule.ts";
import { everyone, identityOf, subjectOfUser, superusers } from "../../inventory/rbac/subjects.ts";
import { isJsonArray } from "../../model/json.ts";
import type { PatchOperation } from "../../model/finding.ts";
import { refKey, refOf, type Resource } from "../../model/resource.ts";
import { subjectKey, type Subject } from "../../model/subject.ts";
import type { Missing } from "../../model/verdict.ts";
import type { Repair, Seen } from "../fields/field.ts";
import { byObservation, clearByConstruction, unknownFor } from "../fields/judgement.ts";
import type { Account } from "../verdicts/gathered.ts";
import { questionOf, rulesFor, ruleText } from "../generators/role.ts";
import { defineObjectField, type ObjectChange, type ObjectJudgement } from "./object-field.ts";
import { changedInventory, requestsOf } from "./object-ground.ts";
import { rightsExamples } from "./rights-examples.ts";

interface Rights {
  readonly was: Authorizer;
  /** As it would be; made where something has to be asked of it. */
  readonly is: () => Authorizer;
  /** The rules of a grant as they would be; `undefined` where more than rules of a role changes. */
  readonly after?: (grant: Grant) => readonly Rule[];
}

function rightsOf({ before, after, ground: { inventory } }: ObjectChange): Rights {
  const was = authorizer(inventory);
  let is: Authorizer | undefined;
  const rights = { was, is: () => (is ??= authorizer(changedInventory(inventory, after))) };
  const kept = ({ metadata, rules: _r, ...rest }: Resource): string =>
    JSON.stringify([metadata.labels, rest]);
  const isOfRules = before.kind.endsWith("Role") && kept(before) === kept(after);
  if (!isOfRules || before["aggregationRule"] !== undefined) return rights;
  const key = refKey(refOf(before));
  const now = rulesOf(after["rules"]);
  return {
    ...rights,
    after: (grant) => {
      const others = grant.role.rules.filter(({ origin }) => refKey(origin) !== key).map(({ rule }) => rule);
      return writtenIn(grant.role).has(key) ? [...others, ...now] : others;
    },
  };
}

/** The role itself, and those in which rules of it are written. */
function writtenIn({ ref, rules }: RoleFacts): ReadonlySet<string> {
  return new Set([ref, ...rules.map(({ origin }) => origin)].map(refKey));
}

function judge(change: ObjectChange): readonly ObjectJudgement[] {
  const { inventory } = change.ground;
  const rights = rightsOf(change);
  const unread: readonly Missing[] = [
    ...rights.was.grants.missing().map((text) => ({
      text,
      remedy: "let the account that reads list roles and bindings, and read again",
    })),
    ...(inventory.server.kind === "files" && change.before.kind.endsWith("Role") ? [boundElsewhere] : []),
  ];
  // Where no request was seen there is none to ask again: that it is not known needs no other cluster.
  if (unread.length > 0 && !hasRequests(change)) return [notAllRead(unread)];
  const losing = touched(rights, change.before).filter((subject) => loses(rights, subject));
  const accounts = accountsAmong(losing, inventory, change).filter((account) =>
    loses(rights, { kind: "ServiceAccount", ...account }),
  );
  const others = losing.filter(isSilent);
  const judgements = [
    ...accounts.map((account) => ofAccount(account, rights, change)),
    ...(others.length === 0 ? [] : [ofSilent(others)]),
    ...(unread.length === 0 ? [] : [notAllRead(unread)]),
  ];
  return judgements.length > 0
    ? judgements
    : [{ judgement: clearByConstruction("No right of anybody that was read goes") }];
}

function notAllRead(unread: readonly Missing[]): ObjectJudgement {
  return { judgement: unknownFor("Who holds it was not all read", unread) };
}

/** What stands in files is not all that will be there. */
const boundElsewhere: Missing = {
  text: "whether bindings name it that are not in the files",
  remedy: "scan the cluster, or a snapshot of it",
};

const asking = new WeakMap<object, boolean>();

function hasRequests({ ground: { seen } }: ObjectChange): boolean {
  const { observations } = seen;
  let has = asking.get(observations);
  if (has === undefined)
    asking.set(observations, (has = observations.some(({ detail }) => detail.kind === "api-request")));
  return has;
}

/** Whoever holds what changes: all others lose nothing. */
function touched(rights: Rights, before: Resource): readonly Subject[] {
  const { grants } = rights.was;
  const own = touchedGrants(rights, refKey(refOf(before)));
  if ([...own].every(({ subject }) => subject.kind !== "Group"))
    return [...new Map([...own].map(({ subject }) => [subjectKey(subject), subject])).values()];
  return grants.subjects.filter((subject) => grants.all(identityOf(subject)).some((grant) => own.has(grant)));
}

/** By the binding or the role that changes, or by a role that gathers its rules, now or then. */
function touchedGrants({ was: { grants }, is, after }: Rights, key: string): ReadonlySet<Grant> {
  if (after !== undefined) return new Set(grantsByRole(grants).get(key));
  const next = is().grants;
  const isTouched = ({ binding, role }: Grant): boolean =>
    refKey(binding) === key || [role, next.role(role.ref)].some((each) => writtenIn(each).has(key));
  return new Set(allGrants(grants).filter(isTouched));
}

function allGrants(grants: Grants): readonly Grant[] {
  return ["", ...grants.namespaces].flatMap((namespace) => grants.in(namespace));
}

const byRole = new WeakMap<Grants, ReadonlyMap<string, readonly Grant[]>>();

/** Of each role, the grants by which its rules are held. */
function grantsByRole(grants: Grants): ReadonlyMap<string, readonly Grant[]> {
  const known = byRole.get(grants);
  if (known !== undefined) return known;
  const found = new Map<string, Grant[]>();
  for (const grant of allGrants(grants))
    for (const key of writtenIn(grant.role)) {
      const list = found.get(key);
      if (list === undefined) found.set(key, [grant]);
      else list.push(grant);
    }
  byRole.set(grants, found);
  return found;
}

/** RBAC is not asked about members of `system:masters`. */
function loses({ was, is, after }: Rights, subject: Subject): boolean {
  const identity = identityOf(subject);
  if (identity.groups.includes(superusers)) return false;
  const places = new Set(was.grants.all(identity).map(({ namespace }) => namespace));
  return [...places].some((namespace) => {
    const own = was.grants.of(identity, namespace);
    const old = own.flatMap(rulesIn);
    const now =
      after === undefined ? is().grants.of(identity, namespace).flatMap(rulesIn) : own.flatMap(after);
    if (JSON.stringify(old) === JSON.stringify(now)) return false;
    return countParts(old) > mostParts || missingFrom(now, old).length > 0;
  });
}

function rulesIn({ role }: Grant): readonly Rule[] {
  return role.rules.map(({ rule }) => rule);
}

/** Accounts that are meant by themselves, or as members of the groups that all accounts are in. */
function accountsAmong(
  subjects: readonly Subject[],
  inventory: Inventory,
  { ground }: ObjectChange,
): readonly Account[] {
  const named = subjects.flatMap((subject): readonly Account[] => {
    const { kind, namespace, name } = subject.kind === "User" ? subjectOfUser(subject.name) : subject;
    return kind === "ServiceAccount" ? [{ namespace, name }] : [];
  });
  const groups = new Set(subjects.flatMap(({ kind, name }) => (kind === "Group" ? [name] : [])));
  const isMember = ({ namespace }: Account): boolean =>
    groups.has(everyone.accounts) ||
    groups.has(everyone.authenticated) ||
    groups.has(`${everyone.accounts}:${namespace}`);
  const seen = ground.seen.observations
    .filter(({ container }) => container.workloadKind === "ServiceAccount")
    .map(({ container }) => ({ namespace: container.namespace, name: container.workload }));
  const used = inventory.workloads.map(({ serviceAccount: { namespace, name } }) => ({ namespace, name }));
  const all = [...named, ...[...seen, ...used].filter(isMember)];
  const byKey = new Map(all.map(({ namespace, name }) => [`${namespace}/${name}`, { namespace, name }]));
  return [...byKey].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, account]) => account);
}

/** Observations tell of accounts alone what is asked for. */
function isSilent(subject: Subject): boolean {
  if (subject.kind === "Group")
    return subject.name !== everyone.accounts && !subject.name.startsWith(`${everyone.accounts}:`);
  return subject.kind === "User" && subjectOfUser(subject.name).kind === "User";
}

function ofSilent(subjects: readonly Subject[]): ObjectJudgement {
  const missing = subjects.map(({ kind, name }): Missing => {
    const field = kind === "Group" ? "user.groups" : "user.username";
    return {
      text: `what ${kind} ${name} asks the API for`,
      remedy: `look for ${field} ${name} in the audit log of the API server`,
    };
  });
  return { judgement: unknownFor("What people and groups ask for, observations do not tell", missing) };
}

function ofAccount(account: Account, rights: Rights, change: ObjectChange): ObjectJudgement {
  const seen = requestsOf(account, change.ground);
  const refused: Seen<"api-request">[] = [];
  const missing: Missing[] = [];
  for (const entry of seen.seen("api-request")) {
    const question = {
      subject: { kind: "ServiceAccount" as const, ...account },
      ...questionOf(entry.detail),
    };
    if (!entry.detail.allowed || rights.was.authorize(question).allowed === false) continue;
    const { allowed, missing: unread } = rights.is().authorize(question);
    if (allowed === false) refused.push(entry);
    if (allowed === "unknown" && rights.was.authorize(question).allowed === true)
      missing.push(...unread.map((text) => ({ text, remedy: "let the account that reads list it" })));
  }
  const judgement = byObservation(
    { seen },
    {
      who: `ServiceAccount ${account.namespace}/${account.name}`,
      kinds: ["api-request"],
      refused,
      doing: "ask the API for what it would be refused",
      missing,
      repair: () => repairOf(refused, change),
    },
  );
  return { judgement, seen };
}

/** The rules that it asked by, as narrow as it was seen to ask; `undefined` where nothing would then have been taken away. */
function repairOf(
  refused: readonly Seen<"api-request">[],
  { before, after }: ObjectChange,
): Repair | undefined {
  if (!before.kind.endsWith("Role")) return undefined;
  const needed = tidy(rulesFor(refused.map(({ detail }) => detail)));
  const [old, now] = [rulesOf(before["rules"]), rulesOf(after["rules"])];
  if (countParts(old) <= mostParts && missingFrom([...now, ...needed], old).length === 0) return undefined;
  const values = needed.map(ruleText);
  const operations: readonly PatchOperation[] = isJsonArray(after["rules"])
    ? values.map((value) => ({ op: "add", path: "/rules/-", value }))
    : [{ op: "add", path: "/rules", value: values }];
  return { operations, text: needed.map(wordsOf).join(", and ") };
}

function wordsOf({ verbs, groups, resources, names, urls }: Rule): string {
  const what = urls.length > 0 ? urls : resources.map((name) => (groups[0] ? `${name}.${groups[0]}` : name));
  return `a rule to ${verbs.join(", ")} ${what.join(", ")}${names.length === 0 ? "" : ` named ${names.join(", ")}`}`;
}

const group = "rbac.authorization.k8s.io/v1";

export const rights = defineObjectField({
  id: "rights",
  title: "requests to the API by whoever holds it",
  kinds: ["Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding"].map((kind) => `${group}/${kind}`),
  paths: [
    "object.rules",
    "object.aggregationRule",
    "object.subjects",
    "object.roleRef",
    "object.metadata.labels",
  ],
  reach: "cluster",
  blind: [
    "what people and groups other than service accounts ask for",
    "requests that the audit policy leaves out of the log",
  ],
  judge,
  examples: rightsExamples,
});
