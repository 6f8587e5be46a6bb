/** Peers that accept and never answer: each message is given up in time, kept in the queue, and nobody waits for it. */
import { createServer } from "node:http";
import { createServer as createTcp, type AddressInfo, type Server, type Socket } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { openWorld, type Access, type Clock } from "@plimsoll/cluster";
import { notice } from "../fixtures/notice.ts";
import { createEgress } from "../egress/egress.ts";
import { openTransport } from "../egress/wire.ts";
import { createCounters } from "../metrics.ts";
import { usualSettings, type Channel } from "../settings/settings.ts";
import { openMemoryStore } from "../store/sqlite/memory.ts";
import { createDelivery, type Delivery } from "./deliver.ts";
import { send, type Senders } from "./send.ts";

const doors = await openWorld();
/** Fifty times as fast, but for the wait before it gives up at its end. */
const fast: Clock = {
  ...doors.clock,
  after: (milliseconds, call) => doors.clock.after(milliseconds / 50, call),
};

interface Peer {
  readonly port: number;
  readonly open: () => number;
  readonly met: () => number;
}

/** Accepts; reads nothing and says nothing, or only what it is given to say first. */
async function silent(greeting = ""): Promise<Peer> {
  const open = new Set<Socket>();
  let met = 0;
  const server = createTcp({ pauseOnConnect: true }, (socket) => {
    met += 1;
    open.add(socket);
    socket.on("error", () => undefined);
    socket.on("close", () => open.delete(socket));
    if (greeting !== "") socket.write(greeting);
  });
  const port = await portOf(server);
  onTestFinished(() => {
    for (const socket of open) socket.destroy();
  });
  return { port, open: () => open.size, met: () => met };
}

async function portOf(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

function senders(clock: Clock, port: number): Senders {
  const access: Access = {
    name: "test",
    server: new URL(`https://127.0.0.1:${port}`),
    tls: { rejectUnauthorized: true },
    identify: async () => ({}),
  };
  return {
    ...doors,
    clock,
    access,
    version: "0.1.0",
    disk: { read: async (path) => Buffer.from(path === "/url" ? `http://127.0.0.1:${port}/` : "secret") },
    egress: createEgress({ allow: ["127.0.0.1"], clock, transport: openTransport() }),
  };
}

const mail = { host: "127.0.0.1", from: "p@example.com", to: ["a@example.com"] };
const channels = (port: number): readonly Channel[] => [
  { id: "webhook", kind: "webhook", url: `http://127.0.0.1:${port}/`, secretFile: "/s" },
  { id: "webhook-tls", kind: "webhook", url: `https://127.0.0.1:${port}/`, secretFile: "/s" },
  { id: "slack", kind: "slack", urlFile: "/url" },
  { id: "alertmanager", kind: "alertmanager", url: `http://127.0.0.1:${port}` },
  { id: "smtp", kind: "smtp", port, ...mail },
  { id: "smtp-tls", kind: "smtp", port, secure: true, ...mail },
  { id: "syslog-tls", kind: "syslog", host: "127.0.0.1", port, format: "cef" },
  { id: "events", kind: "events" },
];
const ids = channels(0).map(({ id }) => id);

test.each(ids)(
  "a message to a peer that never answers is given up, and its connection with it: %s",
  async (id) => {
    const peer = await silent();
    const channel = channels(peer.port).find((each) => each.id === id)!;
    const sent = send(channel, [notice], senders(fast, peer.port), new AbortController().signal);
    await expect(sent).rejects.toThrow(/time|long|given up|did not take it/);
    expect(peer.met()).toBe(1);
    expect((await openHere(peer.port)).length).toBe(0);
  },
);

/** Sockets of this process that lead to a port. */
async function openHere(port: number): Promise<readonly object[]> {
  const lead = (): readonly object[] =>
    process.getActiveResourcesInfo().includes("TCPSocketWrap") ? handles(port) : [];
  await expect.poll(() => lead().length, { timeout: 30_000 }).toBe(0);
  return lead();
}

/** Node tells of them under this name alone. */
function handles(port: number): readonly object[] {
  const { _getActiveHandles: list } = process as unknown as {
    readonly _getActiveHandles: () => readonly Socket[];
  };
  return list.call(process).filter(({ remotePort }) => remotePort === port);
}

test.each([
  ["takes a byte an hour of a mail", "220 mail\r\n", "smtp"],
  ["reads none of many frames", "", "syslog"],
])("a peer that %s is given up", async (_, greeting, kind) => {
  const peer = await silent(greeting);
  const long = { ...notice, because: "x".repeat(100_000) };
  const channel: Channel =
    kind === "smtp"
      ? { id: "m", kind: "smtp", port: peer.port, ...mail }
      : { id: "s", kind: "syslog", host: "127.0.0.1", port: peer.port, tls: false, format: "ocsf" };
  const many = Array.from({ length: 200 }, () => long);
  const sent = send(channel, many, senders(fast, peer.port), new AbortController().signal);
  await expect(sent).rejects.toThrow(/time|long|did not take it/);
  await openHere(peer.port);
});

test("syslog over TCP that never ends its side leaves no connection behind", async () => {
  const peer = await silent();
  const channel: Channel = {
    id: "s",
    kind: "syslog",
    host: "127.0.0.1",
    port: peer.port,
    tls: false,
    format: "cef",
  };
  for (let turn = 0; turn < 20; turn += 1)
    await send(channel, [notice], senders(fast, peer.port), new AbortController().signal);
  expect(peer.met()).toBe(20);
  await openHere(peer.port);
});

interface Queue {
  readonly delivery: Delivery;
  readonly store: Awaited<ReturnType<typeof openMemoryStore>>;
  readonly got: string[];
}

/** A silent peer of each kind, and a webhook beside them that answers. */
async function queue(clock: Clock, quiet: Peer, store = openMemoryStore(doors.clock)): Promise<Queue> {
  const got: string[] = [];
  const web = createServer((request, response) => {
    request.resume().on("end", () => {
      got.push(request.url ?? "");
      response.end();
    });
  });
  const port = await portOf(web);
  const well: Channel = {
    id: "well",
    kind: "webhook",
    url: `http://127.0.0.1:${port}/well`,
    secretFile: "/s",
  };
  const open = await store;
  const notify = [...channels(quiet.port), well].map((each) => ({ ...each, perMinute: 600 }));
  const delivery = createDelivery({
    clock: doors.clock,
    random: doors.random,
    store: open,
    settings: () => ({ ...usualSettings, notify }),
    active: () => true,
    counters: createCounters(),
    log: () => undefined,
    send: (channel, list, signal) => send(channel, list, senders(clock, quiet.port), signal),
  });
  return { delivery, store: open, got };
}

const entriesFor = (all: readonly string[], dedup: string) =>
  all.map((channel) => ({ channel, cluster: "c", dedup, body: notice }));

test("while peers are silent the others are told, and what was meant for the silent is tried again", async () => {
  const peer = await silent();
  const { delivery, store, got } = await queue(fast, peer);
  await store.outbox.add(entriesFor([...ids, "well"], "a"));
  delivery.nudge();
  await expect.poll(() => got.length, { timeout: 30_000 }).toBe(1);
  // Each is tried a second time, some seconds after the first.
  await expect.poll(peer.met, { timeout: 60_000 }).toBeGreaterThanOrEqual(2 * ids.length);
  expect(await store.outbox.counts()).toEqual({ waiting: ids.length, delivered: 1, dead: 0 });
  await store.outbox.add(entriesFor(["well"], "b"));
  delivery.nudge();
  await expect.poll(() => got.length, { timeout: 30_000 }).toBe(2);
  await delivery.stop();
  await store.close();
}, 120_000);

test("the service ends while peers are silent: it waits for none beyond its bound, and the queue holds what was meant for them", async () => {
  const peer = await silent();
  const { delivery, store } = await queue(doors.clock, peer);
  await store.outbox.add(entriesFor(ids, "a"));
  delivery.nudge();
  await expect.poll(peer.met, { timeout: 30_000 }).toBe(ids.length);
  const begun = performance.now();
  await delivery.stop();
  // Five seconds are its bound; a message alone may take 45.
  expect(performance.now() - begun).toBeLessThan(20_000);
  expect(await store.outbox.counts()).toEqual({ waiting: ids.length, delivered: 0, dead: 0 });
  await openHere(peer.port);
  await store.close();
}, 60_000);
