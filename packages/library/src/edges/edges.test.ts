import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
import {
  applyOperations,
  completeExample,
  createInventory,
  exampleSnapshot,
  powers,
  scan,
  type AttackEdge,
  type Example,
  type Resource,
} from "@plimsoll/core";
import { expect, test } from "vitest";
import { library } from "../index.ts";
import { beyondKubehound, kubehoundAttacks } from "./elsewhere.ts";
import { edges } from "./index.ts";

const files = readdirSync(import.meta.dirname).filter(
  (file) => file.endsWith(".ts") && !file.endsWith(".test.ts"),
);

test("an edge's file, id, export and list entry agree", async () => {
  const found: string[] = [];
  for (const file of files) {
    const exports: Record<string, unknown> = await import(join(import.meta.dirname, file));
    for (const [name, value] of Object.entries(exports)) {
      if (typeof value !== "object" || value === null || !("tactic" in value)) continue;
      const { id } = value as AttackEdge;
      expect(basename(file, ".ts")).toBe(id);
      expect(name).toBe(id.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase()));
      found.push(id);
    }
  }
  expect(edges.map(({ id }) => id)).toEqual(found.sort());
});

test("every attack of KubeHound's has its edge or power, or says why it has none", () => {
  expect(kubehoundAttacks.filter(({ documentedOnly }) => documentedOnly).length).toBe(2);
  expect(new Set(kubehoundAttacks.map(({ id }) => id)).size).toBe(26);
  const equal = new Set([...edges, ...powers].flatMap(({ equivalents = [] }) => equivalents));
  for (const { id, reason } of kubehoundAttacks)
    expect([id, equal.has(`kubehound/${id}`)]).toEqual([id, reason === undefined]);
  const named = [...equal].filter((id) => id.startsWith("kubehound/"));
  const known = kubehoundAttacks.map(({ id }) => `kubehound/${id}`);
  expect(named.filter((id) => !known.includes(id))).toEqual([]);
});

test("every step that KubeHound lacks is an edge or a power", () => {
  const ids = [...edges, ...powers].map(({ id }) => id);
  for (const [attack, ours] of beyondKubehound)
    for (const id of ours) expect([attack, ids.includes(id) && id]).toEqual([attack, id]);
});

function seen(edge: AttackEdge, resources: readonly Resource[], { images = [] }: Example): number {
  return [...edge.find(createInventory({ ...exampleSnapshot(resources), images }))].length;
}

test.each(edges.map((edge) => [edge.id, edge] as const))("%s: words and examples hold", (_, edge) => {
  for (const text of [edge.title, edge.why]) expect(text.length).toBeGreaterThan(15);
  expect(edge.technique).toMatch(/^T\d{4}(\.\d{3})?$/);
  for (const id of edge.brokenBy) expect(library.controls.map((control) => control.id)).toContain(id);
  expect(edge.examples.present.length).toBeGreaterThan(0);
  expect(edge.examples.absent.length).toBeGreaterThan(0);
  for (const example of edge.examples.present)
    expect(seen(edge, completeExample(example), example), JSON.stringify(example)).toBeGreaterThan(0);
  for (const example of edge.examples.absent)
    expect(seen(edge, completeExample(example), example), JSON.stringify(example)).toBe(0);
});

/** Escapes and tokens lie in one resource, so that the patch of a control that breaks them can be applied and looked at. */
const patched = edges.filter(
  ({ brokenBy, to }) => brokenBy.length > 0 && (to === "node" || to === "subject"),
);

test.each(patched.map((edge) => [edge.id, edge] as const))(
  "%s: gone once a control that breaks it is met",
  (_, edge) => {
    const ends = edge.examples.present.flatMap((example) =>
      edge.brokenBy.flatMap((control) => gone(edge, example, control) ?? []),
    );
    expect(ends).not.toContain(false);
  },
);

/** `undefined` where the control finds nothing there or gives no patch. */
function gone(edge: AttackEdge, example: Example, control: string): boolean | undefined {
  let resources: readonly Resource[] = completeExample(example);
  for (let round = 0; round < 10; round += 1) {
    const options = { controls: [control], toolVersion: "test" };
    const finding = scan(exampleSnapshot(resources), library, options).results.find(
      ({ result }) => result === "fail",
    );
    if (finding === undefined) return round === 0 ? undefined : seen(edge, resources, example) === 0;
    if (finding.fix === undefined) return undefined;
    resources = resources.map((resource) =>
      resource.kind === finding.resource.kind ? applyOperations(resource, finding.fix!.operations) : resource,
    );
  }
  return undefined;
}
