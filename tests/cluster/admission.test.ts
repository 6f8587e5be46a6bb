/**
 * The law of one engine: for every CEL control and every example, the real API server judges through the exported
 * policy exactly as the scan does, both on the object that its dry run returns.
 */
import {
  completeExample,
  evaluate,
  createInventory,
  exampleSnapshot,
  isCelControl,
  minorOf,
  toAdmissionPolicy,
  type CelControl,
  type Resource,
} from "@plimsoll/core";
import { library } from "@plimsoll/library";
import { afterAll, beforeAll, expect, test } from "vitest";
import { collectionOf, kubeconfigOf, openApi, until, type Answer } from "./api.ts";

const api = openApi(kubeconfigOf("admin"));
const exported = library.controls.filter(
  (control): control is CelControl => isCelControl(control) && control.target !== "webhook",
);
let version = "";
let admissible: readonly CelControl[] = [];
const refused = new Map<string, string>();

/** Each policy is bound twice: to warn about everything, and to deny what carries its label. */
const denyLabel = "plimsoll-test/deny";
const shortName = (control: CelControl): string => `law-${exported.indexOf(control)}`;

function installable(control: CelControl): readonly Resource[] {
  const [policy, binding] = toAdmissionPolicy(control, { actions: ["Warn"], version, exceptNamespaces: [] });
  const name = shortName(control);
  const spec = policy["spec"] as { validations: readonly { expression: string }[] };
  const renamed = {
    ...policy,
    metadata: { name },
    spec: { ...spec, validations: spec.validations.map(({ expression }) => ({ expression, message: "." })) },
  };
  const warn = {
    ...binding,
    metadata: { name: `w-${name}` },
    spec: { policyName: name, validationActions: ["Warn"] },
  };
  const deny = {
    ...binding,
    metadata: { name: `d-${name}` },
    spec: {
      policyName: name,
      validationActions: ["Deny"],
      matchResources: { objectSelector: { matchLabels: { [denyLabel]: control.id } } },
    },
  };
  return [renamed, warn, deny] as readonly Resource[];
}

interface Case {
  readonly name: string;
  readonly resource: Resource;
  readonly control: CelControl;
  readonly fails: boolean;
  /** The example names the Kubernetes version it is about. */
  readonly versioned: boolean;
}

const cases: readonly Case[] = exported.flatMap((control) =>
  (["pass", "fail"] as const).flatMap((list) =>
    control.examples[list].map((example, index) => ({
      name: `${control.id} ${list} ${index + 1}`,
      resource: completeExample(example)[0],
      control,
      fails: list === "fail",
      versioned: example.version !== undefined,
    })),
  ),
);

/** Ephemeral containers enter through their own subresource: the pod is made first, without them. */
async function dryRun(resource: Resource): Promise<Answer> {
  const spec = resource["spec"] as { ephemeralContainers?: readonly unknown[] } | undefined;
  if (resource.kind === "Pod" && spec?.ephemeralContainers !== undefined) {
    const { ephemeralContainers, ...rest } = spec;
    const name = `ephemeral-${Math.random().toString(36).slice(2, 8)}`;
    const base = { ...resource, metadata: { ...resource.metadata, name }, spec: rest } as Resource;
    const made = await api.send("POST", collectionOf(base), base);
    expect(made.status, made.body.message).toBe(201);
    const path = `${collectionOf(base)}/${name}`;
    const body = { ...made.body, spec: { ...(made.body["spec"] as object), ephemeralContainers } };
    const answer = await api.send("PUT", `${path}/ephemeralcontainers?dryRun=All`, body);
    await api.send("DELETE", `${path}?gracePeriodSeconds=0`);
    return answer;
  }
  const answer = await api.send("POST", `${collectionOf(resource)}?dryRun=All`, resource);
  if (answer.status !== 409) return answer;
  return api.send("PUT", `${collectionOf(resource)}/${resource.metadata.name}?dryRun=All`, resource);
}

beforeAll(async () => {
  version = ((await api.send("GET", "/version")).body as unknown as { gitVersion: string }).gitVersion;
  admissible = exported.filter(
    (control) => control.since === undefined || minorOf(version) >= minorOf(control.since),
  );
  const namespaces = new Set(cases.map(({ resource }) => resource.metadata.namespace ?? "default"));
  for (const name of namespaces) {
    await api.send("POST", "/api/v1/namespaces", { apiVersion: "v1", kind: "Namespace", metadata: { name } });
  }
  for (const { resource } of cases) await accountsOf(resource);
  for (const control of admissible) {
    for (const resource of installable(control)) {
      const { status, body } = await api.send("POST", collectionOf(resource), resource);
      if (status !== 201) refused.set(control.id, body.message ?? String(status));
    }
  }
  admissible = admissible.filter(({ id }) => !refused.has(id));
  await everyPolicyActive();
}, 300_000);

/** Pods are admitted only once the account they run as is there. */
async function accountsOf(resource: Resource): Promise<void> {
  const { namespace = "default" } = resource.metadata;
  const spec = resource["spec"] as { serviceAccountName?: string } | undefined;
  const path = `/api/v1/namespaces/${namespace}/serviceaccounts`;
  const name = resource.kind === "Pod" ? (spec?.serviceAccountName ?? "default") : "default";
  if (name !== "default")
    await api.send("POST", path, { apiVersion: "v1", kind: "ServiceAccount", metadata: { name } });
  await until(
    `the account ${name} of ${namespace}`,
    async () => (await api.send("GET", `${path}/${name}`)).status === 200,
  );
}

/** Policies become active a little after they are made: each must be seen to warn about a failing example of its own. */
async function everyPolicyActive(): Promise<void> {
  for (const control of admissible) {
    const failing = cases.find((entry) => entry.control === control && entry.fails);
    if (failing === undefined) continue;
    if (judged(failing.resource, control) !== "fail") continue;
    await until(`the policy of ${control.id}`, async () => {
      const { warnings } = await dryRun(failing.resource);
      return warnings.some((line) => line.includes(`'${shortName(control)}'`));
    });
  }
}

afterAll(async () => {
  for (const control of admissible)
    for (const resource of installable(control))
      await api.send("DELETE", `${collectionOf(resource)}/${resource.metadata.name}`);
  await api.close();
}, 300_000);

function judged(resource: Resource, control: CelControl): string {
  const inventory = createInventory(exampleSnapshot([resource], version));
  const outcomes = evaluate(inventory, [control], true).judged.map(({ result }) => result.result);
  return outcomes.includes("fail") ? "fail" : outcomes.includes("unknown") ? "unknown" : "pass";
}

test("case 52: the API server accepts every policy, its types and its cost", () => {
  expect([...refused]).toEqual([]);
});

test.each(cases)(
  "$name: the API server agrees with every control",
  async ({ resource, control, fails, versioned }) => {
    const answer = await dryRun(resource);
    expect(answer.status, answer.body.message).toBeLessThan(300);
    const warned = new Set(
      answer.warnings.flatMap((line) => /ValidatingAdmissionPolicy '(law-\d+)'/.exec(line)?.[1] ?? []),
    );
    const differences = admissible
      .filter((other) => matches(other, resource))
      .filter((other) => (judged(answer.body, other) === "fail") !== warned.has(shortName(other)))
      .map(
        (other) =>
          `${other.id}: ours ${judged(answer.body, other)}, theirs ${warned.has(shortName(other)) ? "fail" : "pass"}`,
      );
    expect(differences).toEqual([]);
    // An example for another version may be judged otherwise by this server.
    if (admissible.includes(control) && !versioned) expect(warned.has(shortName(control))).toBe(fails);
  },
);

test.each(
  cases.filter(
    ({ resource }) =>
      (resource["spec"] as { ephemeralContainers?: unknown } | undefined)?.ephemeralContainers === undefined,
  ),
)("$name: denied or admitted", async ({ resource, control }) => {
  if (!admissible.includes(control)) return;
  const metadata = { ...resource.metadata, labels: { ...resource.metadata.labels, [denyLabel]: control.id } };
  const answer = await dryRun({ ...resource, metadata });
  const refused = answer.status >= 400;
  expect(refused, answer.body.message).toBe(judged(resource, control) === "fail");
  if (refused) expect(answer.body.message).toContain(shortName(control));
});

/** A policy judges only the kinds it matches. */
function matches(control: CelControl, resource: Resource): boolean {
  return evaluate(createInventory(exampleSnapshot([resource], version)), [control], true).judged.length > 0;
}
