/** What was seen, asked for elsewhere: the real service at one end, the real reader of `--from-service` at the other. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { readFlaws, readService } from "@plimsoll/cluster";
import { observationKinds, type Seen } from "@plimsoll/core";
import { deployment, startHttp, type Started } from "../fixtures/service.ts";

const folder = mkdtempSync(join(tmpdir(), "plimsoll-service-"));
afterAll(() => rmSync(folder, { recursive: true }));

const at = { first: "2026-01-01T00:00:00Z", last: "2026-01-02T00:00:00Z" };

function seenOf(namespace: string, workload: string): Seen {
  const container = { namespace, workloadKind: "Deployment", workload, container: "app" };
  const interval = [{ from: at.first, to: at.last }];
  return {
    observations: [
      {
        container,
        detail: { kind: "file", operation: "write", path: "/var/cache/index", onRootFilesystem: true },
        sensor: "test",
        trust: "kernel",
        support: [{ pod: "web-1", provenance: "node", ...at, count: 1 }],
      },
    ],
    watches: [
      {
        container,
        pod: "web-1",
        sensor: "test",
        provenance: "node",
        watched: interval,
        heard: interval,
        fromStart: true,
        sight: Object.fromEntries(observationKinds.map((kind) => [kind, "whole" as const])),
        events: {},
        drops: 0,
        peaks: { memoryBytes: 9_437_184, unreclaimableBytes: 3_145_728, cpuMillicores: 40, cpuSeconds: 5 },
      },
    ],
    detections: [],
  };
}

async function started(): Promise<Started> {
  const service = await startHttp("tokens");
  service.says.owner = (token) => (token === "alice" || token === "root" ? token : undefined);
  service.says.may = (user, question) =>
    user === "root" || ("resource" in question && question.namespace === "shop");
  await service.put(deployment("shop", "web"), deployment("bank", "vault"));
  await service.pipeline.observe(seenOf("shop", "web"));
  await service.pipeline.observe(seenOf("bank", "vault"));
  await expect.poll(() => service.pipeline.snapshot().observations.length, { timeout: 20_000 }).toBe(2);
  return service;
}

test("whoever may see the workloads gets what was seen of them, as it was; the rest is counted", async () => {
  const service = await started();
  const ask = (token: string): ReturnType<typeof readService> => {
    writeFileSync(join(folder, "token"), `${token}\n`);
    return readService({ url: service.address, tokenFile: "token", cwd: folder });
  };
  const whole = await ask("root");
  const { observations, watches } = service.pipeline.snapshot();
  expect(whole).toEqual({ observations, watches, detections: [], hidden: 0, record: [] });
  const part = await ask("alice");
  expect(part.observations).toEqual(seenOf("shop", "web").observations);
  expect([part.watches.length, part.hidden]).toEqual([1, 2]);
  await expect(ask("guess")).rejects.toMatchObject({
    code: "no-cluster",
    message: /does not know the token/,
  });
});

test("flaws, of the workloads that the owner of the token may see", async () => {
  const service = await started();
  const ask = (token: string): ReturnType<typeof readFlaws> => {
    writeFileSync(join(folder, "token"), token);
    return readFlaws({ url: service.address, tokenFile: "token", cwd: folder });
  };
  expect(await ask("root")).toEqual({
    flaws: [],
    unlooked: ["registry.example/app:1"],
    unread: [],
    blind: [],
  });
  await expect(ask("guess")).rejects.toMatchObject({ code: "no-cluster" });
});

test.each<readonly [string, string, string]>([
  ["no address", "plimsoll", "usage"],
  ["in the clear over the network", "http://plimsoll.example", "usage"],
  ["credentials in the address", "https://a:b@plimsoll.example", "usage"],
  ["nobody there", "http://127.0.0.1:1", "no-cluster"],
])("a mistake: %s", async (_, url, code) => {
  await expect(readService({ url, cwd: folder })).rejects.toMatchObject({ code });
});
