/** Shipping against a server of this machine: pieces, a token read anew, failures that wait, and what is told again. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { nothingSeen, type Seen, type Watch } from "@plimsoll/core";
import { readConfig } from "./config.ts";
import { Outbox } from "./outbox.ts";
import type { AgentReport } from "./report.ts";
import { createShip, pieces, type ShipOptions } from "./ship.ts";

const report: AgentReport = {
  tier: "ebpf",
  refused: [],
  blind: ["x"],
  lost: 0,
  spared: 0,
  nameless: 0,
  crowded: 0,
  failures: 0,
  givenUp: 0,
};

function seen(count: number, from = 0): Seen {
  const container = { namespace: "", workloadKind: "ContainerID", workload: "a".repeat(64), container: "" };
  const time = "2026-01-01T00:00:00.000Z";
  return {
    ...nothingSeen,
    observations: Array.from({ length: count }, (_, index) => ({
      container,
      detail: { kind: "library" as const, path: `/lib/${from + index}.so` },
      sensor: "plimsoll-ebpf",
      trust: "kernel" as const,
      support: [{ pod: "uid", provenance: "n1", first: time, last: time, count: 1 }],
    })),
  };
}

interface Taken {
  readonly body: { readonly sequence: number; readonly observations: readonly object[] };
  readonly authorization: string | undefined;
}

async function service(
  answer: (count: number, port?: number) => { readonly status: number; readonly body?: object },
) {
  const taken: Taken[] = [];
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    let text = "";
    request.on("data", (chunk: Buffer) => (text += chunk.toString()));
    request.on("end", () => {
      taken.push({ body: JSON.parse(text) as Taken["body"], authorization: request.headers.authorization });
      const { status, body = {} } = answer(taken.length, request.socket.remotePort);
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const folder = mkdtempSync(join(tmpdir(), "plimsoll-ship-"));
  const tokenFile = join(folder, "token");
  writeFileSync(tokenFile, "one\n");
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
    rmSync(folder, { recursive: true });
  });
  let now = 0;
  const options: ShipOptions = {
    url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
    node: "n1",
    instance: "run",
    version: "0",
    tokenFile,
    elapsed: () => now,
    random: () => 1,
  };
  return { taken, ship: createShip(options), tokenFile, pass: (time: number) => (now += time) };
}

test("a batch goes in pieces of bounded size, in order, with the token as its file has it then", async () => {
  const { taken, ship, tokenFile, pass } = await service(() => ({ status: 200, body: { service: "s" } }));
  await ship(seen(8_000), report);
  expect(taken.length).toBeGreaterThan(1);
  expect(taken.map(({ body }) => body.sequence)).toEqual(taken.map((_, index) => index + 1));
  expect(taken.flatMap(({ body }) => body.observations).length).toBe(8_000);
  writeFileSync(tokenFile, "two\n");
  pass(10);
  await ship(seen(1), report);
  expect([taken[0]?.authorization, taken.at(-1)?.authorization]).toEqual(["Bearer one", "Bearer two"]);
  for (const piece of pieces(seen(8_000), 10_000)) expect(JSON.stringify(piece).length).toBeLessThan(10_500);
});

test("what was refused waits longer each time, and is told once it is accepted", async () => {
  const { taken, ship, pass } = await service((count) => ({
    status: count < 3 ? 503 : 200,
    body: { service: "s" },
  }));
  await expect(ship(seen(1), report)).rejects.toMatchObject({ code: "refused" });
  await expect(ship(seen(1), report)).rejects.toMatchObject({ code: "waiting" });
  pass(501);
  await expect(ship(seen(1), report)).rejects.toMatchObject({ code: "refused" });
  pass(501);
  await expect(ship(seen(1), report)).rejects.toMatchObject({ code: "waiting" });
  pass(500);
  await ship(seen(1), report);
  expect(taken.length).toBe(3);
});

test("a replica that refuses is left: the next try makes a connection of its own, and what accepts keeps it", async () => {
  const ports: (number | undefined)[] = [];
  const { ship, pass } = await service((count, port) => {
    ports.push(port);
    return { status: count === 2 ? 503 : 200, body: { service: "s" } };
  });
  await ship(seen(1), report);
  await expect(ship(seen(1), report)).rejects.toMatchObject({ code: "refused" });
  for (const time of [1_000, 1_000]) {
    pass(time);
    await ship(seen(1), report);
  }
  expect([ports[1] === ports[0], ports[2] === ports[1], ports[3] === ports[2]]).toEqual([true, false, true]);
});

test("an empty batch is a sign of life, seldom; another run of the service is to be told everything", async () => {
  let run = "one";
  const { taken, ship, pass } = await service(() => ({ status: 200, body: { service: run } }));
  expect(await ship(nothingSeen, report)).toEqual({ again: false });
  await ship(nothingSeen, report);
  expect(taken.length).toBe(1);
  pass(2_000);
  run = "two";
  expect(await ship(nothingSeen, report)).toEqual({ again: true });
  expect(taken.length).toBe(2);
});

test("what is not accepted joins the next; beyond the limit it is given up, counted, and asked for again", async () => {
  const sent: number[] = [];
  let isUp = false;
  let again = 0;
  const outbox = new Outbox(
    async ({ observations }) => {
      if (!isUp) throw new Error("away");
      sent.push(observations.length);
    },
    () => (again += 1),
    10,
  );
  const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  for (const from of [0, 4, 8]) {
    outbox.add(seen(4, from), () => report);
    await settled();
  }
  expect([outbox.failures, outbox.givenUp]).toEqual([3, 2]);
  isUp = true;
  outbox.add(seen(2, 0), () => report);
  await outbox.empty(() => report);
  expect([sent.reduce((sum, each) => sum + each, 0), outbox.failures, again]).toEqual([10, 0, 1]);
});

test("while the service is away no more containers wait than may, however many come and go, and the rest is counted", async () => {
  const waiting: number[] = [];
  const outbox = new Outbox(
    async ({ observations, watches }) => {
      waiting.push(Math.max(observations.length, watches.length));
      throw new Error("away");
    },
    () => undefined,
    500,
  );
  const most = 20_000;
  for (let from = 0; from < most; from += 400) {
    const watches = Array.from({ length: 400 }, (_, index) => watchOf(from + index));
    outbox.add({ observations: [], watches, detections: [] }, () => report);
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(Math.max(...waiting)).toBe(500);
  expect(outbox.givenUp).toBe(most - 500);
});

function watchOf(index: number): Watch {
  const heard = [{ from: "2026-01-01T00:00:00.000Z", to: "2026-01-01T00:00:01.000Z" }];
  return {
    container: { namespace: "", workloadKind: "ContainerID", workload: String(index), container: "" },
    pod: "",
    sensor: "plimsoll",
    provenance: "n1",
    watched: heard,
    heard,
    fromStart: true,
    sight: {},
    events: {},
    drops: 0,
  };
}

test.each([
  [{}, "PLIMSOLL_SERVICE"],
  [{ PLIMSOLL_SERVICE: "http://plimsoll.svc", PLIMSOLL_NODE: "n" }, "in the clear"],
  [{ PLIMSOLL_SERVICE: "https://plimsoll.svc" }, "PLIMSOLL_NODE"],
  [{ PLIMSOLL_SERVICE: "https://plimsoll.svc", PLIMSOLL_NODE: "n", PLIMSOLL_TIER: "magic" }, "PLIMSOLL_TIER"],
  [{ PLIMSOLL_SERVICE: "https://plimsoll.svc", PLIMSOLL_NODE: "n", PLIMSOLL_EVERY: "1" }, "PLIMSOLL_EVERY"],
  [{ PLIMSOLL_SERVICE: "https://plimsoll.svc", PLIMSOLL_NODE: "n", PLIMSOLL_BUDGET: "0" }, "PLIMSOLL_BUDGET"],
])("the environment %j is refused", (environment, because) => {
  expect(() => readConfig(environment)).toThrow(because);
});

test("an environment that is enough", () => {
  const { url, every, probe, caFile, share } = readConfig({
    PLIMSOLL_SERVICE: "https://plimsoll.svc",
    PLIMSOLL_NODE: "n",
  });
  expect([url.hostname, every, probe.port, caFile, share]).toEqual([
    "plimsoll.svc",
    500,
    8081,
    undefined,
    0.25,
  ]);
});
