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

/** Attacks that KubeHound names at 53da187a, the two it only documents last. */
const kubehound = [
  "CE_MODULE_LOAD",
  "CE_NSENTER",
  "CE_PRIV_MOUNT",
  "CE_SYS_PTRACE",
  "CE_UMH_CORE_PATTERN",
  "CE_VAR_LOG_SYMLINK",
  "CONTAINER_ATTACH",
  "ENDPOINT_EXPLOIT",
  "EXPLOIT_HOST_READ",
  "EXPLOIT_HOST_TRAVERSE",
  "EXPLOIT_HOST_WRITE",
  "IDENTITY_ASSUME",
  "PERMISSION_DISCOVER",
  "POD_ATTACH",
  "POD_CREATE",
  "POD_EXEC",
  "POD_PATCH",
  "ROLE_BIND",
  "SHARE_PS_NAMESPACE",
  "TOKEN_BRUTEFORCE",
  "TOKEN_LIST",
  "TOKEN_STEAL",
  "VOLUME_ACCESS",
  "VOLUME_DISCOVER",
  "EXPLOIT_CONTAINERD_SOCK",
  "IDENTITY_IMPERSONATE",
];
/** The containers of a pod are one vertex: whoever has one of them is taken to have what any of them has. */
const withinOneVertex = ["SHARE_PS_NAMESPACE"];
/** What KubeHound lacks, and the edge or power that is it. */
const beyond = [
  "impersonate-users",
  "impersonate-groups",
  "impersonate-accounts",
  "escalate-roles",
  "escalate-cluster-roles",
  "bind-roles",
  "bind-cluster-roles",
  "request-tokens",
  "approve-certificate-requests",
  "change-mutating-webhooks",
  "change-validating-webhooks",
  "add-ephemeral-containers",
  "change-node-status",
  "steal-pods",
  "create-host-volumes",
  "runtime-socket",
  "intercept-by-service-status",
  "change-aws-auth",
  "takes-cloud-role",
  "metadata-service",
  "node-cloud-identity",
  "lateral-connection",
  "vulnerable-package",
];

test("every attack of KubeHound's, and those it lacks, have their edge or power", () => {
  const units = [...edges, ...powers];
  const equal = units.flatMap(({ equivalents = [] }) => equivalents);
  for (const id of kubehound)
    expect([id, equal.includes(`kubehound/${id}`)]).toEqual([id, !withinOneVertex.includes(id)]);
  for (const id of beyond) expect(units.map((unit) => unit.id)).toContain(id);
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
