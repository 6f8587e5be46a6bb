/** Faults of an API server, which a real one does not have on demand. What a real one answers is held in tests/cluster. */
import { readFileSync, writeFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import {
  scratch,
  json,
  kubeconfigFor,
  names,
  pod,
  read,
  serve,
  status,
  discovery,
  type Answer,
} from "./fixtures/apiserver.ts";
import type { ClusterProgress } from "./live.ts";

test("pages are joined, kinds that are not served are covered, Secrets are never asked for, objects are pruned", async () => {
  const told: ClusterProgress[] = [];
  const cluster = await serve((path, response, _, request) => {
    expect(request.headers.authorization).toBe("Bearer secret-token");
    if (discovery(path, response)) return;
    if (path.startsWith("/api/v1/namespaces")) json(response, { items: [{ metadata: { name: "shop" } }] });
    else if (path.includes("continue=mo%2Fre")) json(response, { metadata: {}, items: [pod("b")] });
    else json(response, { metadata: { continue: "mo/re" }, items: [pod("a")] });
  });
  const snapshot = await read(cluster, { onProgress: (progress) => told.push(progress) });
  expect(names(snapshot)).toEqual(["Pod a", "Pod b", "Namespace shop"]);
  expect(snapshot.covered).toEqual(["v1/Pod", "v1/Namespace", "apps/v1/Deployment"]);
  expect(snapshot.header.server).toEqual({ kind: "cluster", name: "test", version: "v1.35.4" });
  expect(snapshot.gaps).toEqual([]);
  expect(cluster.asked.filter((path) => path.includes("secrets"))).toEqual([]);
  expect(cluster.asked).toHaveLength(6);
  expect(JSON.stringify(snapshot)).not.toMatch(/hunter2|managedFields|secret-token/);
  expect(snapshot.resources[0]).toMatchObject({
    source: { file: "cluster" },
    lastChange: { manager: "kubectl", at: "2026-01-01T00:00:00Z" },
  });
  expect(told.at(-1)).toEqual({ kinds: 3, ofKinds: 3, resources: 3, requests: 6 });
});

test("answers may be compressed", async () => {
  const cluster = await serve((path, response) => {
    if (discovery(path, response)) return;
    response
      .writeHead(200, { "content-encoding": "gzip" })
      .end(gzipSync(JSON.stringify({ items: [pod("a")] })));
  });
  expect(names(await read(cluster, { kinds: ["v1/Pod"] }))).toEqual(["Pod a"]);
});

const faults: readonly (readonly [string, Answer, string, RegExp, RegExp | undefined])[] = [
  [
    "403",
    (_, response) => status(response, 403, "pods is forbidden"),
    "forbidden",
    /^Pod: 403: pods is forbidden$/,
    /apiGroups: \[""\], resources: \["pods"\], verbs: \["list"\]/,
  ],
  ["401", (_, response) => status(response, 401, "Unauthorized"), "forbidden", /401/, /log in again/],
  ["404", (_, response) => status(response, 404, "gone"), "not-found", /404/, undefined],
  [
    "410 for ever",
    (_, response) => status(response, 410, "too old"),
    "expired",
    /410: too old/,
    /scan again/,
  ],
  [
    "429 for ever",
    (_, response) => status(response, 429, "busy", { "retry-after": "1" }),
    "throttled",
    /429: busy/,
    /scan again/,
  ],
  [
    "500 for ever",
    (_, response) => status(response, 500, "etcd is\n down \u001b[2J"),
    "server-error",
    /500: etcd is down \[2J/,
    /scan again/,
  ],
  [
    "a page of a proxy",
    (_, response) => response.writeHead(502).end("<html>"),
    "server-error",
    /502/,
    undefined,
  ],
  [
    "a lost connection",
    (_, response) => response.destroy(),
    "unreachable",
    /the connection was cut/,
    undefined,
  ],
  ["silence", () => undefined, "timeout", /no answer in time/, /scan again/],
  [
    "half an answer",
    (_, response) => response.writeHead(200).end('{"items":[{"metadata":'),
    "server-error",
    /no JSON, or cut off/,
    undefined,
  ],
  [
    "a body that is cut off",
    (_, response) =>
      void response
        .writeHead(200, { "content-length": "1000" })
        .write('{"items":[', () => response.destroy()),
    "server-error",
    /cut off/,
    undefined,
  ],
  [
    "a broken archive",
    (_, response) => response.writeHead(200, { "content-encoding": "gzip" }).end("no gzip"),
    "server-error",
    /cut off/,
    undefined,
  ],
  ["no list", (_, response) => json(response, { kind: "Status" }), "server-error", /no list/, undefined],
  [
    "a redirect",
    (_, response) => response.writeHead(302, { location: "http://127.0.0.1:1/" }).end(),
    "unsupported",
    /302/,
    undefined,
  ],
];

test.each(faults)("%s is a gap, and other kinds are read", async (_, fault, reason, message, remedy) => {
  const cluster = await serve((path, response, time, request) => {
    if (discovery(path, response)) return;
    if (path.startsWith("/api/v1/namespaces")) json(response, { items: [{ metadata: { name: "shop" } }] });
    else fault(path, response, time, request);
  });
  const snapshot = await read(cluster);
  expect(snapshot.gaps).toMatchObject([
    { reason, source: "cluster", kinds: ["v1/Pod"], message: expect.stringMatching(message) },
  ]);
  if (remedy !== undefined) expect(snapshot.gaps[0]?.remedy).toMatch(remedy);
  expect(names(snapshot)).toEqual(["Namespace shop"]);
  expect(snapshot.covered).toEqual(["v1/Namespace", "apps/v1/Deployment"]);
});

test.each<readonly [string, (response: ServerResponse) => void]>([
  ["429 with Retry-After", (response) => status(response, 429, "busy", { "retry-after": "1" })],
  ["503", (response) => status(response, 503, "starting")],
  ["a lost connection", (response) => void response.destroy()],
  ["half an answer", (response) => void response.writeHead(200).end("{")],
])("%s passes by itself", async (_, fault) => {
  const cluster = await serve((path, response, time) => {
    if (discovery(path, response)) return;
    if (time < 3) fault(response);
    else json(response, { items: [pod("a")] });
  });
  const snapshot = await read(cluster, { kinds: ["v1/Pod"] });
  expect([names(snapshot), snapshot.gaps]).toEqual([["Pod a"], []]);
});

test("a wait that the server asks for is kept, up to a limit", async () => {
  const cluster = await serve((path, response, time) => {
    if (discovery(path, response)) return;
    if (time === 1) status(response, 429, "busy", { "retry-after": "3600" });
    else json(response, { items: [] });
  });
  const start = performance.now();
  await read(cluster, { kinds: ["v1/Pod"], times: { firstWait: 1, longestWait: 400 } });
  expect(performance.now() - start).toBeGreaterThan(390);
});

test("a continuation that expires begins the list anew, and nothing is there twice", async () => {
  const cluster = await serve((path, response, time) => {
    if (discovery(path, response)) return;
    if (path.includes("continue=") && time === 1) status(response, 410, "expired");
    else if (path.includes("continue=")) json(response, { items: [pod("b")] });
    else json(response, { metadata: { continue: "x" }, items: [pod("a")] });
  });
  expect(names(await read(cluster, { kinds: ["v1/Pod"] }))).toEqual(["Pod a", "Pod b"]);
});

test("namespaces are asked for one by one, and one that is refused is a gap there only", async () => {
  const cluster = await serve((path, response) => {
    if (discovery(path, response)) return;
    if (path.startsWith("/api/v1/namespaces/a/")) status(response, 403, "no");
    else if (path === "/api/v1/namespaces/none") status(response, 404, "not found");
    else if (/^\/api\/v1\/namespaces\/\w+$/.test(path))
      json(response, { kind: "Namespace", apiVersion: "v1", metadata: { name: path.slice(19) } });
    else if (path.startsWith("/api/v1/nodes")) json(response, { items: [{ metadata: { name: "node" } }] });
    else json(response, { items: [pod("p")] });
  });
  const snapshot = await read(cluster, {
    kinds: ["v1/Pod", "v1/Namespace", "v1/Node"],
    namespaces: ["a", "shop", "none"],
  });
  expect(snapshot.gaps).toMatchObject([
    { reason: "forbidden", namespaces: ["a"], kinds: ["v1/Pod"] },
    {
      reason: "not-found",
      namespaces: ["none"],
      kinds: ["v1/Namespace"],
      remedy: "check the namespace's name",
    },
  ]);
  expect(names(snapshot)).toEqual(["Pod p", "Pod p", "Namespace a", "Namespace shop", "Node node"]);
  expect(cluster.asked).not.toContain("/api/v1/pods?limit=500");
});

test("a namespace's name cannot lead elsewhere", async () => {
  const cluster = await serve(
    (path, response) => void (discovery(path, response) || json(response, { items: [] })),
  );
  await read(cluster, { kinds: ["v1/Pod"], namespaces: ["../../secrets?x"] });
  expect(cluster.asked).toContain("/api/v1/namespaces/..%2F..%2Fsecrets%3Fx/pods?limit=500");
});

test("credentials that were refused are asked for anew, once", async () => {
  const token = join(scratch(), "token");
  writeFileSync(token, "old");
  const cluster = await serve((path, response, _, request) => {
    if (request.headers.authorization !== "Bearer new") {
      writeFileSync(token, "new");
      status(response, 401, "expired");
    } else if (!discovery(path, response)) json(response, { items: [pod("a")] });
  }, `{tokenFile: ${token}}`);
  const snapshot = await read(cluster, { kinds: ["v1/Pod"] });
  expect([names(snapshot), snapshot.gaps]).toEqual([["Pod a"], []]);
});

test.each<readonly [string, Answer, string]>([
  ["refuses everybody", (_, response) => status(response, 401, "Unauthorized"), "forbidden"],
  ["only fails", (_, response) => status(response, 500, "down"), "server-error"],
  ["says nothing", () => undefined, "timeout"],
])("a server that %s leaves every kind unknown", async (_, answer, reason) => {
  const snapshot = await read(await serve(answer));
  expect(snapshot.gaps).toMatchObject([
    { reason, kinds: ["v1/Pod", "v1/Namespace", "apps/v1/Deployment"], remedy: expect.any(String) },
  ]);
  expect([snapshot.covered, snapshot.resources]).toEqual([[], []]);
});

test("a server that is not there leaves every kind unknown, at once", async () => {
  const start = performance.now();
  const snapshot = await read(
    { kubeconfig: kubeconfigFor("https://127.0.0.1:1", "{}"), asked: [] },
    { times: {} },
  );
  expect(snapshot.gaps).toMatchObject([
    { reason: "unreachable", message: "127.0.0.1:1: connection refused" },
  ]);
  expect(performance.now() - start).toBeLessThan(2_000);
});

test("an object that cannot be is refused by name, and the others are read", async () => {
  const cluster = await serve((path, response) => {
    if (!discovery(path, response))
      json(response, { items: [pod("bad", { spec: { containers: "x" } }), pod("good"), null] });
  });
  const snapshot = await read(cluster, { kinds: ["v1/Pod"] });
  expect(names(snapshot)).toEqual(["Pod good"]);
  expect(snapshot.gaps).toMatchObject([
    {
      reason: "refused",
      message: "Pod shop/bad: spec.containers must be a list, found a string",
      kinds: ["v1/Pod"],
    },
  ]);
});

test("a list that leads in circles ends", async () => {
  const cluster = await serve((path, response) => {
    if (!discovery(path, response)) json(response, { metadata: { continue: "again" }, items: [pod("a")] });
  });
  expect((await read(cluster, { kinds: ["v1/Pod"] })).gaps).toMatchObject([
    { reason: "server-error", message: "Pod: a list that does not end" },
  ]);
});

test("an answer that drips is given up", async () => {
  const cluster = await serve((path, response) => {
    if (discovery(path, response)) return;
    response.writeHead(200);
    const drip = setInterval(() => response.write(" "), 20);
    response.on("close", () => clearInterval(drip));
  });
  const snapshot = await read(cluster, { kinds: ["v1/Pod"], times: { patience: 50, tries: 1 } });
  expect(snapshot.gaps).toMatchObject([{ reason: "timeout" }]);
});

test("an answer that stops half way is given up as late, not as cut off", async () => {
  const cluster = await serve((path, response) => {
    if (discovery(path, response)) return;
    response.writeHead(200);
    response.write('{"items":[');
  });
  const snapshot = await read(cluster, { kinds: ["v1/Pod"], times: { patience: 300, tries: 1 } });
  expect(snapshot.gaps).toMatchObject([{ reason: "timeout" }]);
});

test("a proxy that the kubeconfig names is gone through", async () => {
  const proxy = await serve((path, response) => {
    const inner = path.replace("http://api.example:8080", "");
    if (!discovery(inner, response)) json(response, { items: [pod("a")] });
  });
  const address = /server: "([^"]+)"/.exec(readFileSync(proxy.kubeconfig, "utf8"))![1]!;
  const kubeconfig = kubeconfigFor(`http://api.example:8080", proxy-url: "${address}`, "{}");
  expect(names(await read({ kubeconfig, asked: [] }, { kinds: ["v1/Pod"] }))).toEqual(["Pod a"]);
  expect(proxy.asked).toContain("http://api.example:8080/api/v1/pods?limit=500");
});
