/** How soon a client of many kinds is whole again once a server that was away is back. */
import { watchCluster } from "../../packages/cluster/src/watch.ts";
import { createApiServer } from "./apiserver.ts";
import { createDisk } from "./disk.ts";
import { createKernel } from "./kernel.ts";
import type { Kind } from "./store.ts";

export const manyKinds: readonly Kind[] = Array.from({ length: 40 }, (_, index) => ({
  path: `/apis/many.io/v1/kind${index}s`,
  apiVersion: "many.io/v1",
  kind: `Kind${index}`,
  resource: `kind${index}s`,
}));

export interface Return {
  /** Virtual milliseconds until every kind was live. */
  readonly took: number;
  /** Requests while it was away, for each second of it. */
  readonly rate: number;
  readonly mostListsAtOnce: number;
}

export async function returnOf(seed: number, how: "away" | "compacted"): Promise<Return> {
  const kernel = createKernel(seed);
  const server = createApiServer(kernel, manyKinds);
  for (const kind of manyKinds)
    for (let at = 0; at < 3; at += 1) server.store.create(kind, `a/x${at}`, { v: "1" });
  const watch = watchCluster({
    access: {
      name: "simulated",
      server: new URL("https://server"),
      tls: { rejectUnauthorized: true },
      identify: async () => ({ authorization: "Bearer first" }),
    },
    doors: kernel.doors(server.network, createDisk(kernel.clock.now)),
    kinds: manyKinds.map(({ apiVersion, kind }) => `${apiVersion}/${kind}`),
    onChanges: () => undefined,
  });
  const isWhole = (): boolean => {
    const { kinds, synced } = watch.status();
    return synced && kinds.length === manyKinds.length && kinds.every(({ live }) => live);
  };
  await kernel.runUntil(isWhole, 60_000);
  server.faults.connect = "refused";
  server.cutStreams("rst");
  const before = watch.status().requests;
  const span = kernel.between(5_000, 30_000);
  await kernel.run(span);
  const rate = ((watch.status().requests - before) / span) * 1_000;
  if (how === "compacted") {
    for (const kind of manyKinds) server.store.update(kind, "a/x0", { v: "2" });
    server.store.compact();
  }
  delete server.faults.connect;
  const from = kernel.clock.elapsed();
  await kernel.runUntil(isWhole, 60_000);
  const took = kernel.clock.elapsed() - from;
  const { mostListsAtOnce } = watch.status();
  void watch.stop();
  await kernel.run(5_000);
  return { took, rate, mostListsAtOnce };
}
