/** The audit log of the API server: what service accounts asked for, and whether they were let. */
import {
  defineSensor,
  type ObservationDetail,
  type Parsed,
  type RawRecord,
  type Where,
} from "@plimsoll/core";
import { at, listAt, numberAt, objectAt, present, rejected, textAt, textsAt } from "../field.ts";

const web = {
  kind: "Event",
  apiVersion: "audit.k8s.io/v1",
  level: "Metadata",
  auditID: "ad209ce1-fec7-4130-8192-c4cc63f1d8cd",
  stage: "ResponseComplete",
  requestURI: "/api/v1/namespaces/shop/configmaps/settings?timeout=35s",
  verb: "update",
  user: {
    username: "system:serviceaccount:shop:web",
    groups: ["system:serviceaccounts"],
    extra: { "authentication.kubernetes.io/pod-name": ["web-1"] },
  },
  objectRef: { resource: "configmaps", namespace: "shop", name: "settings", apiVersion: "v1" },
  responseStatus: { metadata: {}, code: 200 },
  requestReceivedTimestamp: "2026-09-01T08:27:20.200962Z",
  stageTimestamp: "2026-09-01T08:27:20.206710Z",
} as const;
const where = { namespace: "shop", workloadKind: "ServiceAccount", workload: "web", pod: "web-1" } as const;
const shared = { part: "event", where, time: "2026-09-01T08:27:20.206710Z", trust: "tool" } as const;

export const kubernetesAudit = defineSensor({
  id: "kubernetes-audit",
  title: "Kubernetes audit log",
  observes: { "api-request": "partial" },
  blind: [
    "requests that the audit policy leaves out; with --audit-policy it is read, and the log counts as whole where it leaves out none",
    "everything that is no request to the API server",
  ],
  source: "--audit-log-path of the API server, or the body that its audit webhook is sent",
  recognizes: (record) =>
    record["kind"] === "Event" && textAt(record, "apiVersion")?.startsWith("audit.k8s.io/") === true,
  parse,
  examples: [
    {
      title: "a service account that updates a config map",
      record: web,
      gives: [
        {
          ...shared,
          detail: {
            kind: "api-request",
            verb: "update",
            group: "",
            resource: "configmaps",
            namespace: "shop",
            name: "settings",
            allowed: true,
          },
        },
      ],
    },
    {
      title: "one that is refused by the authorizer",
      record: {
        ...web,
        verb: "list",
        user: { username: "system:serviceaccount:shop:web" },
        objectRef: { resource: "secrets", namespace: "shop", apiVersion: "v1" },
        responseStatus: { code: 403 },
        annotations: { "authorization.k8s.io/decision": "forbid" },
      },
      gives: [
        {
          ...shared,
          where: { namespace: "shop", workloadKind: "ServiceAccount", workload: "web" },
          detail: {
            kind: "api-request",
            verb: "list",
            group: "",
            resource: "secrets",
            namespace: "shop",
            allowed: false,
          },
        },
      ],
    },
    {
      title: "one that acts as another user",
      record: {
        ...web,
        verb: "get",
        impersonatedUser: { username: "admin", groups: ["ops"] },
        objectRef: {
          resource: "pods",
          namespace: "shop",
          subresource: "exec",
          name: "db-0",
          apiVersion: "v1",
        },
      },
      gives: [
        {
          ...shared,
          detail: {
            kind: "api-request",
            verb: "impersonate",
            group: "",
            resource: "users",
            namespace: "",
            name: "admin",
            allowed: true,
          },
        },
        {
          ...shared,
          detail: {
            kind: "api-request",
            verb: "impersonate",
            group: "",
            resource: "groups",
            namespace: "",
            name: "ops",
            allowed: true,
          },
        },
      ],
    },
    {
      title: "a request for no resource",
      record: { ...web, verb: "get", requestURI: "/metrics?x=1", objectRef: undefined },
      gives: [
        {
          ...shared,
          detail: {
            kind: "api-request",
            verb: "get",
            group: "",
            resource: "",
            namespace: "",
            path: "/metrics",
            allowed: true,
          },
        },
      ],
    },
    {
      title: "what lasts, as a forwarded port, is told as it begins: its end may be hours away",
      record: {
        ...web,
        stage: "ResponseStarted",
        verb: "create",
        objectRef: {
          resource: "pods",
          namespace: "shop",
          subresource: "portforward",
          name: "db-0",
          apiVersion: "v1",
        },
        responseStatus: { metadata: {}, code: 101 },
      },
      gives: [
        {
          ...shared,
          detail: {
            kind: "api-request",
            verb: "create",
            group: "",
            resource: "pods",
            subresource: "portforward",
            namespace: "shop",
            name: "db-0",
            allowed: true,
          },
        },
      ],
    },
    {
      title: "a request that is not answered yet",
      record: { ...web, stage: "RequestReceived" },
      gives: [{ part: "rejected", why: "not-complete" }],
    },
    {
      title: "a person",
      record: { ...web, user: { username: "kubernetes-admin" } },
      gives: [{ part: "rejected", why: "no-workload" }],
    },
  ],
});

const account = /^system:serviceaccount:([a-z0-9.-]{1,253}):([a-z0-9.-]{1,253})$/;

/** `ResponseStarted` only of what lasts: a watch, somebody's exec, a forwarded port. */
const answered: ReadonlySet<string | undefined> = new Set(["ResponseStarted", "ResponseComplete"]);

function* parse(record: RawRecord): Generator<Parsed> {
  if (!answered.has(textAt(record, "stage"))) return yield rejected("not-complete");
  const [, namespace, name] = account.exec(textAt(record, "user", "username") ?? "") ?? [];
  if (namespace === undefined || name === undefined) return yield rejected("no-workload");
  const pod = textsAt(record, "user", "extra", "authentication.kubernetes.io/pod-name")[0];
  const where: Where = {
    namespace,
    workloadKind: "ServiceAccount",
    workload: name,
    ...present({ pod }),
  };
  const time = textAt(record, "stageTimestamp") ?? textAt(record, "requestReceivedTimestamp");
  const shared = { part: "event", where, time, trust: "tool" } as const;
  const verb = textAt(record, "verb");
  if (verb === undefined) return yield rejected("incomplete");
  // What was asked for as somebody else was allowed to somebody else; the account's own doing is to act as him.
  if (objectAt(record, "impersonatedUser") !== undefined) {
    for (const detail of impersonated(record)) yield { ...shared, detail };
    return;
  }
  const detail = requestOf(record, verb);
  yield detail === undefined ? rejected("incomplete") : { ...shared, detail };
}

function requestOf(record: RawRecord, verb: string): ObservationDetail | undefined {
  const object = objectAt(record, "objectRef");
  const allowed = isAllowed(record);
  const resource = textAt(object, "resource");
  if (object !== undefined && resource === undefined) return undefined;
  if (resource === undefined) {
    const path = textAt(record, "requestURI")?.split("?")[0];
    if (path === undefined) return undefined;
    return { kind: "api-request", verb, group: "", resource: "", namespace: "", path, allowed };
  }
  return {
    kind: "api-request",
    verb,
    group: textAt(object, "apiGroup") ?? "",
    resource,
    namespace: textAt(object, "namespace") ?? "",
    ...present({ subresource: textAt(object, "subresource"), name: textAt(object, "name") }),
    allowed,
  };
}

/** The authorizer's word where it is told: a 403 may as well come from admission. */
function isAllowed(record: RawRecord): boolean {
  const decision = textAt(record, "annotations", "authorization.k8s.io/decision");
  if (decision !== undefined) return decision === "allow";
  const code = numberAt(record, "responseStatus", "code");
  return code !== 401 && code !== 403;
}

function* impersonated(record: RawRecord): Generator<ObservationDetail> {
  const allowed = isAllowed(record);
  const shared = { kind: "api-request", verb: "impersonate", group: "", allowed } as const;
  const username = textAt(record, "impersonatedUser", "username");
  const [, namespace, name] = account.exec(username ?? "") ?? [];
  if (namespace !== undefined && name !== undefined)
    yield { ...shared, resource: "serviceaccounts", namespace, name };
  else if (username !== undefined) yield { ...shared, resource: "users", namespace: "", name: username };
  for (const group of textsAt(record, "impersonatedUser", "groups").slice(0, 20))
    yield { ...shared, resource: "groups", namespace: "", name: group };
}

/** What is left out, as a rule of the policy says it; undefined: every answered request of an account is recorded. */
export function leftOutBy(policy: unknown): string | undefined {
  const rules = at(policy, "rules");
  if (!Array.isArray(rules) || rules.length === 0) return "it has no rules, and records nothing";
  if (listAt(policy, "omitStages").includes("ResponseComplete")) return "it omits the stage ResponseComplete";
  for (const [index, rule] of rules.entries()) {
    if (listAt(rule, "omitStages").includes("ResponseComplete"))
      return `rule ${index + 1} omits the stage ResponseComplete`;
    if (at(rule, "level") === "None" && !isOfNoAccount(rule)) return `rule ${index + 1} has the level None`;
  }
  const last: unknown = rules.at(-1);
  const catchesAll = ["users", "userGroups", "verbs", "resources", "namespaces", "nonResourceURLs"].every(
    (key) => listAt(last, key).length === 0,
  );
  return catchesAll ? undefined : "requests that none of its rules match are not recorded";
}

/** It names users, none of whom is a service account, or groups that none belongs to. */
function isOfNoAccount(rule: unknown): boolean {
  const [users, groups] = [listAt(rule, "users"), listAt(rule, "userGroups")];
  const others = users.every(
    (user) => typeof user === "string" && !user.startsWith("system:serviceaccount:"),
  );
  const outside = groups.every((group) => group === "system:nodes" || group === "system:unauthenticated");
  return users.length + groups.length > 0 && others && outside;
}
