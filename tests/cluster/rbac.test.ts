/**
 * The law of one authorizer: random roles and bindings are given to the real API server and to ours, both are asked the
 * same random questions, and no difference is tolerated. The SubjectAccessReview is the judge.
 */
import { createInventory, type Resource, type Snapshot } from "@plimsoll/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  authorizer,
  type AccessQuestion,
  type Authorizer,
} from "../../packages/core/src/inventory/rbac/authorizer.ts";
import { bindingOf, rbacKinds } from "../../packages/core/src/inventory/rbac/bindings.ts";
import { bootstrapBindingOf, bootstrapRoleOf } from "../../packages/core/src/inventory/rbac/bootstrap.ts";
import {
  namespaces,
  random,
  randomAsk,
  randomRbac,
  type Ask,
  type RandomRbac,
} from "../../packages/core/src/inventory/rbac/fixtures/random.ts";
import { subjectOfUser, type Actor, type Identity } from "../../packages/core/src/inventory/rbac/subjects.ts";
import { kubeconfigOf, openApi, until } from "./api.ts";

const api = openApi(kubeconfigOf("admin"));
const group = "rbac.authorization.k8s.io";
const root = `/apis/${group}/v1`;
const prefix = "rbac-law";
const rounds = Number(process.env["PLIMSOLL_RBAC_ROUNDS"] ?? 6);
const asksPerRound = Number(process.env["PLIMSOLL_RBAC_ASKS"] ?? 1500);
const rolesPerRound = 40;

const plurals: { readonly [kind: string]: string } = {
  Role: "roles",
  ClusterRole: "clusterroles",
  RoleBinding: "rolebindings",
  ClusterRoleBinding: "clusterrolebindings",
};

function pathOf({ kind, metadata }: Resource): string {
  const place = metadata.namespace === undefined ? "" : `/namespaces/${metadata.namespace}`;
  return `${root}${place}/${plurals[kind]}`;
}

async function create(resource: Resource): Promise<void> {
  const { status, body } = await api.send("POST", pathOf(resource), resource);
  if (status !== 201)
    throw new Error(`${resource.kind} ${resource.metadata.name}: ${status} ${body.message}`);
}

/** Every RBAC object of the cluster. Items of a list lack their kind. */
async function readAll(): Promise<readonly Resource[]> {
  const lists = await Promise.all(
    Object.entries(plurals).map(async ([kind, plural]) => {
      const { status, body } = await api.send("GET", `${root}/${plural}`);
      if (status !== 200) throw new Error(`${plural}: ${status} ${body.message}`);
      return (body.items ?? []).map((item) => ({ ...item, apiVersion: `${group}/v1`, kind }) as Resource);
    }),
  );
  return lists.flat();
}

function snapshotOf(resources: readonly Resource[], kind: "cluster" | "files"): Snapshot {
  return {
    header: {
      format: "plimsoll-snapshot",
      version: 1,
      takenAt: "2026-01-01T00:00:00Z",
      server: { kind, name: "test" },
    },
    resources: resources.map((resource) => ({ resource, source: { file: kind } })),
    observations: [],
    images: [],
    gaps: [],
    skipped: [],
    covered: kind === "files" ? ["*"] : Object.values(rbacKinds),
  };
}

function authorizerOf(resources: readonly Resource[], kind: "cluster" | "files"): Authorizer {
  return authorizer(createInventory(snapshotOf(resources, kind)));
}

function actorOf({ user, groups }: Identity): Actor {
  return user === ""
    ? { kind: "Group", namespace: "", name: groups[0]!, groups }
    : { ...subjectOfUser(user), groups };
}

async function review({ identity, question }: Ask): Promise<boolean> {
  const { verb, path, apiGroup, resource, subresource, namespace, name } = question;
  const attributes =
    path === undefined
      ? { resourceAttributes: { verb, group: apiGroup, resource, subresource, namespace, name } }
      : { nonResourceAttributes: { verb, path } };
  const { user, groups } = identity;
  const { status, body } = await api.send("POST", "/apis/authorization.k8s.io/v1/subjectaccessreviews", {
    apiVersion: "authorization.k8s.io/v1",
    kind: "SubjectAccessReview",
    spec: { ...(user === "" ? {} : { user }), groups, ...attributes },
  });
  if (status !== 201) throw new Error(`review: ${status} ${body.message}`);
  return (body["status"] as unknown as { readonly allowed: boolean }).allowed;
}

/** The API server decides from its own cache, which may lag behind what it has just stored. */
async function reviewUntil(ask: Ask, expected: boolean): Promise<boolean> {
  for (let attempt = 0; attempt < 20; attempt += 1) {
    if ((await review(ask)) === expected) return expected;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  return !expected;
}

async function inParallel<T, R>(
  items: readonly T[],
  work: (item: T) => Promise<R>,
  width = 24,
): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let at = next++; at < items.length; at = next++) results[at] = await work(items[at]!);
  };
  await Promise.all(Array.from({ length: width }, worker));
  return results;
}

async function removeAll(): Promise<void> {
  const own = (await readAll()).filter(({ metadata }) => metadata.name?.startsWith(prefix));
  await inParallel(own, (resource) => api.send("DELETE", `${pathOf(resource)}/${resource.metadata.name}`));
}

const isOwn = ({ metadata }: Resource): boolean => metadata.name?.startsWith(prefix) === true;

/** The rules of each cluster role as the controller filled them in. */
function ruleSets(resources: readonly Resource[]): ReadonlyMap<string, string> {
  const canonical = (value: unknown): string => {
    const {
      verbs,
      apiGroups = [],
      resources: named = [],
      resourceNames = [],
      nonResourceURLs = [],
    } = value as { readonly [key: string]: readonly string[] };
    return JSON.stringify([verbs, apiGroups, named, resourceNames, nonResourceURLs]);
  };
  const roles = resources.filter((resource) => resource.kind === "ClusterRole" && isOwn(resource));
  return new Map(
    roles.map((role) => [
      role.metadata.name!,
      ((role["rules"] ?? []) as readonly unknown[]).map(canonical).sort().join("\n"),
    ]),
  );
}

/** What the library gathers, for the roles of which it is sure. */
function gatheredSets(manifests: readonly Resource[]): ReadonlyMap<string, string> {
  const { grants } = authorizerOf(manifests, "files");
  const roles = manifests.filter(({ kind }) => kind === "ClusterRole");
  return new Map(
    roles.flatMap(({ apiVersion, kind, metadata }) => {
      const facts = grants.role({ apiVersion, kind, namespace: "", name: metadata.name! });
      if (facts.missing !== undefined) return [];
      const rules = facts.rules.map(({ rule }) =>
        JSON.stringify([rule.verbs, rule.groups, rule.resources, rule.names, rule.urls]),
      );
      return [[metadata.name!, [...new Set(rules)].sort().join("\n")] as const];
    }),
  );
}

function differencesOf(a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): readonly string[] {
  return [...a].filter(([name, rules]) => b.get(name) !== rules).map(([name]) => name);
}

beforeAll(async () => {
  for (const name of namespaces) {
    const { status } = await api.send("POST", "/api/v1/namespaces", {
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name },
    });
    if (status !== 201 && status !== 409) throw new Error(`namespace ${name}: ${status}`);
  }
  await removeAll();
});

afterAll(async () => {
  await removeAll();
  await inParallel(namespaces, (name) => api.send("DELETE", `/api/v1/namespaces/${name}`));
  await api.close();
});

async function install({ roles, bindings }: RandomRbac): Promise<readonly Resource[]> {
  await removeAll();
  await inParallel(roles, create);
  await inParallel(bindings, create);
  const expected = gatheredSets(roles);
  let live: readonly Resource[] = [];
  let different: readonly string[] = [];
  await until("the controller to gather what the library gathers", async () => {
    live = await readAll();
    different = differencesOf(expected, ruleSets(live));
    return different.length === 0;
  }).catch((error: unknown) => {
    throw new Error(`gathered otherwise: ${different.join(", ")}`, { cause: error });
  });
  return live;
}

describe.each(Array.from({ length: rounds }, (_, at) => at + 1))("round %i", (seed) => {
  const dice = random(seed * 7919);
  const rbac = randomRbac(dice, rolesPerRound, `${prefix}-${seed}`);

  test("ours and the API server's answers are the same", async () => {
    const live = await install(rbac);
    const ours = authorizerOf(live, "cluster");
    const fromFiles = authorizerOf(
      [...rbac.roles, ...rbac.bindings, ...live.filter((each) => !isOwn(each))],
      "files",
    );
    const filled: RandomRbac = {
      roles: live.filter(isOwn).filter(({ kind }) => !kind.endsWith("Binding")),
      bindings: rbac.bindings,
    };
    const asks = Array.from({ length: asksPerRound }, () => randomAsk(dice, filled));
    const counts = { allowed: 0, unknownInFiles: 0 };
    const differences = await inParallel(asks, async (ask) => {
      const request = { subject: actorOf(ask.identity), ...ask.question };
      const { allowed } = ours.authorize(request);
      if (allowed === "unknown") return [{ ask, ours: allowed }];
      const theirs = await reviewUntil(ask, allowed);
      counts.allowed += Number(theirs);
      const files = fromFiles.authorize(request).allowed;
      counts.unknownInFiles += Number(files === "unknown");
      return allowed === theirs && (files === "unknown" || files === theirs)
        ? []
        : [{ ask, ours: allowed, files, theirs }];
    });
    expect(differences.flat()).toEqual([]);
    expect(counts.allowed).toBeGreaterThan(asksPerRound / 10);
    expect(asksPerRound - counts.unknownInFiles).toBeGreaterThan(asksPerRound / 10);
    console.log(`RBAC round ${seed}: ${asks.length} reviews, ${counts.allowed} allowed, no difference`);
  });

  test("who can: everyone named may, everyone not named may not", async () => {
    const ours = authorizerOf(await readAll(), "cluster");
    const questions = Array.from({ length: 40 }, () => randomAsk(dice, rbac).question);
    const wrong = await inParallel(
      questions,
      async (question) => {
        const named = new Set(
          ours
            .whoCan(question)
            .holders.map(({ subject }) => `${subject.kind} ${subject.namespace}/${subject.name}`),
        );
        const asked = ours.grants.subjects.filter(() => dice.chance(0.15));
        const answers = await inParallel(
          asked,
          async (subject) => {
            const user =
              subject.kind === "ServiceAccount"
                ? `system:serviceaccount:${subject.namespace}:${subject.name}`
                : subject.name;
            const identity =
              subject.kind === "Group" ? { user: "", groups: [subject.name] } : { user, groups: [] };
            if (subject.name === "system:masters") return [];
            const mentioned = named.has(`${subject.kind} ${subject.namespace}/${subject.name}`);
            const allowed = await review({ identity, question });
            return allowed === mentioned || sameUser(ours, question, subject.name, allowed)
              ? []
              : [{ subject, question, allowed }];
          },
          4,
        );
        return answers.flat();
      },
      6,
    );
    expect(wrong.flat()).toEqual([]);
  });
});

/** A user may be named as an account, and an account as a user. */
function sameUser(ours: Authorizer, question: AccessQuestion, name: string, allowed: boolean): boolean {
  const others = ours.whoCan(question).holders.filter(({ subject }) => subject.kind !== "Group");
  return (
    allowed &&
    others.some(({ subject }) => name.endsWith(`:${subject.name}`) || subject.name.endsWith(`:${name}`))
  );
}

test("all that the API server makes by itself is known as such, and nothing else", async () => {
  const resources = await readAll();
  const inventory = createInventory(snapshotOf(resources, "cluster"));
  const wrong = inventory.records.flatMap((record) => {
    const { kind, metadata } = record.resource;
    const made = metadata.labels?.["kubernetes.io/bootstrapping"] === "rbac-defaults";
    const found = kind.endsWith("Binding")
      ? bootstrapBindingOf(bindingOf(record, inventory.get))
      : bootstrapRoleOf(record.resource);
    const known = found !== undefined && !found.edited;
    return known === made || isOwn(record.resource) ? [] : [{ kind, name: metadata.name, made, found }];
  });
  expect(wrong).toEqual([]);
  expect(resources.length).toBeGreaterThan(100);
});
