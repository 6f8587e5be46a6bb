/** Runs the real command: what it writes is YAML with its proof in comments; what is not proved is not written. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { scratchFolder } from "./fixtures/process.ts";

const folder = scratchFolder();
afterAll(() => folder.remove());

const request = (verb: string, resource: string): string =>
  JSON.stringify({
    kind: "Event",
    apiVersion: "audit.k8s.io/v1",
    stage: "ResponseComplete",
    verb,
    user: { username: "system:serviceaccount:shop:web" },
    objectRef: { resource, namespace: "shop", apiVersion: "v1" },
    responseStatus: { code: 200 },
    stageTimestamp: "2026-09-01T00:00:00Z",
  });

beforeAll(() => {
  folder.write({
    "deploy/web.yaml": `apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      serviceAccountName: web
      containers: [{ name: app, image: "shop/web:1" }]
`,
    "audit.log": [request("list", "pods"), request("watch", "pods")].join("\n"),
  });
});

test("a role of what an audit log holds, with its proof and what was not seen", async () => {
  const { out, err, code } = await folder.run(
    "generate",
    "role",
    "shop/web",
    "deploy",
    "--observations",
    "audit.log",
  );
  expect(err).toContain("2 recorded behaviours replayed, 0 refused");
  expect(code).toBe(3);
  const documents = parseAllDocuments(out).map(
    (document) => document.toJS() as { kind: string; rules?: unknown },
  );
  expect(documents.map(({ kind }) => kind)).toEqual(["Role", "RoleBinding"]);
  expect(documents[0]!.rules).toEqual([{ apiGroups: [""], resources: ["pods"], verbs: ["list", "watch"] }]);
  expect(out).toContain("# 2 recorded behaviours replayed, 0 refused");
});

test("what is enough the settings say", async () => {
  const line = "generate role shop/web deploy --observations audit.log".split(" ");
  folder.write({ "strict.yaml": "enough: { hours: 999 }\n" });
  const usual = await folder.run(...line);
  const strict = await folder.run(...line, "--config", "strict.yaml");
  expect(usual.err).toContain("of at least 1 day ");
  expect(strict.err).toContain("of at least 41 days ");
});

test("nothing recorded, nothing written", async () => {
  const { out, code } = await folder.run("generate", "networkpolicy", "shop/web", "deploy");
  expect([out, code]).toEqual(["", 1]);
});

test("Pod Security labels, with what stands in the way of more", async () => {
  const { out, code } = await folder.run("generate", "psa", "deploy");
  expect(code).toBe(0);
  expect(out).toContain("# shop: baseline now");
  expect(out).toContain("pod-security.kubernetes.io/enforce: baseline");
  expect(out).toContain("# restricted needs: Deployment web: capabilities-kept (not seen enough)");
});

test("mistakes are told in one line", async () => {
  const { err, code } = await folder.run("generate", "role", "shop", "deploy");
  expect([code, err.trim().split("\n").length]).toEqual([2, 2]);
});
