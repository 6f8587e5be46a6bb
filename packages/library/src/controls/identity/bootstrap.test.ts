import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { exampleSnapshot, scan, type Resource } from "@plimsoll/core";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { library } from "../../index.ts";

const folder = join(import.meta.dirname, "fixtures/bootstrap-rbac");
const bootstrap = readdirSync(folder)
  .filter((file) => file.endsWith(".yaml"))
  .flatMap((file) => (parse(readFileSync(join(folder, file), "utf8")) as { items: Resource[] }).items);

function findings(resources: readonly Resource[]): readonly string[] {
  const report = scan(exampleSnapshot(resources), library, { toolVersion: "test" });
  return report.results.filter(({ result }) => result === "fail").map(({ id }) => id);
}

const identity = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))
  .map((file) => file.replace(/\.ts$/, ""));

test("the roles and bindings that Kubernetes makes itself are no findings", () => {
  expect(bootstrap.length).toBeGreaterThan(100);
  const own = findings(bootstrap).filter((id) => identity.includes(id.split(":")[0]!));
  expect(own).toEqual([]);
});

test("a name or a label like the platform's excuses no other role", () => {
  const rules = [{ apiGroups: [""], resources: ["secrets", "pods/exec"], verbs: ["*"] }];
  const labels = { "kubernetes.io/bootstrapping": "rbac-defaults" };
  const apiVersion = "rbac.authorization.k8s.io/v1";
  const impostors = [
    { apiVersion, kind: "ClusterRole", metadata: { name: "system:controller:helper", labels }, rules },
    { apiVersion, kind: "Role", metadata: { name: "system:node", namespace: "shop", labels }, rules },
  ];
  for (const impostor of impostors) expect(findings([impostor]).length).toBeGreaterThanOrEqual(3);
});
