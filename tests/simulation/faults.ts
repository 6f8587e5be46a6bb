/** The fault classes that a watch must come through: how each begins, and how it ends. */
import type { Kind } from "./store.ts";
import { garbled, lines, nothing, refusing, times, type FaultClass } from "./scene.ts";

/** Says that there are orders. */
export const definitions: Kind = {
  path: "/apis/apiextensions.k8s.io/v1/customresourcedefinitions",
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  resource: "customresourcedefinitions",
};
const order = "/orders.shop.io";

export const faultClasses: readonly FaultClass[] = [
  { id: "clean", begin: () => nothing, within: 1_000 },
  { id: "fin", begin: ({ server }) => (server.cutStreams("fin"), nothing), within: 1_000 },
  { id: "rst", begin: ({ server }) => (server.cutStreams("rst"), nothing), within: 1_000 },
  { id: "partial-line", begin: ({ server }) => (server.cutStreams("partial"), nothing), within: 1_000 },
  {
    id: "rst-again-and-again",
    begin: ({ server, kernel }) => {
      let on = true;
      const again = (): void => {
        if (!on) return;
        server.cutStreams("rst");
        kernel.after(kernel.between(1, 200), again);
      };
      again();
      return () => (on = false);
    },
    within: 1_000,
  },
  { id: "garbled-add", begin: garbled("ADDED"), within: 1_000 },
  { id: "garbled-mod", begin: garbled("MODIFIED"), within: 1_000 },
  { id: "garbled-delete", begin: garbled("DELETED"), within: 1_000 },
  {
    id: "wrong-type",
    begin: lines((line) => [ofAnotherKind(line)]),
    within: 1_000,
  },
  {
    id: "not-utf8",
    begin: ({ server }) => {
      server.faults.chunks = (bytes) => [bytes.map((byte, at) => (at === 30 ? 0xff : byte))];
      return () => delete server.faults.chunks;
    },
    within: 1_000,
    lasts: [100, 1_000],
  },
  { id: "oversize-line", begin: lines((line) => [`${" ".repeat(70_000)}${line}`]), within: 1_000 },
  {
    id: "utf8-split",
    begin: ({ server, kernel }) => {
      server.faults.chunks = (bytes) => {
        const at = kernel.between(1, Math.max(1, bytes.length - 1));
        return [bytes.subarray(0, at), bytes.subarray(at)];
      };
      return () => delete server.faults.chunks;
    },
    within: 1_000,
  },
  {
    id: "dribble",
    begin: ({ server }) => {
      server.faults.chunks = (bytes) => Array.from(bytes, (byte) => Uint8Array.of(byte));
      server.faults.pace = 1;
      return () => {
        delete server.faults.chunks;
        delete server.faults.pace;
      };
    },
    within: 1_500,
    lasts: [100, 1_000],
  },
  {
    id: "delay",
    begin: ({ server }) => {
      server.faults.pace = 900;
      return () => delete server.faults.pace;
    },
    within: 1_500,
  },
  {
    id: "blackhole",
    begin: ({ server, kernel }) => {
      server.faults.blackhole = true;
      return () => {
        delete server.faults.blackhole;
        if (kernel.chance(0.5)) server.kill();
        else server.release();
      };
    },
    within: 10_000,
    lasts: [1, 30_000],
  },
  {
    id: "blackhole-at-connect",
    begin: ({ server }) => {
      server.cutStreams("rst");
      server.faults.connect = "hangs";
      return () => delete server.faults.connect;
    },
    within: 9_500,
    lasts: [1, 30_000],
  },
  {
    id: "connection-refused",
    begin: ({ server }) => {
      server.cutStreams("rst");
      server.faults.connect = "refused";
      return () => delete server.faults.connect;
    },
    within: 1_200,
    lasts: [1, 60_000],
  },
  {
    id: "silent-stream",
    begin: ({ server }) => {
      server.faults.mute = true;
      return () => delete server.faults.mute;
    },
    within: 10_000,
    lasts: [10, 3_000],
    busy: true,
  },
  {
    id: "http-410",
    begin: (scene) => times(1, { status: 410, reason: "Expired" }, (watch) => watch)(scene),
    within: 1_000,
  },
  {
    id: "stream-410",
    begin: ({ server }) => {
      const object = { kind: "Status", code: 410, reason: "Expired", message: "too old resource version" };
      server.sayToAll({ type: "ERROR", object });
      server.cutStreams("fin");
      return nothing;
    },
    within: 1_000,
  },
  {
    id: "compacted-while-away",
    begin: ({ server }) => {
      server.cutStreams("rst");
      server.faults.connect = "refused";
      return () => {
        server.store.compact();
        delete server.faults.connect;
      };
    },
    within: 1_200,
  },
  { id: "410-loop", begin: times(5, { status: 410, reason: "Expired" }), within: 2_500 },
  {
    id: "compaction-mid-paging",
    begin: ({ server, kernel }) => {
      let left = 3;
      server.cutStreams("rst");
      server.store.pass(1);
      server.store.compact();
      return refusing(server, (_, query) => {
        if (query.has("continue") && left > 0 && kernel.chance(0.7)) {
          left -= 1;
          server.store.compact();
          return { status: 410, reason: "Expired", message: "the continue token is too old" };
        }
        return query.get("watch") === "true" && query.has("sendInitialEvents") ? { status: 400 } : undefined;
      });
    },
    within: 1_000,
  },
  { id: "429", begin: times(3, { status: 429, retryAfter: 1 }), within: 2_000 },
  { id: "429-without-a-time", begin: times(4, { status: 429 }), within: 2_000 },
  { id: "503", begin: times(6, { status: 503 }), within: 2_500 },
  { id: "500-lists", begin: times(4, { status: 500 }, (watch) => !watch), within: 1_000 },
  {
    id: "500-event",
    begin: ({ server }) => {
      server.sayToAll({ type: "ERROR", object: { kind: "Status", code: 500, message: "etcd event lost" } });
      return nothing;
    },
    within: 1_000,
  },
  {
    id: "401-expired-token",
    begin: (scene) => {
      scene.server.token = "second";
      scene.server.cutStreams("rst");
      return () => (scene.token = "second");
    },
    within: 1_000,
  },
  {
    id: "token-rotated",
    begin: (scene) => {
      scene.token = scene.server.token = `${scene.token}+`;
      scene.server.cutStreams("rst");
      return nothing;
    },
    within: 1_000,
  },
  {
    id: "403-revoked-then-restored",
    begin: ({ server, kinds }) => {
      server.cutStreams("rst");
      return refusing(server, (path) =>
        path === kinds[0]!.path ? { status: 403, message: "no" } : undefined,
      );
    },
    within: 1_000,
    lasts: [1, 60_000],
  },
  { id: "dup-events", begin: lines((line) => [line, line]), within: 1_000 },
  {
    id: "reordered-events",
    begin: lines((_, __, { kernel }) => (kernel.chance(0.6) ? "later" : undefined)),
    within: 1_000,
  },
  {
    id: "stale-list",
    begin: ({ server, kernel }) => {
      server.store.compact();
      server.faults.lag = kernel.between(1, 30);
      const object = { kind: "Status", code: 410, reason: "Expired" };
      server.sayToAll({ type: "ERROR", object });
      server.cutStreams("fin");
      return () => delete server.faults.lag;
    },
    within: 1_200,
  },
  {
    id: "failover-to-a-lagging-server",
    begin: ({ server, kernel }) => {
      server.faults.lag = kernel.between(1, 30);
      server.cutStreams("rst");
      return () => delete server.faults.lag;
    },
    within: 1_200,
  },
  {
    id: "truncated-list",
    begin: (scene) => {
      const { server } = scene;
      server.store.compact();
      server.faults.truncate = true;
      const end = refusing(server, (_, query) =>
        query.get("watch") === "true" ? { status: 410, reason: "Expired" } : undefined,
      );
      server.cutStreams("rst");
      return () => {
        delete server.faults.truncate;
        end();
      };
    },
    within: 1_200,
  },
  {
    id: "uid-swap-in-gap",
    begin: ({ server, kinds }) => {
      server.cutStreams("rst");
      server.faults.connect = "refused";
      for (const kind of kinds) {
        for (const key of server.store.keys(kind.path).slice(0, 5)) {
          server.store.remove(kind, key);
          server.store.create(kind, key, { v: "again" });
        }
      }
      return () => {
        server.store.compact();
        delete server.faults.connect;
      };
    },
    within: 1_200,
  },
  {
    id: "mass-delete-in-gap",
    begin: ({ server, kinds }) => {
      server.cutStreams("rst");
      server.faults.connect = "refused";
      for (const kind of kinds)
        for (const key of server.store.keys(kind.path)) server.store.remove(kind, key);
      return () => {
        server.store.compact();
        delete server.faults.connect;
      };
    },
    within: 1_200,
  },
  {
    id: "crd-removed-and-added",
    begin: ({ server, kinds }) => {
      const last = kinds.at(-1)!;
      const at = server.kinds.indexOf(last);
      for (const key of server.store.keys(last.path)) server.store.remove(last, key);
      server.kinds.splice(at, 1);
      server.cutStreams("fin");
      if (server.store.keys(definitions.path).includes(order)) server.store.remove(definitions, order);
      return () => {
        server.kinds.push(last);
        server.store.create(definitions, order, { v: "again" });
      };
    },
    within: 1_000,
  },
  {
    id: "handler-throw",
    begin: (scene) => {
      scene.taker = "throws";
      return () => (scene.taker = "takes");
    },
    within: 1_000,
    lasts: [1, 60_000],
  },
  {
    id: "slow-reader",
    begin: (scene) => {
      scene.taker = "dawdles";
      return () => (scene.taker = "takes");
    },
    within: 3_200, // what it is at, and what came meanwhile, at its own pace
  },
  {
    id: "handler-hang",
    begin: (scene) => {
      scene.taker = "hangs";
      return () => {
        scene.taker = "takes";
        for (const end of scene.hung.splice(0)) end();
      };
    },
    within: 1_000,
    lasts: [1_000, 60_000],
  },
  {
    id: "clock-jump",
    begin: ({ kernel }) => {
      kernel.jump(3_600_000 * kernel.pick([-1, 1]));
      return () => kernel.jump(3_600_000 * kernel.pick([-1, 1]));
    },
    within: 1_000,
  },
  { id: "kill-9", begin: ({ restart }) => (restart(), nothing), within: 1_000 },
  {
    id: "added-or-deleted-event-lost",
    begin: lines((_, type) => (type === "ADDED" ? [] : undefined)),
    within: 125_000,
    lasts: [500, 2_000],
  },
  {
    id: "modified-event-lost",
    begin: lines((_, type) => (type === "MODIFIED" ? [] : undefined)),
    within: 900_000,
    lasts: [500, 2_000],
  },
  {
    id: "silent-quiet-stream",
    begin: ({ server }) => {
      server.faults.mute = true;
      return () => delete server.faults.mute;
    },
    within: 85_000,
    lasts: [10, 3_000],
  },
];

/** The object's own kind: a kind that it speaks of, like a role's, would be another object's word and no damage. */
function ofAnotherKind(line: string): string {
  const event = JSON.parse(line) as { readonly object: object };
  const end = /\s*$/.exec(line)![0];
  return JSON.stringify({ ...event, object: { ...event.object, kind: "Other" } }) + end;
}
