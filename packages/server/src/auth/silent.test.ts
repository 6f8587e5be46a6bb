/** An API server that says nothing, or is not reached any more: who asks is told so in time, sees nothing, and holds nobody up. */
import { createSecureServer, type ServerHttp2Stream } from "node:http2";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { openWorld, type Access } from "@plimsoll/cluster";
import { startRelay } from "../../../../tests/relay.ts";
import { makeAuthority } from "../fixtures/certificates.ts";
import { agentAccount, deployment, sourceToken, startHttp, type Started } from "../fixtures/service.ts";
import { openApiServer } from "./apiserver.ts";

const root = { authorization: "Bearer root" };
const line = "the API server did not say whether this is allowed";

async function started(): Promise<Started> {
  const service = await startHttp("tokens");
  service.says.owner = (token) => (token === "agent" ? `${agentAccount}@n1` : token);
  service.says.may = () => true;
  await service.put(deployment("shop", "web"));
  return service;
}

test("W2: while TokenReview hangs everybody is answered 503 in one line, and what needs no token is answered at once", async () => {
  const service = await started();
  service.says.silent = true;
  const begun = performance.now();
  const asked = Array.from({ length: 150 }, (_, index) => {
    const headers = { authorization: `Bearer nobody-${index}` };
    const path = ["/api/v1/findings", "/api/v1/events", "/metrics", "/api/v1/scores"][index % 4]!;
    return service.get(path, headers);
  });
  const told = service.post("/api/v1/observations", {}, { authorization: "Bearer agent" });
  let answered = 0;
  for (const each of [...asked, told]) void each.then(() => (answered += 1));
  const falco = { authorization: `Bearer ${sourceToken}` };
  expect((await service.get("/livez")).status).toBe(200);
  expect((await service.get("/readyz")).status).toBe(200);
  expect((await service.post("/api/v1/sources/falco", { no: "alert" }, falco)).status).toBe(200);
  await service.put(deployment("shop", "later"));
  expect(answered).toBe(0);
  for (const { status, text } of await Promise.all([...asked, told])) {
    expect([status, JSON.parse(text)]).toEqual([503, expect.objectContaining({ status: 503, detail: line })]);
    expect(text).not.toMatch(/shop|web|\n/);
  }
  // They waited together, not one after another.
  expect(performance.now() - begun).toBeLessThan(30_000);
  service.says.silent = false;
  expect((await service.get("/api/v1/findings", root)).text).toContain("/shop/later:");
}, 60_000);

test("W2: while SubjectAccessReview hangs nobody sees anything, whoever he is known to be; then he does again", async () => {
  const service = await started();
  const other = { authorization: "Bearer other" };
  expect((await service.get("/api/v1/findings", root)).status).toBe(200);
  expect((await service.get("/api/v1/findings", other)).status).toBe(200);
  service.says.silent = true;
  await new Promise((resolve) => setTimeout(resolve, 5)); // what was allowed holds for a millisecond here
  const paths = ["findings", "resources", "vulnerabilities", "scores", "coverage", "detections", "packages"];
  const answers = await Promise.all(
    paths.flatMap((path) => [root, other].map((headers) => service.get(`/api/v1/${path}`, headers))),
  );
  for (const { status, text } of answers) {
    expect([status, JSON.parse(text)]).toEqual([503, expect.objectContaining({ detail: line })]);
    expect(text).not.toMatch(/shop|web/);
  }
  service.says.silent = false;
  expect((await service.get("/api/v1/findings", root)).status).toBe(200);
}, 60_000);

test("W2: a connection that leads nowhere any more is given up, and the next question goes over another", async () => {
  const authority = makeAuthority();
  onTestFinished(authority.remove);
  const { cert, key } = authority.issue("api.example", 1);
  const server = createSecureServer({ cert, key });
  server.on("stream", (stream: ServerHttp2Stream) => {
    stream.on("error", () => undefined);
    stream.resume().on("end", () => {
      stream.respond({ ":status": 201 });
      stream.end(JSON.stringify({ status: { allowed: true } }));
    });
  });
  server.on("sessionError", () => undefined);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const relay = await startRelay((server.address() as AddressInfo).port);
  onTestFinished(async () => {
    await relay.close();
    server.close();
  });
  const access: Access = {
    name: "test",
    server: new URL(`https://127.0.0.1:${relay.port}`),
    tls: { ca: authority.ca, servername: "api.example", rejectUnauthorized: true },
    identify: async () => ({}),
  };
  const { clock, network } = await openWorld();
  const api = openApiServer({ access, network, clock, patience: 300 });
  onTestFinished(api.close);
  const principal = { name: "x", uid: "", groups: [], extra: {}, by: "kubernetes" } as const;
  const may = () => api.may(principal, { verb: "get", path: "/x" });
  expect(await may()).toBe(true);
  for (const round of ["first", "second"]) {
    relay.silent = true;
    const all = await Promise.allSettled(Array.from({ length: 50 }, may));
    expect([round, new Set(all.map((each) => (each as PromiseRejectedResult).reason.message))]).toEqual([
      round,
      new Set([line]),
    ]);
    // A connection that was begun in the hole stays in it: that one is given up too.
    await expect(may()).rejects.toMatchObject({ code: "unavailable" });
    relay.silent = false;
    await expect.poll(() => may().catch(() => false), { timeout: 30_000 }).toBe(true);
    await expect.poll(relay.open, { timeout: 30_000 }).toBe(1);
  }
}, 120_000);
