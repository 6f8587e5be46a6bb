/**
 * Every fix on the real API server: the patched object is admitted, its finding is gone from what the server returns,
 * and nothing else changed but what the server derives. Nothing is stored: all is dry run, in a namespace of its own.
 */
import { join } from "node:path";
import {
  applyOperations,
  completeExample,
  exampleSnapshot,
  kindsNeeded,
  scan,
  type Control,
  type Resource,
  type Result,
  type Snapshot,
} from "@plimsoll/core";
import { readCluster, readFiles } from "@plimsoll/cluster";
import { library } from "@plimsoll/library";
import { afterAll, beforeAll, expect, test } from "vitest";
import { collectionOf, kubeconfigOf, openApi, until, type Answer } from "./api.ts";
import { changesBeyond } from "./changes.ts";

const api = openApi(kubeconfigOf("admin"));
const namespace = "plimsoll-fixes";
const root = join(import.meta.dirname, "../..");
const takenAt = "2026-01-01T00:00:00Z";
let version = "";

interface Case {
  readonly name: string;
  readonly control: Control;
  readonly resources: readonly Resource[];
  readonly version?: string;
}

const cases: readonly Case[] = library.controls
  .filter(({ fix }) => fix !== undefined)
  .flatMap((control) =>
    control.examples.fail.map((example, index) => ({
      name: `${control.id} ${index + 1}`,
      control,
      resources: completeExample(example).map(moved),
      ...(example.version === undefined ? {} : { version: example.version }),
    })),
  );

/** Into the namespace of this test, with the accounts that it names. */
function moved(resource: Resource): Resource {
  if (resource.metadata.namespace === undefined) return resource;
  const subjects = resource["subjects"] as readonly { readonly namespace?: string }[] | undefined;
  return {
    ...resource,
    metadata: { ...resource.metadata, namespace },
    ...(subjects === undefined
      ? {}
      : { subjects: subjects.map((s) => (s.namespace === undefined ? s : { ...s, namespace })) }),
  } as Resource;
}

beforeAll(async () => {
  version = ((await api.send("GET", "/version")).body as unknown as { gitVersion: string }).gitVersion;
  await api.send("POST", "/api/v1/namespaces", {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name: namespace },
  });
  const accounts = `/api/v1/namespaces/${namespace}/serviceaccounts`;
  await until(
    "the default account",
    async () => (await api.send("GET", `${accounts}/default`)).status === 200,
  );
  for (const name of new Set(cases.flatMap(({ resources }) => resources.flatMap(accountsOf))))
    await api.send("POST", accounts, {
      apiVersion: "v1",
      kind: "ServiceAccount",
      metadata: { name, namespace },
    });
});

afterAll(async () => {
  await api.send("DELETE", `/api/v1/namespaces/${namespace}`);
  await api.close();
});

function accountsOf({ kind, metadata, ...rest }: Resource): readonly string[] {
  const spec = rest["spec"] as { readonly serviceAccountName?: string } | undefined;
  if (kind === "ServiceAccount") return [metadata.name ?? ""];
  return spec?.serviceAccountName === undefined ? [] : [spec.serviceAccountName];
}

async function dryRun(resource: Resource): Promise<Answer> {
  const answer = await api.send("POST", `${collectionOf(resource)}?dryRun=All`, resource);
  if (answer.status !== 409) return answer;
  return api.send("PUT", `${collectionOf(resource)}/${resource.metadata.name}?dryRun=All`, resource);
}

function findingsIn(control: Control, resources: readonly Resource[], at: string): readonly Result[] {
  const options = { toolVersion: "test", frameworks: [], controls: [control.id] };
  return scan(exampleSnapshot(resources, at), library, options).results.filter(
    ({ result }) => result === "fail",
  );
}

/** The server has no such kind, or none of that version; an object that is not there is told by its name. */
function isUnserved({ status, body }: Awaited<ReturnType<typeof dryRun>>): boolean {
  const said = ["404 page not found", "the server could not find the requested resource"];
  return status === 404 && said.some((text) => body.message?.includes(text) === true);
}

const patched: string[] = [];

test.each(cases)("$name: each patch is admitted, mends its finding and no more", async (entry) => {
  const at = entry.version ?? version;
  const findings = findingsIn(entry.control, entry.resources, at);
  for (const finding of findings) {
    if (finding.fix === undefined) continue;
    const index = entry.resources.findIndex((resource) => isOf(finding, resource));
    const before = entry.resources[index]!;
    const served = await dryRun(before);
    if (isUnserved(served)) continue; // a kind of OpenShift's, say, or an older version
    expect(served.status, served.body.message).toBeLessThan(300);
    const { operations } = finding.fix;
    const after = await dryRun(applyOperations(before, operations));
    expect(after.status, after.body.message).toBeLessThan(300);
    const now = findingsIn(entry.control, entry.resources.with(index, after.body), at);
    expect(now.map(({ id }) => id)).not.toContain(findings.length === 1 ? finding.id : undefined);
    expect(now.length).toBeLessThan(findings.length);
    expect(changesBeyond(served.body, after.body, operations)).toEqual([]);
    patched.push(finding.id);
  }
});

test("hardly any example of a control with a fix is left without", () => {
  expect(patched.length).toBeGreaterThan(cases.length * 0.9);
});

function isOf({ resource: { kind, name } }: Result, resource: Resource): boolean {
  return resource.kind === kind && resource.metadata.name === name;
}

test("each patch and each edit of the sample workloads is admitted, mends its finding and no more", async () => {
  const snapshot = await readFiles(["tests/cluster/workloads"], { cwd: root, takenAt });
  const report = scan(snapshot, library, { toolVersion: "test" });
  const wrong: string[] = [];
  for (const change of [
    ...report.results.flatMap(patchOf),
    ...report.edits.filter(({ byHand }) => !byHand),
  ]) {
    const index = snapshot.resources.findIndex(({ resource }) => sameRef(change.resource, resource));
    const record = snapshot.resources[index]!;
    const before = await dryRun(fresh(record.resource));
    const after = await dryRun(applyOperations(fresh(record.resource), change.operations));
    if (after.status >= 300) wrong.push(`${change.id}: ${after.body.message}`);
    const beyond = changesBeyond(before.body, after.body, change.operations);
    if (beyond.length > 0) wrong.push(`${change.id}: also changed ${beyond.join(", ")}`);
    const resource = { ...after.body, metadata: { ...after.body.metadata, name: change.resource.name } };
    const resources = snapshot.resources.with(index, { ...record, resource: resource as Resource });
    const left = idsOf({ ...snapshot, resources }, [...new Set(change.resolves.map(controlOf))]);
    for (const id of change.resolves)
      if (left.includes(id) && !isListEntry(id)) wrong.push(`${id}: not mended`);
  }
  expect(wrong).toEqual([]);
});

test("each patch and each edit of what runs is admitted as a JSON patch of the live object", async () => {
  const snapshot = await readCluster({
    kubeconfig: kubeconfigOf("admin"),
    kinds: kindsNeeded(library.controls),
    takenAt,
  });
  const report = scan(snapshot, library, { toolVersion: "test" });
  const changes = [...report.results.flatMap(patchOf), ...report.edits.filter(({ byHand }) => !byHand)];
  const refused: string[] = [];
  for (const { id, resource: ref, operations } of changes) {
    if (unchangeable.has(ref.kind)) continue;
    const path = collectionOf({ ...ref, metadata: { name: ref.name, namespace: ref.namespace } });
    const answer = await api.send(
      "PATCH",
      `${path}/${ref.name}?dryRun=All`,
      operations,
      "application/json-patch+json",
    );
    if (answer.status === 404) continue; // deleted since it was read
    if (answer.status >= 300) refused.push(`${id}: ${answer.body.message}`);
  }
  expect(changes.length).toBeGreaterThan(300);
  expect(refused).toEqual([]);
});

/** Pods and Jobs that run are made anew, not changed. */
const unchangeable = new Set(["Pod", "Job", "ReplicaSet"]);

function patchOf({ id, resource, fix }: Result) {
  return fix === undefined ? [] : [{ id, resource, operations: fix.operations, resolves: [id] }];
}

function controlOf(id: string): string {
  return id.slice(0, id.indexOf(":"));
}

/** Entries without a name go by their index, which the next one takes when one is removed. */
function isListEntry(id: string): boolean {
  return /\[\d+\]$/.test(id);
}

function idsOf(snapshot: Snapshot, controls: readonly string[]): readonly string[] {
  return scan(snapshot, library, { toolVersion: "test", controls })
    .results.filter(({ result }) => result === "fail")
    .map(({ id }) => id);
}

function sameRef(
  { kind, name, namespace: within }: Result["resource"],
  { metadata, ...rest }: Resource,
): boolean {
  return rest.kind === kind && metadata.name === name && (metadata.namespace ?? "") === within;
}

/** Under a name that is free, as if it were made for the first time. */
function fresh(resource: Resource): Resource {
  if (resource.kind === "Namespace") return resource;
  return { ...resource, metadata: { ...resource.metadata, name: `${resource.metadata.name}-fixed` } };
}
