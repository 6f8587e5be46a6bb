/** Our own controls find nothing in the manifests that we ship but what is argued beside it, and every argument is needed. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { load, loadAll } from "js-yaml";
import { expect, test } from "vitest";
import { apiResourceOf, kindsNeeded, type Report, type Resource } from "@plimsoll/core";
import { library } from "@plimsoll/library";

const folder = join(import.meta.dirname, "../deploy");
const resources = loadAll(
  readFileSync(join(folder, "plimsoll.yaml"), "utf8"),
) as unknown as readonly Resource[];

test("nothing is found in plimsoll.yaml and packages.yaml that is not argued, and all arguments are needed", () => {
  const main = join(import.meta.dirname, "../packages/cli/src/main.ts");
  const given = ["scan", "plimsoll.yaml", "packages.yaml", "--format", "json"];
  const text = execFileSync(process.execPath, [main, ...given], {
    cwd: folder,
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  const report = JSON.parse(text) as Report;
  const open = report.results.filter(({ result, exception }) => result === "fail" && exception === undefined);
  expect(open.map(({ control, resource }) => `${control} ${resource.kind}/${resource.name}`)).toEqual([]);
  expect(
    report.exceptions.filter(({ state }) => state !== "used").map(({ id, state }) => [id, state]),
  ).toEqual([]);
  expect(report.exceptions.length).toBe(
    (load(readFileSync(join(folder, ".plimsoll.yaml"), "utf8")) as { readonly exceptions: readonly object[] })
      .exceptions.length,
  );
});

interface Rule {
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly verbs: readonly string[];
}

const roles = resources.filter(({ kind }) => kind.endsWith("Role"));
const rulesOf = (role: Resource): readonly Rule[] => role["rules"] as unknown as readonly Rule[];

test("no role names Secrets, a wildcard, or a verb that writes beyond what is known", () => {
  const writes: string[] = [];
  for (const role of roles)
    for (const { resources: named = [], resourceNames = [], verbs } of rulesOf(role)) {
      expect(named).not.toContain("secrets");
      expect([...named, ...verbs].some((word) => word.includes("*"))).toBe(false);
      const rest = verbs.filter((verb) => !["get", "list", "watch"].includes(verb));
      if (rest.length > 0) writes.push(`${rest.join()} ${named.join()} ${resourceNames.join()}`.trim());
    }
  expect(writes).toEqual([
    "create tokenreviews",
    "create subjectaccessreviews",
    "patch configmaps plimsoll-trust",
  ]);
});

test("every kind of Kubernetes itself that is judged may be read", () => {
  const own = rulesOf(roles.find(({ metadata }) => metadata.name === "plimsoll")!);
  const granted = new Set(
    own.flatMap(({ apiGroups = [], resources: named = [] }) =>
      apiGroups.flatMap((group) => named.map((name) => `${name}.${group}`)),
    ),
  );
  const needed = kindsNeeded(library.controls).map((kind) => {
    const at = kind.lastIndexOf("/");
    const { group, resource } = apiResourceOf({
      apiVersion: kind.slice(0, at),
      kind: kind.slice(at + 1),
      metadata: {},
    } as Resource);
    return { group, place: `${resource}.${group}` };
  });
  const builtIn = needed.filter(({ group }) => !group.includes(".") || group.endsWith(".k8s.io"));
  const without = builtIn.map(({ place }) => place).filter((place) => !granted.has(place));
  expect(without.filter((place) => !place.includes("x-k8s.io"))).toEqual([]);
});
