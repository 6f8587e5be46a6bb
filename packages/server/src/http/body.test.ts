/** Every door that takes a body, and what may be sent to harm it: each is refused in one line, and the service lives on. */
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { routes } from "../api/routes.ts";
import { agentAccount, deployment, sourceToken, startHttp, type Started } from "../fixtures/service.ts";

const doors = routes.flatMap(({ method, path, mostBytes, document, deepest }) =>
  method === "post" ? [{ path, most: mostBytes!, document, deepest: deepest ?? 200 }] : [],
);
type Door = (typeof doors)[number];

const credential = ({ path }: Door): { readonly authorization: string } => ({
  authorization: `Bearer ${path.includes("/sources/") ? sourceToken : "agent"}`,
});

async function start(): Promise<Started> {
  const service = await startHttp("tokens");
  service.says.owner = (token) => (token === "agent" ? `${agentAccount}@n1` : undefined);
  service.says.auditPolicy = "rules: [{ level: Metadata }]";
  await service.put(deployment("shop", "web"));
  return service;
}

const nested = (depth: number): string => `${'{"a":['.repeat(depth / 2)}${"]}".repeat(depth / 2)}`;

const hostile: readonly (readonly [
  string,
  (door: Door) => string | Uint8Array,
  number,
  RegExp,
  { readonly [name: string]: string }?,
])[] = [
  ["nested deeply", () => nested(1_000_000), 400, /nested deeper than/],
  ["nested a little too deeply", ({ deepest }) => `[${nested(deepest)}]`, 400, /nested deeper than/],
  ["nested deeply and cut off", () => "[".repeat(1 << 20), 400, /nested deeper than/],
  ["nested behind a text of brackets", () => `["]]]]]]\\"",${nested(12_000)}]`, 400, /nested deeper than/],
  ["of too many parts", () => `[${"{},".repeat(1_000_001)}1]`, 413, /objects and lists/],
  ["too large", ({ most }) => " ".repeat(most + 1), 413, /too large/],
  ["cut off", () => '{"version":1,', 400, /no JSON/],
  ["no JSON", () => "\u0000", 400, /no JSON/],
  ["empty", () => "", 400, /./],
  [
    "cut off and called packed",
    () => gzipSync("{}").subarray(0, 9),
    400,
    /packed|no whole/,
    { "content-encoding": "gzip" },
  ],
  ["packed as nothing known", () => "{}", 400, /packed/, { "content-encoding": "br" }],
  ["of another type", () => "{}", 400, /application\/json/, { "content-type": "text/plain" }],
];

test.each(doors)("hostile bodies are refused in one line at $path", async (door) => {
  const service = await start();
  for (const [name, body, status, why, headers] of hostile) {
    // Parts of a body that is small enough to hold them.
    if (name === "of too many parts" && door.most < 3_100_000) continue;
    const answer = await fetch(service.address + door.path, {
      method: "POST",
      body: body(door) as never,
      headers: { "content-type": "application/json", ...credential(door), ...headers },
    });
    const told = (await answer.json()) as { readonly title: string; readonly detail?: string };
    const line = `${told.title}: ${told.detail ?? ""}`;
    expect([name, answer.status, line]).toEqual([name, status, expect.stringMatching(why)]);
    expect(line).not.toContain("\n");
  }
  expect((await service.get("/readyz")).status).toBe(200);
  expect(await service.store.parts("test", "image")).toEqual([]);
  expect(service.pipeline.snapshot()).toMatchObject({ observations: [] });
});

test.each(doors.filter(({ document }) => document === undefined))(
  "what is packed is not unpacked at $path",
  async (door) => {
    const service = await start();
    const bomb = gzipSync(Buffer.alloc(door.most * 2, 32));
    const answer = await fetch(service.address + door.path, {
      method: "POST",
      body: bomb as never,
      headers: { "content-type": "application/json", "content-encoding": "gzip", ...credential(door) },
    });
    expect([answer.status, await answer.text()]).toEqual([400, expect.stringContaining("may not be packed")]);
  },
);

const asked = (minute: string, more: object = {}) => ({
  kind: "Event",
  apiVersion: "audit.k8s.io/v1",
  stage: "ResponseComplete",
  verb: "list",
  user: { username: "system:serviceaccount:shop:web" },
  objectRef: { resource: "pods", namespace: "shop", apiVersion: "v1" },
  stageTimestamp: `2026-01-05T10:${minute}:00.000Z`,
  annotations: { "authorization.k8s.io/decision": "allow" },
  ...more,
});

test("an object as deep as the API server takes it costs its own record of an audit log, and no other", async () => {
  const service = await start();
  const [before, after] = JSON.stringify({
    kind: "EventList",
    items: [asked("00"), asked("01", { requestObject: 0 })],
  }).split(":0}");
  const body = `${before}:${nested(9_990)}}${after}`;
  const answer = await service.post("/api/v1/sources/audit", body, {
    authorization: `Bearer ${sourceToken}`,
  });
  expect([answer.status, answer.json()]).toEqual([200, { taken: 1, refused: { "too-deep": 1 } }]);
});

test("a tool of which something was refused was not heard of meanwhile", async () => {
  const service = await start();
  const send = async (body: unknown, token = sourceToken): Promise<number> =>
    (await service.post("/api/v1/sources/audit", body, { authorization: `Bearer ${token}` })).status;
  const heard = () => service.pipeline.snapshot().watches?.[0]?.heard;
  const list = (minute: string) => ({ kind: "EventList", items: [asked(minute)] });
  const at = (minute: string) => `2026-01-05T10:${minute}:00.000Z`;
  expect([await send(list("00")), await send(list("05")), await send("{"), await send(list("10"))]).toEqual([
    200, 200, 400, 200,
  ]);
  expect(heard()).toEqual([
    { from: at("00"), to: at("05") },
    { from: at("10"), to: at("10") },
  ]);
  // Who may not tell anything ends no watch either.
  expect([await send("{", "somebody-else-altogether"), await send(list("15"))]).toEqual([401, 200]);
  expect(heard()).toEqual([
    { from: at("00"), to: at("05") },
    { from: at("10"), to: at("15") },
  ]);
});
