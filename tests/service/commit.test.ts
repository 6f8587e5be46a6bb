/**
 * The connection to PostgreSQL breaks, or leads nowhere any more, around a COMMIT: before it is sent, in the middle of it, after
 * it and before its answer. What was acknowledged is there, nothing is written twice, and it goes on by itself.
 */
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import pg from "pg";
import { openWorld } from "../../packages/cluster/src/world.ts";
import { openPostgresStore } from "../../packages/server/src/store/postgres/open.ts";
import { StoreError } from "../../packages/server/src/store/error.ts";
import type { Store } from "../../packages/server/src/store/store.ts";
import { startRelay, type Passing, type Relay } from "../relay.ts";
import { seededRandom } from "../simulation/kernel.ts";
import { turnOf, wrongAfter } from "../store/turn.ts";
import { startControlPlane, until, type ControlPlane } from "../watch/controlplane.ts";
import { writeKubeconfig } from "./kubeconfig.ts";
import { startPostgres, type Postgres } from "./postgres.ts";
import { startService, type Service } from "./process.ts";

/** `POINTS` sets how many of each kind; `SEED` makes the same again. */
const { POINTS: points = "7", SEED: seed = String(Date.now() % 1_000_000) } = process.env;
const { clock } = openWorld();
const statementTimeout = 300;
let postgres: Postgres;
let relay: Relay;

beforeAll(async () => {
  postgres = await startPostgres();
  relay = await startRelay(Number(new URL(postgres.url).port));
});
afterEach(() => {
  relay.look = undefined;
});
afterAll(async () => {
  await relay?.close();
  await postgres?.stop();
});

const relayed = (): string => postgres.url.replace(/:\d+\//, `:${relay.port}/`);

async function emptied(): Promise<void> {
  const client = new pg.Client({ connectionString: postgres.url });
  await client.connect();
  await client.query("drop schema public cascade; create schema public;");
  await client.end();
}

/** Of the simple protocol: a letter, the length, the text. */
const commit = Buffer.from("Q\0\0\0\x0bcommit\0");
const done = Buffer.from("COMMIT\0");

type Cut = (passing: Passing, bytes: Buffer, random: () => number) => void;

interface Kind {
  readonly name: string;
  readonly at: "statement" | "commit" | "answer";
  readonly cut: Cut;
  /** Whether the server has committed: "either" where it depends on who is quicker. */
  readonly written: "yes" | "no" | "either";
}

const kinds: readonly Kind[] = [
  {
    name: "broken in the middle of the statements",
    at: "statement",
    written: "no",
    cut: (passing, bytes, random) => passing.breakAfter(Math.floor(random() * bytes.length)),
  },
  { name: "broken before it is sent", at: "commit", written: "no", cut: (passing) => passing.breakAfter(0) },
  {
    name: "broken in the middle of it",
    at: "commit",
    written: "no",
    cut: (passing, _, random) => passing.breakAfter(1 + Math.floor(random() * (commit.length - 1))),
  },
  {
    name: "broken once it is sent",
    at: "commit",
    written: "either",
    cut: (passing, bytes) => passing.breakAfter(bytes.length),
  },
  { name: "broken before its answer", at: "answer", written: "yes", cut: (passing) => passing.breakAfter(0) },
  {
    name: "broken in the middle of its answer",
    at: "answer",
    written: "yes",
    cut: (passing, bytes, random) => passing.breakAfter(1 + Math.floor(random() * (bytes.length - 1))),
  },
  { name: "lost on its way", at: "commit", written: "no", cut: (passing) => passing.hush() },
  {
    name: "answered, and the answer lost on its way",
    at: "answer",
    written: "yes",
    cut: (passing) => passing.hush(),
  },
];

/** Cuts once, at the so many-th place of the kind. */
function arm({ at, cut }: Kind, nth: number, random: () => number): () => boolean {
  let left = nth;
  let isCut = false;
  let committing = false;
  relay.look = (bytes, passing) => {
    if (passing.from === "client" && bytes.includes(commit)) committing = true;
    const isPlace =
      at === "answer"
        ? passing.from === "server" && committing && bytes.includes(done)
        : passing.from === "client" && bytes.includes(commit) === (at === "commit");
    if (!isPlace || isCut) return;
    left -= 1;
    if (left > 0) return;
    isCut = true;
    cut(passing, bytes, random);
  };
  return () => isCut;
}

const codeOf = (error: unknown): string => (error instanceof StoreError ? error.code : String(error));

test(`H4: COMMIT is cut off ${Number(points) * kinds.length} times, and nothing is lost or written twice (SEED=${seed})`, async () => {
  const random = seededRandom(Number(seed));
  await emptied();
  const store = await openPostgresStore(clock, { url: relayed(), statementTimeout, connections: 3 });
  const direct = await openPostgresStore(clock, { url: postgres.url, connections: 2 });
  const wrong: string[] = [];
  const retries = new Map<string, number>();
  let sequence = 0;
  for (let round = 0; round < Number(points); round += 1)
    for (const kind of kinds) {
      sequence += 1;
      const tell = (what: string): void => void wrong.push(`${kind.name}, turn ${sequence}: ${what}`);
      const next = (): number => random.next();
      const isCut = arm(kind, kind.at === "statement" ? 1 + Math.floor(next() * 8) : 1, next);
      const batch = turnOf(sequence);
      let tries = 0;
      // As the pipeline does: the same batch until it is acknowledged.
      for (let acknowledged = false; !acknowledged && tries < 60; tries += 1)
        try {
          const { repeated } = await store.commit(batch);
          acknowledged = true;
          if (kind.written === "yes" && !repeated) tell("written, and written again");
          if (kind.written === "no" && repeated) tell("was never written, and is called a repetition");
        } catch (error) {
          // One connection was cut: another is there or is made, and waits for what the lost one still holds.
          if (!["unavailable", "too-slow"].includes(codeOf(error))) tell(codeOf(error));
          if (tries > 0) continue;
          const { sequence: held = 0 } = (await direct.standing("c")) ?? {};
          if (kind.written !== "either" && held !== sequence - Number(kind.written === "no"))
            tell(`${held} is there where it was refused`);
          if (codeOf(error) === "unavailable") await saysSo(store, tell);
        }
      if (!isCut()) tell("was not cut");
      if (tries < 2) tell("was acknowledged though it was cut");
      if (tries === 60) tell("never acknowledged");
      retries.set(kind.name, Math.max(retries.get(kind.name) ?? 0, tries));
      relay.look = undefined;
      for (const what of await wrongAfter(direct, sequence)) tell(what);
      if (!(await store.health()).writable) tell("does not know that it writes again");
    }
  expect(wrong).toEqual([]);
  console.log(
    `H4: ${sequence} cuts, most tries: ${[...retries].map(([name, tries]) => `${tries} ${name}`).join("; ")}`,
  );
  const [first] = (await direct.findings({ limit: 1 })).items;
  const history = await direct.history("c", first!.result.id);
  // One entry a turn: none is missing, and none is there twice.
  expect(history.map((entry) => entry.sequence)).toEqual(
    Array.from({ length: sequence }, (_, index) => index + 1),
  );
  expect(await direct.verify()).toEqual([]);
  await store.close();
  await direct.close();
}, 300_000);

async function saysSo(store: Store, tell: (what: string) => void): Promise<void> {
  const { engine, writable, because } = await store.health();
  if (engine !== "postgresql" || writable || because?.includes("\n") !== false)
    tell(`says ${writable} ${because}`);
}

test("H4: what shares a transaction that is cut off is written once, each of it", async () => {
  const random = seededRandom(Number(seed) + 1);
  await emptied();
  const store = await openPostgresStore(clock, { url: relayed(), statementTimeout, connections: 3 });
  const rounds = kinds.filter(({ at }) => at !== "statement");
  for (const [index, kind] of rounds.entries()) {
    arm(kind, 1, () => random.next());
    const round = index + 1;
    const change = { kind: "note", id: "one", author: "jane", expected: index, body: { round } };
    const entry = { channel: "chat", cluster: "c", dedup: `shared ${round}`, body: {} };
    const untilDone = async <T>(work: () => Promise<T>): Promise<T> => {
      for (let tries = 0; ; tries += 1)
        try {
          return await work();
        } catch (error) {
          if (tries > 60 || !["unavailable", "too-slow"].includes(codeOf(error))) throw error;
        }
    };
    const [, document] = await Promise.all([
      untilDone(() => store.commit(turnOf(round))),
      untilDone(() => store.putDocument(change)),
      untilDone(() => store.outbox.add([entry])),
    ]);
    expect([kind.name, document.version, document.body]).toEqual([kind.name, round, { round }]);
  }
  expect(await store.outbox.counts()).toMatchObject({ waiting: 2 * rounds.length });
  expect((await store.documents("note")).map(({ version }) => version)).toEqual([rounds.length]);
  expect((await store.standing("c"))?.sequence).toBe(rounds.length);
  expect(await store.verify()).toEqual([]);
  await store.close();
}, 120_000);

let plane: ControlPlane | undefined;
let service: Service | undefined;
afterAll(async () => {
  await service?.end("SIGKILL");
  await plane?.stop();
});

const deployment = (name: string): object => {
  const container = { name: "app", image: "registry.example/app:1", securityContext: { privileged: true } };
  const template = { metadata: { labels: { app: name } }, spec: { containers: [container] } };
  return { metadata: { name }, spec: { selector: { matchLabels: { app: name } }, template } };
};

test("H4: while PostgreSQL is not reached the service says so and answers nothing by halves; then it goes on by itself", async () => {
  await emptied();
  plane = await startControlPlane(1);
  await plane.start(0);
  await plane.send("POST", "/api/v1/namespaces", { metadata: { name: "shop" } });
  service = await startService(["--kubeconfig", writeKubeconfig(plane), "--store", relayed()]);
  const { get } = service;
  const isReady = async (): Promise<boolean> => (await get("/readyz")).status === 200;
  const create = async (name: string): Promise<void> =>
    void (await plane!.send("POST", "/apis/apps/v1/namespaces/shop/deployments", deployment(name)));
  const kindsOf = async (name: string): Promise<readonly string[]> => {
    const id = `privileged-container:apps/v1/Deployment/shop/${name}:spec.template.spec.containers[app].securityContext.privileged`;
    const { status, text } = await get(`/api/v1/findings/${encodeURIComponent(id)}/history`);
    if (status !== 200) return [];
    return (JSON.parse(text) as { readonly items: readonly { readonly kind: string }[] }).items.map(
      ({ kind }) => kind,
    );
  };
  await until("the service to be ready", isReady, 60);
  await create("before");
  await until("the finding", async () => (await kindsOf("before")).length > 0, 30);
  relay.look = (_, passing) => passing.breakAfter(0);
  relay.reset();
  await create("meanwhile");
  await until("the service to say that it cannot write", async () => !(await isReady()), 30);
  const readyz = await get("/readyz");
  expect([readyz.status, readyz.text]).toEqual([503, expect.stringContaining("[-] store")]);
  expect((await get("/livez")).status).toBe(200);
  const found = await get("/api/v1/findings");
  expect([found.status, JSON.parse(found.text)]).toEqual([
    503,
    expect.objectContaining({
      code: "unavailable",
      detail: "the store's disk or server does not answer as it should",
    }),
  ]);
  await until(
    "the status to say what failed",
    async () => /the last commit failed: .*store/.test((await get("/api/v1/status")).text),
    30,
  );
  const status = JSON.parse((await get("/api/v1/status")).text) as { readonly store: object };
  expect(status.store).toMatchObject({ engine: "postgresql", writable: false });
  relay.look = undefined;
  await until("what came meanwhile", async () => (await kindsOf("meanwhile")).length > 0, 60);
  await until("the service to be ready again", isReady, 30);
  for (const name of ["before", "meanwhile"]) expect([name, await kindsOf(name)]).toEqual([name, ["opened"]]);
  relay.look = (_, passing) => passing.breakAfter(0);
  relay.reset();
  expect(await service.end("SIGTERM")).toBe(0);
}, 180_000);
