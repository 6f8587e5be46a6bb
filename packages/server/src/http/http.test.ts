import { connect } from "node:net";
import { expect, test } from "vitest";
import { deployment, findingId, startHttp, type Started } from "../fixtures/service.ts";
import { usualSettings } from "../settings/settings.ts";

interface Page {
  readonly items: readonly { readonly finding: { readonly id: string } }[];
  readonly next?: string;
}

async function listed(service: Started, query: string): Promise<readonly string[]> {
  const { status, text, json } = await service.get(`/api/v1/findings?${query}`);
  expect([status, text.slice(0, 200)]).toEqual([200, expect.any(String)]);
  return (json() as Page).items.map(({ finding }) => finding.id);
}

test("findings are filtered, searched, counted, paged, and told one by one with their history", async () => {
  const service = await startHttp();
  await service.put(deployment("shop", "web"), deployment("shop", "api"), deployment("bank", "web"));
  const only = "control=privileged-container";
  expect(await listed(service, `${only}&namespace=shop&sort=name`)).toEqual([
    findingId("shop", "api"),
    findingId("shop", "web"),
  ]);
  expect(await listed(service, `${only}&search=bank`)).toEqual([findingId("bank", "web")]);
  expect(await listed(service, `${only}&outcome=unknown`)).toEqual([]);
  const { groups } = (await service.get(`/api/v1/findings/groups?${only}&by=namespace`)).json() as {
    readonly groups: readonly object[];
  };
  expect(groups).toEqual([
    { key: "shop", count: 2 },
    { key: "bank", count: 1 },
  ]);
  const seen: string[] = [];
  for (let next: string | undefined = ""; next !== undefined;) {
    const page = (await service.get(`/api/v1/findings?limit=3&sort=name${next}`)).json() as Page;
    seen.push(...page.items.map(({ finding }) => finding.id));
    next = page.next === undefined ? undefined : `&cursor=${page.next}`;
  }
  expect(new Set(seen).size).toBe(seen.length);
  expect(seen.length).toBeGreaterThan(20);
  const id = encodeURIComponent(findingId("shop", "web"));
  await service.put(deployment("shop", "web", false));
  const { items } = (await service.get(`/api/v1/findings/${id}/history`)).json() as {
    readonly items: readonly { readonly kind: string; readonly by?: { readonly name: string } }[];
  };
  expect(items.map(({ kind, by }) => [kind, by?.name])).toEqual([
    ["opened", "web"],
    ["fixed", "web"],
  ]);
  await service.remove("apps/v1/Deployment", "shop", "api");
  const gone = await service.get(`/api/v1/findings/${encodeURIComponent(findingId("shop", "api"))}`);
  expect(gone.status).toBe(404);
});

test.each(["findings?", "findings/groups?by=kind&"])(
  "%s of a control that nobody knows is refused",
  async (path) => {
    const service = await startHttp();
    const { status, json } = await service.get(`/api/v1/${path}control=host-network&control=host-networks`);
    expect([status, json()]).toEqual([
      400,
      expect.objectContaining({ detail: "there is no control host-networks" }),
    ]);
    expect((await service.get(`/api/v1/${path}control=policy.of-the-cluster`)).status).toBe(200);
  },
);

test.each([
  ["scores/why?framework=cis-9&from=0&to=1", "there is no such framework"],
  ["scores/history?framework=cis-9&from=0&to=1", "there is no such framework"],
  ["frameworks/cis-9", "there is no such framework"],
  ["frameworks/cis-2.0.1", "the settings leave this framework out"],
  ["scores/why?framework=cis-2.0.1&from=0&to=1", "the settings leave this framework out"],
])("a framework that is not there is not found, and not without changes: %s", async (path, detail) => {
  const service = await startHttp();
  service.says.settings = { ...usualSettings, frameworks: ["pss-baseline"] };
  service.pipeline.again();
  await service.put(deployment("shop", "web"));
  const judged = async () => (await service.get("/api/v1/scores")).text.includes("cis-2.0.1");
  await expect.poll(judged).toBe(false);
  const { status, json } = await service.get(`/api/v1/${path}`);
  expect([status, json()]).toMatchObject([404, { code: "not-found", detail }]);
});

test("an address that cannot be read is refused in the words of all refusals, and does not come back in them", async () => {
  const service = await startHttp();
  for (const [path, status] of [
    ["/api/v1/findings/%", 400],
    [`/api/v1/findings/${"a".repeat(3000)}`, 413],
  ] as const) {
    const { headers, text, ...answer } = await service.get(path);
    expect([answer.status, headers.get("content-type"), headers.get("x-content-type-options")]).toEqual([
      status,
      "application/problem+json; charset=utf-8",
      "nosniff",
    ]);
    expect(text).not.toContain("findings");
  }
});

test("the head of an answer can be asked for alone, but not of a link that is used up, nor of live events", async () => {
  const service = await startHttp();
  for (const [path, status] of [
    ["/livez", 200],
    ["/readyz", 200],
    ["/api/v1/findings", 200],
    ["/login/x", 404],
    ["/api/v1/events", 404],
  ] as const)
    expect([path, (await service.head(path)).status]).toEqual([path, status]);
});

test("scores, and why they changed; the state as it was", async () => {
  const service = await startHttp();
  await service.put(deployment("shop", "web", false));
  const from = Date.now();
  await service.put(deployment("shop", "web", true));
  const to = Date.now() + 1;
  const why = (
    await service.get(`/api/v1/scores/why?framework=pss-baseline&from=${from}&to=${to}`)
  ).json() as {
    readonly before: { readonly failed: number };
    readonly after: { readonly failed: number };
    readonly changes: readonly { readonly id: string }[];
    readonly complete: boolean;
  };
  expect(why.after.failed).toBe(why.before.failed + 1);
  expect(why.changes.map(({ id }) => id)).toEqual([findingId("shop", "web")]);
  expect(why.complete).toBe(true);
  const past = (await service.get(`/api/v1/snapshots?at=${from}`)).json() as {
    readonly snapshot: { readonly resources: readonly { readonly resource: object }[] };
  };
  expect(past.snapshot.resources.map(({ resource }) => resource)).toEqual([deployment("shop", "web", false)]);
});

test.each([
  "/api/v1/scores",
  "/api/v1/paths",
  "/api/v1/actions",
  "/api/v1/coverage",
  "/api/v1/frameworks",
  "/api/v1/frameworks/cis-2.0.1",
  "/api/v1/exceptions",
  "/api/v1/status",
  "/api/v1/resources",
  "/api/v1/openapi.json",
])("%s answers", async (path) => {
  const service = await startHttp();
  await service.put(deployment("shop", "web"));
  const { status, headers, json } = await service.get(path);
  expect(status).toBe(200);
  expect(headers.get("cache-control")).toBe("no-store");
  expect(json()).toBeTypeOf("object");
});

test("case 94: the report as a page has its own strict policy, and nobody may frame it", async () => {
  const service = await startHttp();
  await service.put(deployment("shop", "web<img src=x onerror=alert(1)>"));
  const { status, headers, text } = await service.get("/");
  expect(status).toBe(200);
  expect(headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
  expect(text).toContain("require-trusted-types-for 'script'");
  expect(text).not.toContain("<img src=x");
});

test("the link logs in once", async () => {
  const service = await startHttp();
  const again = await service.get("/login/whatever");
  expect(again.status).toBe(401);
  expect((await fetch(`${service.address}/api/v1/findings`)).status).toBe(401);
});

test.each([
  ["another site's page", { origin: "https://evil.example" }],
  ["a page without an origin", { origin: "null" }],
  ["a fetch across sites", { "sec-fetch-site": "cross-site", "sec-fetch-mode": "cors" }],
])("case 87: %s is refused, whoever is logged in", async (_, headers) => {
  const service = await startHttp();
  const answer = await service.get("/api/v1/findings", headers);
  expect(answer.status).toBe(403);
  expect(answer.headers.get("access-control-allow-origin")).toBeNull();
});

test.each(["evil.example", "127.0.0.1.evil.example", "169.254.169.254", "localhost"])(
  "case 87: a name that is not ours is refused: %s",
  async (host) => {
    const service = await startHttp();
    const answer = await raw(service.port, `GET /api/v1/findings HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
    expect(answer).toContain("HTTP/1.1 403");
  },
);

test("case 86: a token in the address is refused, and stands in no answer and no log", async () => {
  const service = await startHttp();
  const jwt = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl";
  for (const query of [`access_token=${jwt}`, `token=abc`, `search=${jwt}`, `Authorization=x`]) {
    const { status, text } = await service.get(`/api/v1/findings?${query}`);
    expect(status).toBe(400);
    expect(text).not.toContain(jwt);
  }
  expect(service.logged.join("\n")).not.toContain("eyJ");
});

test.each([
  ["limit=1000000000", 400],
  ["limit=0", 400],
  ["limit=-1", 400],
  ["limit=1.5", 400],
  ["cursor=AAAA", 400],
  ["cursor=W10", 400],
  ["sort=password", 400],
  ["severity=worst", 400],
  ["nosuch=1", 400],
  [`search=${"x".repeat(201)}`, 400],
  [Array.from({ length: 101 }, (_, index) => `name=n${index}`).join("&"), 400],
  [Array.from({ length: 60 }, (_, index) => `name=n${index}`).join("&"), 400],
  [Array.from({ length: 100_000 }, (_, index) => `a${index}=1`).join("&"), 431],
])("case 88: more than may be asked for is refused: %.40s", async (query, wanted) => {
  const service = await startHttp();
  const { status, text } = await service.get(`/api/v1/findings?${query}`);
  expect(status).toBe(wanted);
  expect(text.length).toBeLessThan(500);
});

test("case 88: a body of a hundred megabytes is not read", async () => {
  const service = await startHttp();
  const head = `POST /api/v1/findings HTTP/1.1\r\nHost: 127.0.0.1:${service.port}\r\nContent-Type: application/json\r\nContent-Length: 100000000\r\n\r\n`;
  expect(await raw(service.port, head)).toMatch(/^HTTP\/1\.1 4(?:01|04|13|15)/);
});

test.each([
  "__proto__=1",
  "__proto__[x]=1",
  "constructor[prototype][x]=1",
  `a${"[b]".repeat(1000)}=1`,
  "toString=1",
])("case 89: keys that mean something to JavaScript are data, and refused: %.40s", async (query) => {
  const service = await startHttp();
  expect((await service.get(`/api/v1/findings?${query}`)).status).toBe(400);
  expect(({} as { readonly x?: unknown }).x).toBeUndefined();
});

const injections = [
  "' OR 1=1 --",
  "'; DROP TABLE results; --",
  '"*"',
  "x AND y NEAR/2 z",
  "%",
  "_",
  "\\",
  "a\u0000b",
];

test.each(["control", "namespace", "kind", "name", "workload", "edit", "team", "search"])(
  "case 90: what means something to SQL is data in %s",
  async (parameter) => {
    const service = await startHttp();
    await service.put(deployment("shop", "web"));
    const before = await listed(service, "limit=500");
    for (const text of injections) {
      const { status, json } = await service.get(`/api/v1/findings?${parameter}=${encodeURIComponent(text)}`);
      expect([text, status === 200 || status === 400]).toEqual([text, true]);
      if (status !== 200) continue;
      // No pattern and no operator: what is found holds the very text.
      const { items } = json() as Page;
      const others = items.filter(({ finding }) => !JSON.stringify(finding).includes(text));
      expect([text, others]).toEqual([text, []]);
    }
    expect(await listed(service, "limit=500")).toEqual(before);
  },
);

test.each([
  "/../etc/passwd",
  "/%2e%2e/%2e%2e/etc/passwd",
  "/%252e%252e/etc/passwd",
  "//etc/passwd",
  "/api/v1/..%2f..%2fetc/passwd",
  "/api/v1/findings/..%2f..%2fetc%2fpasswd",
  "/api/v1/resources/..%2f..%2fetc%2fpasswd",
  "/static/..\\..\\etc\\passwd",
])("case 91: no path leads out: %s", async (path) => {
  const service = await startHttp();
  const cookie = "";
  const answer = await raw(
    service.port,
    `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${service.port}\r\n${cookie}\r\n`,
  );
  expect(answer).toMatch(/^HTTP\/1\.1 4(?:00|01|04)/);
  expect((await service.get(path)).status).toBeOneOf([400, 404]);
});

test.each([
  [
    "a length and chunks",
    "POST / HTTP/1.1\r\nHost: H\r\nContent-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nX",
  ],
  ["two lengths", "POST / HTTP/1.1\r\nHost: H\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nXX"],
  ["bare line feeds", "GET / HTTP/1.1\nHost: H\n\n"],
  ["a space before the colon", "GET / HTTP/1.1\r\nHost : H\r\n\r\n"],
  ["a folded header", "GET / HTTP/1.1\r\nHost: H\r\nX: a\r\n b\r\n\r\n"],
  ["a chunk without a size", "POST / HTTP/1.1\r\nHost: H\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n\r\n"],
  ["the beginning of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"],
])("case 92: %s: the connection is closed, and the next request is answered", async (_, text) => {
  const service = await startHttp();
  const answer = await raw(service.port, text.replaceAll("Host: H", `Host: 127.0.0.1:${service.port}`));
  expect(answer).not.toMatch(/^HTTP\/1\.1 2/);
  expect(answer.match(/HTTP\/1\.1/g)?.length ?? 0).toBeLessThanOrEqual(1);
  expect((await service.get("/livez")).status).toBe(200);
});

test("case 93: whoever guesses is made to wait; labels of metrics do not grow with what is asked", async () => {
  const service = await startHttp();
  const statuses: number[] = [];
  for (let guess = 0; guess < 60; guess += 1)
    statuses.push((await fetch(`${service.address}/api/v1/findings`)).status);
  expect(statuses.slice(0, 20)).toEqual(Array.from({ length: 20 }, () => 401));
  expect(statuses.slice(-20)).toEqual(Array.from({ length: 20 }, () => 429));
});

test("case 93: a thousand paths are one label", async () => {
  const service = await startHttp();
  for (let index = 0; index < 150; index += 1) await service.get(`/nowhere/${index}?x=${index}`);
  const { text } = await service.get("/metrics");
  expect(
    text.split("\n").filter((line) => line.startsWith("plimsoll_http_requests_total")).length,
  ).toBeLessThan(10);
  expect(text).toMatch(/plimsoll_http_requests_total\{route="none",status="4xx"\} 150/);
  expect(text.endsWith("# EOF\n")).toBe(true);
});

/** Sends bytes as they are; what came back until the other side closed, or half a second of silence. */
function raw(port: number, text: string): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  let answer = "";
  const socket = connect(port, "127.0.0.1", () => socket.write(text));
  socket.setTimeout(500, () => socket.destroy());
  socket.on("data", (chunk: Buffer) => (answer += chunk.toString()));
  socket.on("error", () => undefined);
  socket.on("close", () => resolve(answer));
  return promise;
}
