/** The API server's own audit webhook, set up as the guide has it: what an account asks for is told, and that its log is whole. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { freePorts, startControlPlane, until, type ControlPlane } from "../watch/controlplane.ts";
import { writeKubeconfig } from "./kubeconfig.ts";
import { startService, type Service } from "./process.ts";

const folder = mkdtempSync(join(tmpdir(), "plimsoll-audit-"));
const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text, { mode: 0o600 });
  return join(folder, name);
};
const token = "a-token-of-the-audit-webhook";
const policy = `apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
  - level: Metadata
`;
let plane: ControlPlane;
let service: Service;

beforeAll(async () => {
  // The certificate is the tests' own.
  process.env["NODE_TLS_REJECT_UNAUTHORIZED"] = "0";
  const [port] = await freePorts(1);
  const policyFile = file("policy.yaml", policy);
  const webhook = (ca: string): object => ({
    apiVersion: "v1",
    kind: "Config",
    "current-context": "plimsoll",
    clusters: [
      {
        name: "plimsoll",
        cluster: { server: `https://127.0.0.1:${port}/api/v1/sources/audit`, "certificate-authority": ca },
      },
    ],
    users: [{ name: "plimsoll", user: { token } }],
    contexts: [{ name: "plimsoll", context: { cluster: "plimsoll", user: "plimsoll" } }],
  });
  plane = await startControlPlane(1, (at) => [
    `--audit-policy-file=${policyFile}`,
    `--audit-webhook-config-file=${file("webhook.json", JSON.stringify(webhook(join(at, "proxy.crt"))))}`,
    "--audit-webhook-batch-max-wait=1s",
    "--audit-webhook-initial-backoff=1s",
  ]);
  await plane.start(0);
  const settings = `sources: { audit: { tokenFile: ${file("token", token)}, policyFile: ${policyFile} } }\n`;
  service = await startService([
    "--kubeconfig",
    writeKubeconfig(plane),
    "--store",
    join(folder, "store.db"),
    "--config",
    file("settings.yaml", settings),
    "--listen",
    `127.0.0.1:${port}`,
    "--tls-cert",
    join(plane.folder, "proxy.crt"),
    "--tls-key",
    join(plane.folder, "proxy.key"),
  ]);
  await until("the service to be ready", async () => (await service.get("/readyz")).status === 200, 60);
}, 180_000);

afterAll(async () => {
  await service?.end("SIGTERM");
  await plane?.stop();
  delete process.env["NODE_TLS_REJECT_UNAUTHORIZED"];
  rmSync(folder, { recursive: true });
});

interface Seen {
  readonly observations: readonly {
    readonly container: { readonly namespace: string; readonly workload: string };
    readonly detail: {
      readonly kind: string;
      readonly verb?: string;
      readonly resource?: string;
      readonly allowed?: boolean;
    };
  }[];
  readonly watches: readonly {
    readonly container: { readonly workload: string };
    readonly sight: { readonly [kind: string]: string };
  }[];
}

test(
  "what an account asks for, and is refused, comes from the API server itself",
  { timeout: 120_000 },
  async () => {
    const accounts = "/api/v1/namespaces/default/serviceaccounts";
    await plane.send("POST", accounts, { metadata: { name: "asks" } });
    const made = await plane.send("POST", `${accounts}/asks/token`, { spec: {} });
    const own = (made.json() as { readonly status: { readonly token: string } }).status.token;
    const refused = await plane.as(own, "/api/v1/namespaces/default/secrets");
    expect(refused.status).toBe(403);
    const told = async (): Promise<Seen> => service.json<Seen>("/api/v1/observations");
    const requests = async (): Promise<readonly object[]> =>
      (await told()).observations
        .filter(({ container, detail }) => container.workload === "asks" && detail.kind === "api-request")
        .map(({ detail: { verb, resource, allowed } }) => ({ verb, resource, allowed }));
    await until("the request", async () => (await requests()).length > 0, 60);
    expect(await requests()).toEqual([{ verb: "list", resource: "secrets", allowed: false }]);
    const watch = (await told()).watches.find(({ container }) => container.workload === "asks");
    expect(watch?.sight["api-request"]).toBe("whole");
  },
);
