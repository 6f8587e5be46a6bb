/**
 * Attack edges on what a real API server makes of their examples: each present example is admitted, defaulted, and
 * found; each absent one is admitted and not found. Nothing is left behind: the requests are dry runs.
 */
import { completeExample, createInventory, exampleSnapshot, type Resource } from "@plimsoll/core";
import { library } from "@plimsoll/library";
import { afterAll, expect, test } from "vitest";
import { collectionOf, kubeconfigOf, openApi } from "./api.ts";

const api = openApi(kubeconfigOf("admin"));
const namespace = "default";

afterAll(() => api.close());

/** Accounts that a token names must be there, and the server mounts tokens itself: those edges are the closure's. */
const edges = (library.edges ?? []).filter(({ given }) => given !== true);
const cases = edges.flatMap((edge) =>
  (["present", "absent"] as const).flatMap((list) =>
    edge.examples[list].map((example, at) => [`${edge.id} ${list} ${at + 1}`, edge, list, example] as const),
  ),
);

test.each(cases)("%s", async (_, edge, list, example) => {
  const admitted: Resource[] = [];
  for (const resource of completeExample(example)) {
    const own = { ...resource, metadata: { ...resource.metadata, namespace } };
    const { status, body } = await api.send("POST", `${collectionOf(own)}?dryRun=All`, own);
    expect([201, body.message ?? ""]).toEqual([status, ""]);
    admitted.push(body);
  }
  const snapshot = { ...exampleSnapshot(admitted), images: example.images ?? [] };
  const found = [...edge.find(createInventory(snapshot))].length;
  if (list === "present") expect(found).toBeGreaterThan(0);
  else expect(found).toBe(0);
});
