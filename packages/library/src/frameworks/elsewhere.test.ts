import { expect, test } from "vitest";
import { library } from "../index.ts";
import { elsewhere } from "./elsewhere.ts";
import catalogues from "./fixtures/catalogues.json" with { type: "json" };

const met = new Set(library.controls.flatMap(({ equivalents }) => equivalents.map((id) => id.toLowerCase())));
const explained = new Set(elsewhere.flatMap(({ ids }) => ids.map((id) => id.toLowerCase())));

test.each(Object.entries(catalogues))(
  "each check of %s has its equal here, or a reason why not",
  (source, ids) => {
    const open = ids
      .map((id) => `${source}:${id}`.toLowerCase())
      .filter((id) => !met.has(id) && !explained.has(id));
    expect(open).toEqual([]);
  },
);

test.each(Object.entries(catalogues))("equivalents of %s exist there", (source, ids) => {
  const known = new Set(ids.map((id) => `${source}:${id}`.toLowerCase()));
  const strange = [...met, ...explained].filter((id) => id.startsWith(`${source}:`) && !known.has(id));
  expect(strange).toEqual([]);
});

test("no reason is given for what is met", () => {
  expect([...explained].filter((id) => met.has(id))).toEqual([]);
});

test("of the checks that manifests suffice for, at least 85 of 100 are met", () => {
  const all = Object.entries(catalogues).flatMap(([source, ids]) =>
    ids.map((id) => `${source}:${id}`.toLowerCase()),
  );
  const reasons = new Map(
    elsewhere.flatMap(({ reason, ids }) => ids.map((id) => [id.toLowerCase(), reason] as const)),
  );
  const byManifest = all.filter((id) => !["node", "cloud", "obsolete"].includes(reasons.get(id) ?? ""));
  expect(byManifest.filter((id) => met.has(id)).length / byManifest.length).toBeGreaterThan(0.85);
});
