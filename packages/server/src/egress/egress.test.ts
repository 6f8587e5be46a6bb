import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { openWorld, type Clock } from "@plimsoll/cluster";
import { createEgress, type Egress } from "./egress.ts";
import { EgressError } from "./error.ts";
import { openTransport } from "./wire.ts";

const { clock } = await openWorld();
const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function listen(answer: RequestListener): Promise<number> {
  const server = createServer(answer);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

interface Setting {
  readonly allow?: readonly string[];
  readonly addresses?: (host: string) => readonly string[];
  readonly patience?: number;
  readonly clock?: Clock;
}

function egress({ allow = ["127.0.0.1/32"], addresses, patience = 5_000, ...more }: Setting = {}): Egress {
  const transport = openTransport();
  const lookup = (host: string): Promise<readonly string[]> =>
    Promise.resolve(addresses?.(host) ?? ["127.0.0.1"]);
  return createEgress({ allow, clock: more.clock ?? clock, patience, transport: { ...transport, lookup } });
}

function post(out: Egress, url: string, headers: Readonly<Record<string, string>> = {}) {
  return out.post({ url: new URL(url), headers, body: "{}", secret: ["authorization"] });
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return error instanceof EgressError ? error.code : `no EgressError: ${String(error)}`;
}

test.each([
  "http://127.1/",
  "http://0x7f000001/",
  "http://0177.0.0.1/",
  "http://2130706433/",
  "https://[::ffff:7f00:1]/",
  "https://[::1]/",
  "https://localhost./",
  "https://x.localhost/",
  "https://169.254.169.254/latest/meta-data/",
  "https://10.96.0.1/",
  "https://[fd00:ec2::254]/",
])("cases 76, 79: %s is refused before anything is sent", async (url) => {
  expect(await codeOf(post(egress({ allow: [] }), url))).toBe("address");
});

test("case 79: a name of a cluster's service is refused unless the settings name it", async () => {
  const port = await listen((_request, response) => response.end("ok"));
  const url = `http://hook.shop.svc:${port}/`;
  const addresses = (): readonly string[] => ["10.96.0.7"];
  expect(await codeOf(post(egress({ allow: [], addresses }), url))).toBe("address");
  expect(await codeOf(post(egress({ allow: ["other.shop.svc"], addresses }), url))).toBe("address");
  const named = egress({ allow: ["hook.shop.svc"], addresses });
  expect(await named.pin("hook.shop.svc", 80)).toMatchObject({ address: "10.96.0.7", allowed: true });
});

test("a name in the settings does not open loopback or metadata; their address does", async () => {
  const out = egress({ allow: ["hook.example"], addresses: () => ["169.254.169.254"] });
  expect(await codeOf(post(out, "https://hook.example/"))).toBe("address");
  const port = await listen((_request, response) => response.end("ok"));
  expect(await post(egress(), `http://hook.example:${port}/`)).toMatchObject({ status: 200, body: "ok" });
});

test("case 76: a name is looked up once, and one bad address among good ones is enough", async () => {
  let asked = 0;
  const port = await listen((_request, response) => response.end("ok"));
  const out = egress({ addresses: () => (asked++ === 0 ? ["127.0.0.1"] : ["10.0.0.1"]) });
  expect((await post(out, `http://rebound.example:${port}/`)).status).toBe(200);
  expect(asked).toBe(1);
  const mixed = egress({ allow: [], addresses: () => ["1.1.1.1", "127.0.0.1"] });
  expect(await codeOf(post(mixed, "https://mixed.example/"))).toBe("address");
});

test("without TLS only where the settings name it", async () => {
  const out = egress({ allow: [], addresses: () => ["1.1.1.1"] });
  expect(await codeOf(post(out, "http://hook.example/"))).toBe("address");
  expect(
    await codeOf(
      out.connect({ host: "hook.example", port: 514, tls: false, signal: new AbortController().signal }),
    ),
  ).toBe("address");
  expect(await codeOf(post(out, "ftp://hook.example/"))).toBe("address");
  expect(await codeOf(post(out, "https://user:password@hook.example/"))).toBe("address");
});

test("case 75: another host gets no credentials, and an address that is refused is refused after a redirect too", async () => {
  const seen: (string | undefined)[] = [];
  const port = await listen((request, response) => {
    seen.push(request.headers.authorization);
    if (request.url === "/away") response.writeHead(307, { location: `http://b.example:${port}/end` });
    if (request.url === "/here") response.writeHead(308, { location: "/end" });
    if (request.url === "/bad") response.writeHead(307, { location: "http://169.254.169.254/" });
    if (request.url === "/lost") response.writeHead(302, { location: "/end" });
    if (request.url === "/round") response.writeHead(307, { location: "/round" });
    response.end("ok");
  });
  const headers = { authorization: "Bearer secret" };
  const to = (path: string) => post(egress(), `http://a.example:${port}${path}`, headers);
  expect((await to("/away")).status).toBe(200);
  expect((await to("/here")).status).toBe(200);
  expect(seen).toEqual(["Bearer secret", undefined, "Bearer secret", "Bearer secret"]);
  expect(await codeOf(to("/bad"))).toBe("address");
  expect(await codeOf(to("/lost"))).toBe("redirect");
  seen.length = 0;
  expect(await codeOf(to("/round"))).toBe("redirect");
  expect(seen).toHaveLength(4);
});

test("case 77: answers without end, too long, too slow, or with too many headers", async () => {
  const port = await listen((request, response) => {
    if (request.url === "/long") response.end("x".repeat(70_000));
    if (request.url === "/headers") response.writeHead(200, { "x-long": "x".repeat(20_000) }).end();
    if (request.url === "/drip") response.write("x");
  });
  const to = (path: string, patience: number) =>
    post(egress({ patience }), `http://a.example:${port}${path}`);
  expect(await codeOf(to("/long", 5_000))).toBe("answer");
  expect(await codeOf(to("/headers", 5_000))).toBe("answer");
  expect(await codeOf(to("/drip", 50))).toBe("timeout");
});

test("case 80: what was sent is not in the words of a failure", async () => {
  const out = egress();
  const work = post(out, "http://a.example:1/hook/token-in-the-path", { authorization: "Bearer secret" });
  const error = await work.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(EgressError);
  expect(String(error)).not.toMatch(/secret|token-in-the-path/);
});
