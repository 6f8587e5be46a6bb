import { createServer, type Server as HttpServer } from "node:http";
import { createServer as createTcp, type AddressInfo, type Server } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { openWorld, type Access } from "@plimsoll/cluster";
import { notice as opened } from "../fixtures/notice.ts";
import { createEgress } from "../egress/egress.ts";
import { openTransport } from "../egress/wire.ts";
import { createCounters } from "../metrics.ts";
import { usualSettings, type Channel } from "../settings/settings.ts";
import { openMemoryStore } from "../store/sqlite/memory.ts";
import { createDelivery } from "./deliver.ts";
import type { Notice } from "./notice.ts";
import { send as sendUntil, type Senders } from "./send.ts";
import type { Told } from "./words.ts";
import { alertsOf, cefOf, lineOf, mailOf, ocsfOf, slackMessage, syslogFrame } from "./words.ts";

const doors = await openWorld();
const send = (channel: Channel, list: readonly Told[], given: Senders): Promise<void> =>
  sendUntil(channel, list, given, new AbortController().signal);

const notice: Notice = {
  ...opened,
  by: {
    apiVersion: "apps/v1",
    kind: "Deployment",
    namespace: "shop",
    name: "web",
    at: 1,
    manager: "kubectl",
    verb: "added",
  },
};

function senders(
  files: { readonly [name: string]: string } = {},
  allow: readonly string[] = ["127.0.0.1"],
): Senders {
  const access: Access = {
    name: "test",
    server: new URL("http://127.0.0.1:1"),
    tls: { rejectUnauthorized: true },
    identify: async () => ({}),
  };
  return {
    ...doors,
    access,
    version: "0.1.0",
    disk: { read: async (path) => Buffer.from(files[path] ?? "") },
    egress: createEgress({ allow, clock: doors.clock, transport: openTransport() }),
  };
}

async function portOf(server: Server | HttpServer): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

interface Got {
  readonly url: string;
  readonly authorization: string;
  readonly body: unknown;
}

async function web(status = 200): Promise<{ readonly port: number; readonly got: Got[] }> {
  const got: Got[] = [];
  const port = await portOf(
    createServer((request, response) => {
      let text = "";
      request.on("data", (chunk: Buffer) => (text += chunk.toString()));
      request.on("end", () => {
        const { authorization = "" } = request.headers;
        got.push({ url: request.url ?? "", authorization, body: JSON.parse(text) as unknown });
        response.writeHead(status).end();
      });
    }),
  );
  return { port, got };
}

test("Slack is sent its text", async () => {
  const { port, got } = await web();
  await send(
    { id: "s", kind: "slack", urlFile: "/url" },
    [notice],
    senders({ "/url": `http://127.0.0.1:${port}/hook\n` }),
  );
  expect(got).toEqual([{ url: "/hook", authorization: "", body: slackMessage([notice]) }]);
});

test("Alertmanager is sent alerts, with its token", async () => {
  const { port, got } = await web();
  const channel: Channel = {
    id: "a",
    kind: "alertmanager",
    url: `http://127.0.0.1:${port}/`,
    tokenFile: "/t",
  };
  await send(channel, [notice, { ...notice, what: "fixed" }], senders({ "/t": "secret" }));
  expect(got[0]).toMatchObject({ url: "/api/v2/alerts", authorization: "Bearer secret" });
  const [open, over] = got[0]!.body as readonly { readonly endsAt?: string }[];
  expect([open?.endsAt, over?.endsAt]).toEqual([undefined, "2026-03-02T00:00:00.000Z"]);
});

test("syslog is sent one frame for each notice", async () => {
  let text = "";
  const port = await portOf(
    createTcp((socket) => socket.on("data", (chunk: Buffer) => (text += chunk.toString()))),
  );
  const channel: Channel = { id: "y", kind: "syslog", host: "127.0.0.1", port, tls: false, format: "ocsf" };
  await send(channel, [notice, notice], senders());
  await expect
    .poll(() => text.match(/\d+ <106>1 2026-03-02T00:00:00.000Z prod plimsoll - opened - \{/g)?.length)
    .toBe(2);
});

test("mail is sent over the connection that egress opened", async () => {
  const lines: string[] = [];
  const port = await portOf(
    createTcp((socket) => {
      socket.write("220 mail\r\n");
      let inData = false;
      let rest = "";
      socket.on("data", (chunk: Buffer) => {
        const parts = (rest + chunk.toString()).split("\r\n");
        rest = parts.pop() ?? "";
        for (const line of parts) {
          lines.push(line);
          if (inData && line !== ".") continue;
          if (line === "DATA") socket.write("354 go on\r\n");
          else if (line === "QUIT") socket.end("221 bye\r\n");
          else socket.write("250 ok\r\n");
          inData = line === "DATA";
        }
      });
      socket.on("error", () => undefined);
    }),
  );
  const channel: Channel = {
    id: "m",
    kind: "smtp",
    host: "127.0.0.1",
    port,
    from: "p@example.com",
    to: ["a@example.com"],
  };
  await send(channel, [notice], senders());
  expect(lines).toContain("RCPT TO:<a@example.com>");
  expect(lines.join("\n")).toContain("Take it away");
});

test.each<readonly [string, Channel]>([
  ["a webhook", { id: "w", kind: "webhook", url: "http://169.254.169.254/latest", secretFile: "/s" }],
  [
    "a webhook of a cluster's service",
    { id: "w", kind: "webhook", url: "https://127.0.0.1:6443/", secretFile: "/s" },
  ],
  ["Alertmanager", { id: "w", kind: "alertmanager", url: "http://[::ffff:7f00:1]:9093" }],
  ["syslog", { id: "w", kind: "syslog", host: "10.0.0.1", port: 514, format: "cef" }],
  ["mail", { id: "w", kind: "smtp", host: "localhost.", port: 25, from: "a", to: ["b"] }],
])("case 79: %s is not sent to an address that is not public and not named", async (_, channel) => {
  await expect(send(channel, [notice], senders({ "/s": "x" }, []))).rejects.toMatchObject({
    code: "address",
  });
});

test("cases 74, 78: what an answer names is judged like any address, and a name only by its whole", async () => {
  const out = senders({}, ["registry.example"]).egress;
  const post = (url: string) => out.post({ url: new URL(url), headers: {}, body: "", secret: [] });
  await expect(post("http://169.254.169.254/token?service=x")).rejects.toMatchObject({ code: "address" });
  await expect(out.pin("registry.example.evil.invalid", 443)).rejects.toMatchObject({ code: "unreachable" });
});

test("nothing in a name commands: a chat, a mail, a log, a frame", () => {
  const evil: Notice = {
    ...notice,
    cluster: "prod\nfake",
    because: "<!channel> \u001b[2J a\r\nBcc: x@y\n12 <34>1 forged | = \\",
  };
  expect(lineOf(evil)).not.toMatch(/\p{Cc}/u);
  expect(JSON.stringify(slackMessage([evil]))).not.toContain("<!channel>");
  expect(mailOf([evil]).subject).not.toMatch(/[\r\n]/);
  const cef = cefOf(evil, "1");
  expect(cef).not.toMatch(/\p{Cc}/u);
  expect(cef.split(/(?<!\\)\|/).length - 1).toBeGreaterThanOrEqual(7);
  const frame = syslogFrame(evil, JSON.stringify(ocsfOf(evil, "1")));
  const [, length = ""] = /^(\d+) /.exec(frame) ?? [];
  expect(Buffer.byteLength(frame)).toBe(Number(length) + length.length + 1);
  const [{ labels, annotations }] = alertsOf([evil]) as readonly [
    { readonly labels: object; readonly annotations: object },
  ];
  for (const text of [...Object.values(labels), ...Object.values(annotations)])
    expect(text).not.toMatch(/\p{Cc}/u);
});

test("case 80: what is wrong with a delivery is told without its secrets", async () => {
  const { port } = await web(500);
  const channel: Channel = { id: "s", kind: "slack", urlFile: "/url" };
  const files = { "/url": `http://127.0.0.1:${port}/T000/SECRET` };
  const error = await send(channel, [notice], senders(files)).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: "busy" });
  expect(String(error)).not.toContain("SECRET");
});

test("what fails waits and is tried again; what arrived is not sent twice; several share a message", async () => {
  const { clock } = doors;
  const store = await openMemoryStore(clock);
  const sent: number[] = [];
  let fails = 1;
  const channel: Channel = { id: "hook", kind: "events", perMinute: 600 };
  const delivery = createDelivery({
    clock,
    random: doors.random,
    store,
    settings: () => ({ ...usualSettings, notify: [channel] }),
    active: () => true,
    counters: createCounters(),
    log: () => undefined,
    send: async (_, list) => {
      fails -= 1;
      if (fails >= 0) throw new Error("not now");
      sent.push(list.length);
    },
  });
  const entry = (dedup: string) => ({ channel: "hook", cluster: "c", dedup, body: notice });
  await store.outbox.add([entry("a"), entry("b"), entry("a")]);
  delivery.nudge();
  await expect.poll(async () => (await store.outbox.counts()).delivered, { timeout: 30_000 }).toBe(2);
  await delivery.stop();
  expect(sent.reduce((sum, count) => sum + count, 0)).toBe(2);
  await store.close();
});

/** A queue with channels that are sent to as given. */
async function deliveryTo(channels: readonly Channel[], deliver: (channel: Channel) => Promise<void>) {
  const { clock } = doors;
  const store = await openMemoryStore(clock);
  const delivery = createDelivery({
    clock,
    random: doors.random,
    store,
    settings: () => ({ ...usualSettings, notify: channels }),
    active: () => true,
    counters: createCounters(),
    log: () => undefined,
    send: deliver,
  });
  const add = async (channel: string, dedup: string): Promise<void> => {
    await store.outbox.add([{ channel, cluster: "c", dedup, body: notice }]);
    delivery.nudge();
  };
  const end = async (): Promise<void> => {
    await delivery.stop();
    await store.close();
  };
  return { add, end };
}

test("a channel that does not answer holds no other up", async () => {
  const stuck = Promise.withResolvers<void>();
  const sent: string[] = [];
  const channels: readonly Channel[] = [
    { id: "hole", kind: "events" },
    { id: "hook", kind: "events" },
  ];
  const { add, end } = await deliveryTo(channels, async ({ id }) => {
    sent.push(id);
    if (id === "hole") await stuck.promise;
  });
  await add("hole", "a");
  await expect.poll(() => sent, { timeout: 30_000 }).toContain("hole");
  for (const dedup of ["a", "b", "c"]) {
    const before = sent.length;
    await add("hook", dedup);
    await expect.poll(() => sent.length, { timeout: 30_000 }).toBe(before + 1);
  }
  expect(sent.filter((id) => id === "hole")).toHaveLength(1);
  stuck.resolve();
  await end();
});

test("what comes singly is sent at once, a quarter of a minute's messages long; then it waits and shares messages", async () => {
  let messages = 0;
  const { add, end } = await deliveryTo([{ id: "hook", kind: "events", perMinute: 5 }], async () => {
    messages += 1;
  });
  for (const dedup of ["a", "b"]) {
    const before = messages;
    await add("hook", dedup);
    await expect.poll(() => messages, { timeout: 30_000 }).toBe(before + 1);
  }
  // The next is due in twenty seconds.
  await add("hook", "c");
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(messages).toBe(2);
  await end();
});
