/**
 * `plimsoll fix --apply` and `--undo` on the real API server: rehearsed, recorded, made, taken back; and refused whole where
 * the object changed or the server says no.
 */
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Resource } from "@plimsoll/core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { kubeconfigOf, openApi, until } from "./api.ts";

const api = openApi(kubeconfigOf("admin"));
const root = join(import.meta.dirname, "../..");
const folder = mkdtempSync(join(tmpdir(), "plimsoll-fix-"));
const namespace = "plimsoll-fix-command";
const path = `/apis/apps/v1/namespaces/${namespace}/deployments/web`;
const edit = `apps/v1/Deployment/${namespace}/web:spec.template.spec.containers[app].securityContext`;

const web = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "web", namespace },
  spec: {
    replicas: 0,
    selector: { matchLabels: { app: "web" } },
    template: {
      metadata: { labels: { app: "web" } },
      spec: { containers: [{ name: "app", image: "web:1", securityContext: { privileged: true } }] },
    },
  },
};

interface Outcome {
  readonly code: number;
  readonly err: string;
}

function plimsoll(...words: readonly string[]): Promise<Outcome> {
  const args = [
    join(root, "packages/cli/src/main.ts"),
    "fix",
    "--kubeconfig",
    kubeconfigOf("admin"),
    ...words,
  ];
  return new Promise((resolve) => {
    execFile(process.execPath, args, { cwd: folder, timeout: 60_000 }, (error, _out, err) =>
      resolve({ code: error === null ? 0 : Number(error.code), err }),
    );
  });
}

async function specNow(): Promise<Resource["spec"]> {
  return (await api.send("GET", path)).body["spec"];
}

beforeAll(async () => {
  await api.send("POST", "/api/v1/namespaces", {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name: namespace },
  });
  const made = await api.send("POST", path.replace(/\/web$/, ""), web);
  expect(made.status).toBe(201);
  // Its controller writes into a new Deployment what revision it has.
  await until("its controller has taken it up", async () => {
    const { annotations } = (await api.send("GET", path)).body.metadata;
    return annotations?.["deployment.kubernetes.io/revision"] !== undefined;
  });
});

afterAll(async () => {
  await api.send("DELETE", `/api/v1/namespaces/${namespace}`);
  await api.close();
  rmSync(folder, { recursive: true });
});

const apply = ["--namespace", namespace, "--edit", edit, "--apply", "--yes", "--record"];

test("applied, taken back, and not taken back twice", async () => {
  const before = await specNow();
  const applied = await plimsoll(...apply, "undo.json");
  expect(applied).toEqual({
    code: 0,
    err: expect.stringMatching(/changed 1 resource; scanned again: \d+ findings gone/),
  });
  expect(statSync(join(folder, "undo.json")).mode & 0o777).toBe(0o600);
  const made = JSON.stringify(await specNow());
  expect(made).toContain('"privileged":false');
  expect(made).toContain('"readOnlyRootFilesystem":true');
  expect(await plimsoll("--undo", "undo.json")).toEqual({
    code: 0,
    err: expect.stringContaining("took back 1 change"),
  });
  expect(await specNow()).toEqual(before);
  expect(await plimsoll("--undo", "undo.json")).toEqual({
    code: 1,
    err: expect.stringContaining("nothing was taken back"),
  });
});

test("what somebody changed since stays", async () => {
  expect((await plimsoll(...apply, "later.json")).code).toBe(0);
  const steps = [
    { op: "replace", path: "/spec/template/spec/containers/0/securityContext/privileged", value: true },
  ];
  await api.send("PATCH", path, steps, "application/json-patch+json");
  const theirs = await specNow();
  expect((await plimsoll("--undo", "later.json")).code).toBe(1);
  expect(await specNow()).toEqual(theirs);
});

test("an undo record of another object's uid changes nothing", async () => {
  const record = readFileSync(join(folder, "later.json"), "utf8");
  expect(JSON.parse(record).changes[0].undo[0]).toMatchObject({ op: "test", path: "/metadata/uid" });
});
