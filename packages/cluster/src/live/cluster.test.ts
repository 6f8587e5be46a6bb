import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Agent } from "undici";
import { afterEach, expect, test } from "vitest";
import { readFrom } from "./cluster.ts";
import type { Endpoint } from "./endpoint.ts";

type Handler = (path: string, response: ServerResponse, times: number) => void;
let stop: (() => Promise<void>) | undefined;
afterEach(async () => {
  await stop?.();
  stop = undefined;
});

/** A server that answers as told; faults cannot be had from a real API server on demand. */
async function serve(handler: Handler): Promise<{ endpoint: Endpoint; asked: string[] }> {
  const asked: string[] = [];
  const server = createServer((incoming, response) => {
    const path = incoming.url ?? "";
    asked.push(path);
    handler(path, response, asked.filter((other) => other === path).length);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const dispatcher = new Agent({ headersTimeout: 500, bodyTimeout: 500 });
  stop = async () => {
    await dispatcher.destroy();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    endpoint: {
      name: "test",
      server: address,
      backoff: 5,
      dispatcher,
      headers: async () => ({}),
      close: () => dispatcher.close(),
    },
    asked,
  };
}

const json = (
  response: ServerResponse,
  body: unknown,
  status = 200,
  headers: { readonly [name: string]: string } = {},
): void => {
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
};
const status = (response: ServerResponse, code: number, message: string, headers = {}): void =>
  json(response, { kind: "Status", message }, code, headers);

const resource = (name: string, kind: string, scope = "Namespaced") => ({
  resource: name,
  responseKind: { kind },
  scope,
  verbs: ["list"],
});
const discovery = (path: string, response: ServerResponse): boolean => {
  const items =
    path === "/api"
      ? [
          {
            metadata: { name: "" },
            versions: [
              {
                version: "v1",
                resources: [
                  resource("pods", "Pod"),
                  resource("namespaces", "Namespace", "Cluster"),
                  resource("secrets", "Secret"),
                ],
              },
            ],
          },
        ]
      : [];
  if (path === "/api" || path === "/apis") json(response, { kind: "APIGroupDiscoveryList", items });
  else if (path === "/version") json(response, { gitVersion: "v1.35.4-eks-1" });
  else return false;
  return true;
};
const pod = (name: string) => ({
  metadata: { name, namespace: "shop" },
  spec: { containers: [{ name: "a", image: "b" }] },
});
const options = {
  kinds: ["v1/Pod", "v1/Namespace", "v1/Secret", "apps/v1/Deployment"],
  takenAt: "2026-01-01T00:00:00Z",
};

test("pages are joined, kinds not served are covered, and Secrets are never asked for", async () => {
  const { endpoint, asked } = await serve((path, response) => {
    if (discovery(path, response)) return;
    if (path.startsWith("/api/v1/namespaces")) json(response, { items: [{ metadata: { name: "shop" } }] });
    else if (path.includes("continue=more")) json(response, { metadata: {}, items: [pod("b")] });
    else json(response, { metadata: { continue: "more" }, items: [pod("a")] });
  });
  const snapshot = await readFrom(endpoint, options);
  expect(
    snapshot.resources.map(({ resource: { kind, metadata } }) => `${kind} ${metadata.name}`).sort(),
  ).toEqual(["Namespace shop", "Pod a", "Pod b"]);
  expect(snapshot.covered).toEqual(["apps/v1/Deployment", "v1/Namespace", "v1/Pod"]);
  expect(snapshot.header.server).toEqual({
    kind: "cluster",
    name: "test",
    version: "v1.35.4-eks-1",
    distribution: "eks",
  });
  expect(asked.some((path) => path.includes("secrets"))).toBe(false);
  expect(snapshot.gaps).toEqual([]);
});

const faults: readonly (readonly [string, Handler, string, RegExp])[] = [
  [
    "403",
    (_, response) => status(response, 403, "pods is forbidden"),
    "forbidden",
    /v1\/Pod could not be listed: 403 pods is forbidden/,
  ],
  ["401", (_, response) => status(response, 401, "Unauthorized"), "forbidden", /401/],
  ["404", (_, response) => status(response, 404, "gone"), "not-found", /404/],
  ["410 for ever", (_, response) => status(response, 410, "too old"), "expired", /410 too old/],
  [
    "500 for ever",
    (_, response) => status(response, 500, "etcd is down"),
    "server-error",
    /500 etcd is down/,
  ],
  [
    "429 for ever",
    (_, response) => status(response, 429, "busy", { "retry-after": "0" }),
    "throttled",
    /429 busy/,
  ],
  ["a lost connection", (_, response) => response.destroy(), "unreachable", /./],
  ["silence", () => {}, "timeout", /./],
  [
    "half an answer",
    (_, response) => response.writeHead(200).end('{"items":[{"metadata":'),
    "server-error",
    /no JSON/,
  ],
  ["no list", (_, response) => json(response, { kind: "Status" }), "server-error", /no list/],
];

test.each(faults)("%s is a gap, and the other kinds are read", async (_, fault, reason, message) => {
  const { endpoint } = await serve((path, response, times) => {
    if (discovery(path, response)) return;
    if (path.startsWith("/api/v1/namespaces")) json(response, { items: [{ metadata: { name: "shop" } }] });
    else fault(path, response, times);
  });
  const snapshot = await readFrom(endpoint, options);
  expect(snapshot.gaps).toMatchObject([
    { reason, kinds: ["v1/Pod"], message: expect.stringMatching(message) },
  ]);
  expect(snapshot.resources).toHaveLength(1);
  expect(snapshot.covered).not.toContain("v1/Pod");
});

const passing: readonly (readonly [string, (response: ServerResponse) => void])[] = [
  ["429 with Retry-After", (response) => status(response, 429, "busy", { "retry-after": "1" })],
  ["503", (response) => status(response, 503, "starting")],
  ["a reset", (response) => response.destroy()],
];

test.each(passing)("%s passes by itself", async (_, fault) => {
  const { endpoint } = await serve((path, response, times) => {
    if (discovery(path, response)) return;
    if (path.startsWith("/api/v1/pods") && times < 3) fault(response);
    else json(response, { items: [] });
  });
  expect((await readFrom(endpoint, options)).gaps).toEqual([]);
});

test("a continuation that expires begins the list anew", async () => {
  const { endpoint } = await serve((path, response, times) => {
    if (discovery(path, response)) return;
    if (path.includes("continue=") && times === 1) status(response, 410, "expired");
    else if (path.includes("continue=") || path.startsWith("/api/v1/namespaces"))
      json(response, { items: [pod("b")] });
    else json(response, { metadata: { continue: "x" }, items: [pod("a")] });
  });
  const snapshot = await readFrom(endpoint, { ...options, kinds: ["v1/Pod"] });
  expect(snapshot.resources.map(({ resource: { metadata } }) => metadata.name)).toEqual(["a", "b"]);
});

test("namespaces are asked for one by one, and one that is refused is a gap there only", async () => {
  const { endpoint } = await serve((path, response) => {
    if (discovery(path, response)) return;
    if (path.startsWith("/api/v1/namespaces/a/")) status(response, 403, "no");
    else json(response, { items: path.includes("/pods") ? [pod("p")] : [] });
  });
  const snapshot = await readFrom(endpoint, { ...options, kinds: ["v1/Pod"], namespaces: ["a", "shop"] });
  expect(snapshot.gaps).toMatchObject([{ namespaces: ["a"], kinds: ["v1/Pod"] }]);
  expect(snapshot.resources).toHaveLength(1);
});

test("a cluster that does not answer leaves every kind unknown", async () => {
  const { endpoint } = await serve((_, response) => status(response, 403, "no"));
  const snapshot = await readFrom(endpoint, options);
  expect(snapshot.gaps).toMatchObject([
    { reason: "forbidden", kinds: ["v1/Pod", "v1/Namespace", "apps/v1/Deployment"] },
  ]);
  expect(snapshot.covered).toEqual([]);
});

test("a custom kind that was asked for is taken in", async () => {
  const { endpoint } = await serve((path, response) => {
    if (path === "/apis")
      json(response, {
        kind: "APIGroupDiscoveryList",
        items: [
          {
            metadata: { name: "kyverno.io" },
            versions: [
              { version: "v1", resources: [resource("clusterpolicies", "ClusterPolicy", "Cluster")] },
            ],
          },
        ],
      });
    else if (!discovery(path, response))
      json(response, { items: [{ metadata: { name: "signed" }, spec: {} }] });
  });
  const snapshot = await readFrom(endpoint, { ...options, kinds: ["kyverno.io/v1/ClusterPolicy"] });
  expect(snapshot.resources.map(({ resource: { metadata } }) => metadata.name)).toEqual(["signed"]);
  expect(snapshot.gaps).toEqual([]);
});
