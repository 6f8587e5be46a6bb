/**
 * Users' admission policies: what we say that Kubernetes would refuse, the real API server refuses, and takes what we take;
 * and what it takes judges objects there as it does in a scan.
 */
import { createInventory, evaluate, exampleSnapshot, policyControls, type Resource } from "@plimsoll/core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { collectionOf, kubeconfigOf, openApi, until, type Answer } from "./api.ts";
import { judged, namespace, namespaceOf, param } from "./fixtures/policy-cases.ts";
import { binding, bindings, more, policies, policy, type Fields } from "./fixtures/policy-shapes.ts";

const api = openApi(kubeconfigOf("admin"));

test.each(
  [...policies, ...more]
    .map((spec) => policy(spec))
    .concat(bindings.map((spec) => binding(spec)))
    .map((resource) => [JSON.stringify(resource["spec"]), resource] as const),
)("taken or refused: %s", async (_, resource) => {
  const { status, body } = await api.send("POST", `${collectionOf(resource)}?dryRun=All`, resource);
  const [gap] = policyControls(createInventory(exampleSnapshot([resource]))).gaps;
  const words = `theirs: ${status} ${body.message ?? ""}; ours: ${gap?.message ?? ""}`;
  expect(gap === undefined ? "taken" : "refused", words).toBe(status < 400 ? "taken" : "refused");
});

/** Each binding looks at what bears its case alone: one that refuses whatever it sees disturbs no other. */
const guarded = (bound: Fields, index: number): Fields => ({
  ...bound,
  matchResources: {
    ...(bound["matchResources"] as Fields),
    objectSelector: { matchLabels: { case: String(index) } },
  },
});
const installed = judged.map(
  ([, spec, bound], index) =>
    [policy(spec, `judged-${index}`), binding(guarded(bound, index), `judged-${index}`)] as const,
);
const around = [
  namespaceOf(namespace, { env: "test" }),
  param("two", "2", { set: "both" }),
  param("five", "5", { set: "both" }),
];
const sent = judged.map(([, , , resource], index): Resource => {
  const labels = { ...resource.metadata.labels, case: String(index) };
  return { ...resource, metadata: { ...resource.metadata, labels } };
});

const tried = (resource: Resource): Promise<Answer> =>
  api.send("POST", `${collectionOf(resource)}?dryRun=All`, resource);

beforeAll(async () => {
  for (const made of [...around, ...installed.flat()]) {
    const { status, body } = await api.send("POST", collectionOf(made), made);
    expect(status, `${made.metadata.name}: ${body.message}`).toBe(201);
  }
  // What was made last is in force last; its parameters come by a watch of their own.
  const last = judged.findIndex(([name]) => name === "a parameter");
  const probe = { ...sent[0]!, metadata: { ...sent[0]!.metadata, labels: { case: String(last) } } };
  const ends = judged.length - 1;
  await until("the policies", async () => (await tried(sent[ends]!)).warnings.length > 0);
  await until("the parameters", async () =>
    (await tried(probe)).warnings.some((line) => line.includes("over")),
  );
});

afterAll(async () => {
  for (const made of [...installed.flat(), around[0]!])
    await api.send("DELETE", `${collectionOf(made)}/${made.metadata.name}`);
  await api.close();
});

/** What the API server says by a policy: that it refuses, and why; nothing where it admits. */
function theirs({ status, body, warnings }: Answer, name: string): string | undefined {
  const told = [...warnings, ...(status < 400 ? [] : [body.message ?? ""])].filter((line) =>
    line.includes(`'${name}'`),
  );
  return told.length === 0 ? undefined : told.join("\n");
}

test.each(judged.map(([name], index) => [name, index] as const))("judged alike: %s", async (_, index) => {
  const answer = await tried(sent[index]!);
  const snapshot = exampleSnapshot([
    ...installed[index]!,
    ...around,
    answer.status < 400 ? answer.body : sent[index]!,
  ]);
  const inventory = createInventory(snapshot);
  const { controls, gaps } = policyControls(inventory);
  expect(gaps).toEqual([]);
  const results = evaluate(inventory, controls, true).judged.map(({ result }) => result);
  const [found] = results.filter(({ result }) => result === "fail");
  const said = theirs(answer, `judged-${index}`);
  const words = `theirs: ${answer.status} ${said}; ours: ${JSON.stringify(results.map(({ result, because }) => [result, because]))}`;
  expect(
    results.some(({ result }) => result === "unknown"),
    words,
  ).toBe(false);
  expect(found === undefined ? "admitted" : "refused", words).toBe(
    said === undefined ? "admitted" : "refused",
  );
  // Long warnings are cut.
  if (found !== undefined && !found.because.startsWith("the policy"))
    expect(said, words).toContain(found.because.slice(0, 99));
});
