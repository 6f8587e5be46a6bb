import { expect, test } from "vitest";
import { library } from "../index.ts";
import { catalogues, type Catalogue, type Reason } from "./index.ts";

const equivalents = new Set(library.controls.flatMap((control) => control.equivalents));
const byId = catalogues.map((catalogue) => [catalogue.id, catalogue] as const);
const isMet = (catalogue: Catalogue, id: string): boolean => equivalents.has(`${catalogue.id}:${id}`);

function idsOf({ needs }: Catalogue): readonly string[] {
  return Object.values(needs).flat();
}

/** What the anchors count: Kubescape's controls, Trivy's KSV and KCV checks, and so on. */
const sizes: { readonly [id: string]: number } = {
  kubescape: 281,
  trivy: 79 + 90,
  "kube-linter": 63,
  polaris: 44,
  kyverno: 19,
  popeye: 117,
  "rbac-police": 23,
  kubiscan: 38,
  gatekeeper: 49,
  prowler: 92,
  checkov: 119,
  "kube-score": 38,
};

test.each(byId)("%s is listed whole, each id once", (id, catalogue) => {
  const all = [...idsOf(catalogue), ...(catalogue.outside ?? []).flatMap((entry) => entry.ids)];
  expect(new Set(all).size).toBe(all.length);
  expect(all.length).toBe(sizes[id]);
});

test.each(byId)("each id of %s has its equal here or a reason why not, never both", (_, catalogue) => {
  const unmet = catalogue.unmet.flatMap((entry) => entry.ids);
  expect(new Set(unmet).size).toBe(unmet.length);
  expect([...unmet].sort()).toEqual(
    idsOf(catalogue)
      .filter((id) => !isMet(catalogue, id))
      .sort(),
  );
});

test.each(byId)("what our controls name of %s exists there", (id, catalogue) => {
  const known = new Set(idsOf(catalogue).map((entry) => `${id}:${entry}`));
  expect([...equivalents].filter((entry) => entry.startsWith(`${id}:`) && !known.has(entry))).toEqual([]);
});

/** Not weighed in a catalogue's share: no attacker gains by them, or what they want is each organisation's to say. */
const unweighed: ReadonlySet<Reason> = new Set(["not-security", "organisation"]);

test.each(byId)("of what manifests suffice for in %s, 85 of 100 are met", (_, catalogue) => {
  const aside = new Set(
    catalogue.unmet.filter(({ reason }) => unweighed.has(reason)).flatMap((entry) => entry.ids),
  );
  const weighed = (catalogue.needs.manifests ?? []).filter((id) => !aside.has(id));
  const met = weighed.filter((id) => isMet(catalogue, id));
  expect(met.length / weighed.length).toBeGreaterThanOrEqual(0.85);
});

test("of all that manifests suffice for, whatever the reason, 85 of 100 are met", () => {
  const all = catalogues.flatMap((catalogue) =>
    (catalogue.needs.manifests ?? []).map((id) => isMet(catalogue, id)),
  );
  expect(all.length).toBeGreaterThan(700);
  expect(all.filter(Boolean).length / all.length).toBeGreaterThanOrEqual(0.85);
});
