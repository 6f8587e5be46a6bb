import { expect, test } from "vitest";
import type { Seen } from "@plimsoll/core";
import { deployment, findingId, startHttp, type Started } from "../fixtures/service.ts";

const bearer = (token: string): { readonly [name: string]: string } => ({ authorization: `Bearer ${token}` });

/** `alice` may get Deployments in the namespace shop, and nothing else; `root` everything. */
async function started(): Promise<Started> {
  const service = await startHttp("tokens");
  service.says.owner = (token, audiences) =>
    audiences.includes("plimsoll") && (token === "alice" || token === "root") ? token : undefined;
  service.says.may = (user, question) =>
    user === "root" ||
    ("resource" in question &&
      question.verb === "get" &&
      question.group === "apps" &&
      question.resource === "deployments" &&
      question.namespace === "shop");
  const role = {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "Role",
    metadata: { name: "all", namespace: "shop" },
    rules: [{ apiGroups: ["*"], resources: ["*"], verbs: ["*"] }],
  };
  await service.put(deployment("shop", "web"), deployment("bank", "vault"), role);
  return service;
}

test.each([
  ["no token", {}],
  ["a token nobody knows", bearer("guess")],
  ["a token that is none", bearer("a b")],
  ["a token too long", bearer("x".repeat(20_000).slice(0, 15_000))],
  ["no bearer", { authorization: "Basic YWxpY2U6YWxpY2U=" }],
  ["alg none", bearer("eyJhbGciOiJub25lIn0.eyJzdWIiOiJyb290In0.")],
  [
    "a key id that is a path",
    bearer("eyJhbGciOiJIUzI1NiIsImtpZCI6Ii4uLy4uL2Rldi9udWxsIn0.eyJzdWIiOiJyb290In0.c2ln"),
  ],
  ["a session of local mode", { cookie: "plimsoll-80=abc" }],
])("case 82: %s is answered 401 and told nothing", async (_, headers) => {
  const service = await started();
  for (const path of ["/api/v1/findings", "/api/v1/events", "/metrics", "/"]) {
    const { status, text } = await service.get(path, headers);
    expect([path, status]).toEqual([path, 401]);
    expect(text).not.toMatch(/eyJ|guess|alg|kid|issuer|audience/);
  }
});

test("case 83: what may not be seen is absent: in lists, counts, search, one by one, in history, resources and live", async () => {
  const service = await started();
  const json = async (path: string, token: string) => {
    const { status, json: read } = await service.get(path, bearer(token));
    expect([path, status]).toEqual([path, 200]);
    return read() as {
      readonly items?: readonly unknown[];
      readonly groups?: readonly { readonly key: string }[];
    };
  };
  const all = JSON.stringify(await json("/api/v1/findings?limit=500", "root"));
  expect(all).toContain("vault");
  expect(all).toContain("/Role/shop/");
  for (const path of [
    "findings?limit=500",
    "findings?search=vault",
    "findings?namespace=bank",
    "resources",
    "resources?search=all",
  ]) {
    const text = JSON.stringify(await json(`/api/v1/${path}`, "alice"));
    expect([path, text.includes("vault"), text.includes("Role/shop")]).toEqual([path, false, false]);
  }
  expect((await json("/api/v1/findings?limit=500", "alice")).items!.length).toBeGreaterThan(3);
  const { groups = [] } = await json("/api/v1/findings/groups?by=namespace", "alice");
  expect(groups.map(({ key }) => key)).toEqual(["shop"]);
  expect((await json("/api/v1/findings/groups?by=kind", "alice")).groups!.map(({ key }) => key)).toEqual([
    "Deployment",
  ]);
  const hidden = encodeURIComponent(findingId("bank", "vault"));
  const shown = encodeURIComponent(findingId("shop", "web"));
  const statusOf = async (path: string): Promise<number> => (await service.get(path, bearer("alice"))).status;
  expect(await statusOf(`/api/v1/findings/${shown}`)).toBe(200);
  expect(await statusOf(`/api/v1/findings/${shown}/history`)).toBe(200);
  expect(await statusOf(`/api/v1/findings/${hidden}`)).toBe(404);
  expect(await statusOf(`/api/v1/findings/${hidden}/history`)).toBe(404);
  expect(await statusOf(`/api/v1/resources/${encodeURIComponent("apps/v1/Deployment/bank/vault")}`)).toBe(
    404,
  );
  for (const path of [
    "scores",
    "scores/history?from=0&to=1",
    "paths",
    "actions",
    "coverage",
    "frameworks/cis-2.0.1",
    "exceptions",
    "status",
    "snapshots?at=1",
  ])
    expect([path, await statusOf(`/api/v1/${path}`)]).toEqual([path, 403]);
  expect(await statusOf("/")).toBe(403);
  expect(await statusOf("/metrics")).toBe(403);
});

test("case 83: live events hold only what may be seen, and resume where they ended", async () => {
  const service = await started();
  const read = async (token: string, after: string, until: string): Promise<string> => {
    const stop = new AbortController();
    const answer = await fetch(`${service.address}/api/v1/events`, {
      headers: { ...bearer(token), "last-event-id": after },
      signal: stop.signal,
    });
    let text = "";
    for await (const chunk of answer.body ?? []) {
      text += Buffer.from(chunk as Uint8Array).toString();
      if (text.includes(until)) break;
    }
    stop.abort();
    return text;
  };
  await service.put(deployment("bank", "safe"));
  await service.put(deployment("shop", "till"));
  // What is found of one object may come in several batches: all of them are read.
  const last = String((await service.store.standing("test"))?.sequence);
  const whole = await read("root", "1", `id: ${last}\n`);
  expect(whole).toContain("/bank/safe:");
  const part = await read("alice", "1", `id: ${last}\n`);
  expect(part).toContain("/shop/till:");
  expect(part).not.toMatch(/bank|vault|Role/);
  await service.put(deployment("shop", "next"));
  const rest = await read("alice", last, "/shop/next:");
  expect(rest).not.toContain("/shop/till:");
  expect(await read("root", "999999", "event: reset")).toContain("event: reset");
});

test("what happened and should not is a live event of its own, for those who may see where", async () => {
  const service = await started();
  await service.put(deployment("bank", "safe"));
  await service.put(deployment("shop", "till"));
  const at = new Date().toISOString();
  const mined = (namespace: string, workload: string): Seen["observations"][number] => ({
    container: { namespace, workloadKind: "Deployment", workload, container: "app" },
    detail: { kind: "exec", path: "/tmp/xmrig", args: ["-o", "stratum+tcp://pool.example.com:3333"] },
    sensor: "agent",
    trust: "kernel",
    support: [{ pod: "a", provenance: "node-1", first: at, last: at, count: 1 }],
  });
  const read = async (token: string): Promise<string> => {
    const stop = new AbortController();
    const headers = bearer(token);
    const answer = await fetch(`${service.address}/api/v1/events`, { headers, signal: stop.signal });
    let text = "";
    for await (const chunk of answer.body ?? []) {
      text += Buffer.from(chunk as Uint8Array).toString();
      if (/event: detections\n.*till/.test(text)) break;
      // Whoever listens already is told of what comes.
      if (text === "retry: 1000\n\n")
        void service.pipeline.observe({
          observations: [mined("bank", "safe"), mined("shop", "till")],
          watches: [],
          detections: [],
        });
    }
    stop.abort();
    return text;
  };
  const part = await read("alice");
  expect(part).toContain('"rule":"crypto-miner"');
  expect(part).not.toMatch(/bank|safe/);
});

test.each([
  ["fails", (says: Started["says"]) => (says.status = 500)],
  ["answers nonsense", (says: Started["says"]) => (says.may = () => undefined as unknown as boolean)],
  ["is silent", (says: Started["says"]) => (says.silent = true)],
])("case 84: nobody sees anything while the API server %s", async (_, harm) => {
  const service = await started();
  expect((await service.get("/api/v1/findings", bearer("root"))).status).toBe(200);
  harm(service.says);
  await new Promise((resolve) => setTimeout(resolve, 5)); // what was allowed holds for a millisecond here
  const { status, text } = await service.get("/api/v1/findings?limit=500", bearer("root"));
  expect([200, 403, 503]).toContain(status);
  expect(text).not.toContain("vault");
  if (status === 200) expect(JSON.parse(text)).toEqual({ items: [] });
});

test("case 80: no token stands in the log", async () => {
  const service = await started();
  service.says.status = 500;
  await service.get("/api/v1/findings", bearer("secret-token"));
  expect(service.logged.join("\n")).not.toContain("secret-token");
  expect(service.logged.length).toBeGreaterThan(0);
});
