/** The fault classes as the proxy and the processes do them: how each begins, how it ends, how soon all must be seen. */
import { until, type ControlPlane } from "./controlplane.ts";
import type { Proxy, Wrongs } from "./proxy.ts";

export interface Stage {
  readonly plane: ControlPlane;
  readonly proxy: Proxy;
  /** What the client is given as its token. */
  token: string;
  taker: "takes" | "throws" | "hangs";
  /** What ends the calls that the taker does not come back from. */
  readonly hung: (() => void)[];
  /** Ends the client without a word and starts another. */
  readonly restart: () => void;
  /** Makes some changes of each kind, past every fault. */
  readonly change: (count: number) => Promise<void>;
  /** Makes the custom kind, and waits until it is served. */
  readonly define: () => Promise<void>;
  readonly kinds: readonly { readonly path: string; readonly inNamespace: string }[];
}

export interface WrongClass {
  readonly id: string;
  readonly begin: (stage: Stage) => (() => unknown) | Promise<() => unknown>;
  /** Milliseconds; twice as much is allowed before it counts as failed, since the machine is shared. */
  readonly within: number;
  /** Milliseconds between its beginning and its end. */
  readonly lasts?: number;
}

const nothing = (): void => undefined;
const status = (code: number, reason = ""): object => ({ kind: "Status", apiVersion: "v1", code, reason });

function wrong(set: (stage: Stage) => Wrongs, first: (stage: Stage) => void = nothing) {
  return (stage: Stage): (() => void) => {
    stage.proxy.wrongs = set(stage);
    first(stage);
    return () => {
      stage.proxy.wrongs = {};
      stage.proxy.release();
    };
  };
}

/** The first three lines that match are changed. */
function lines(become: (line: Buffer) => readonly Buffer[] | undefined, wanted = /ADDED|MODIFIED|DELETED/) {
  return wrong(() => {
    let left = 3;
    return {
      line: (line, type) => {
        if (left <= 0 || !wanted.test(type)) return [line];
        left -= 1;
        return become(line);
      },
    };
  });
}

const garble = (line: Buffer): readonly Buffer[] => [
  Buffer.concat([line.subarray(0, 30), Buffer.from("\u0000}"), line.subarray(33)]),
];

/** So many requests are refused; those that follow pass. */
function refuse(
  count: number,
  code: number,
  more: { readonly retryAfter?: number; readonly lists?: boolean } = {},
) {
  return wrong(
    () => {
      let left = count;
      return {
        refuse: (_, watch) => {
          if (left <= 0 || (more.lists === true && watch)) return undefined;
          left -= 1;
          const { retryAfter } = more;
          return { status: code, body: status(code), ...(retryAfter === undefined ? {} : { retryAfter }) };
        },
      };
    },
    ({ proxy }) => proxy.cut("rst"),
  );
}

const away = wrong(
  () => ({ refuseConnections: true }),
  ({ proxy }) => proxy.reset(),
);

function expireAll({ proxy }: Stage): void {
  proxy.say({ type: "ERROR", object: status(410, "Expired") });
  proxy.cut("fin");
}

/** The server forgets what it had in mind of the past, and etcd too: to resume is not possible any more. */
async function forget({ plane }: Stage): Promise<void> {
  await plane.compact();
  await plane.kill(0);
  await plane.start(0);
}

export const wrongClasses: readonly WrongClass[] = [
  { id: "clean", begin: () => nothing, within: 1_000 },
  { id: "fin", begin: ({ proxy }) => (proxy.cut("fin"), nothing), within: 1_000 },
  { id: "rst of the stream", begin: ({ proxy }) => (proxy.cut("rst"), nothing), within: 1_000 },
  { id: "rst of the connection", begin: ({ proxy }) => (proxy.reset(), nothing), within: 1_000 },
  { id: "partial-line", begin: ({ proxy }) => (proxy.cut("partial"), nothing), within: 1_000 },
  { id: "garbled-add", begin: lines(garble, /ADDED/), within: 1_000 },
  { id: "garbled-mod", begin: lines(garble, /MODIFIED/), within: 1_000 },
  { id: "garbled-delete", begin: lines(garble, /DELETED/), within: 1_000 },
  {
    id: "wrong-type",
    begin: lines((line) => [Buffer.from(line.toString().replace(/"kind":"\w+"/, '"kind":"Other"'))]),
    within: 1_000,
  },
  {
    id: "not-utf8",
    begin: lines((line) => [Buffer.concat([line.subarray(0, 60), Buffer.of(0xff), line.subarray(61)])]),
    within: 1_000,
  },
  {
    id: "oversize-line",
    begin: lines((line) => [Buffer.concat([Buffer.alloc(9 * 1024 * 1024, " "), line])], /ADDED/),
    within: 1_000,
  },
  { id: "utf8-split", begin: wrong(() => ({ chunk: 7 })), within: 1_000 },
  { id: "dribble", begin: wrong(() => ({ chunk: 1 })), within: 1_000 },
  { id: "delay", begin: wrong(() => ({ delay: 300 })), within: 1_500 },
  { id: "blackhole", begin: wrong(() => ({ blackhole: true })), within: 10_000, lasts: 1_000 },
  {
    id: "blackhole-at-connect",
    begin: wrong(
      () => ({ blackhole: true }),
      ({ proxy }) => proxy.reset(),
    ),
    within: 9_500,
    lasts: 3_000,
  },
  { id: "connection-refused", begin: away, within: 1_200, lasts: 3_000 },
  { id: "http-410", begin: refuse(1, 410), within: 1_000 },
  { id: "stream-410", begin: (stage) => (expireAll(stage), nothing), within: 1_000 },
  { id: "410-loop", begin: refuse(5, 410), within: 2_500 },
  {
    id: "compacted, and the server restarted",
    begin: async (stage) => {
      await forget(stage);
      return nothing;
    },
    within: 2_500,
  },
  {
    id: "compaction-mid-paging",
    begin: wrong(({ plane }) => {
      let left = 2;
      return {
        refuse: (path, watch) => {
          if (watch && path.includes("sendInitialEvents")) return { status: 400 };
          if (!path.includes("continue=") || left <= 0) return undefined;
          left -= 1;
          void plane.compact();
          return { status: 410, body: status(410, "Expired") };
        },
      };
    }, expireAll),
    within: 1_500,
  },
  { id: "429 with a time", begin: refuse(3, 429, { retryAfter: 1 }), within: 2_000 },
  { id: "503", begin: refuse(6, 503), within: 2_500 },
  { id: "500 of lists", begin: refuse(4, 500, { lists: true }), within: 1_000 },
  {
    id: "500-event",
    begin: ({ proxy }) => (proxy.say({ type: "ERROR", object: status(500) }), nothing),
    within: 1_000,
  },
  {
    id: "401-expired-token",
    begin: (stage) => {
      stage.proxy.wrongs = { refuse: () => (stage.token.startsWith("second") ? undefined : { status: 401 }) };
      stage.proxy.cut("rst");
      return () => (stage.token = `second-${stage.token.replace("second-", "")}`);
    },
    within: 1_000,
  },
  {
    id: "403-revoked-then-restored",
    begin: async ({ plane, proxy }) => {
      const path = "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings";
      const { text } = await plane.send("GET", `${path}/watcher`);
      await plane.send("DELETE", `${path}/watcher`);
      proxy.reset();
      return async () => {
        const { roleRef, subjects } = JSON.parse(text);
        const binding = { metadata: { name: "watcher" }, roleRef, subjects };
        await plane.send("POST", path, binding);
      };
    },
    within: 1_000,
    lasts: 2_500,
  },
  { id: "dup-events", begin: lines((line) => [line, line]), within: 1_000 },
  { id: "reordered-events", begin: lines(() => undefined), within: 1_000 },
  {
    id: "stale-list",
    begin: async (stage) => {
      const kept = new Map<string, Buffer>();
      for (const { path } of stage.kinds) {
        kept.set(path, Buffer.from((await stage.plane.send("GET", path)).text));
      }
      await stage.change(3);
      const end = wrong(() => ({
        refuse: (path, watch) => (watch && path.includes("sendInitialEvents") ? { status: 400 } : undefined),
        list: (path, body) => kept.get(path.split("?")[0]!) ?? body,
      }))(stage);
      expireAll(stage);
      return end;
    },
    within: 1_500,
    lasts: 2_000,
  },
  {
    id: "truncated-list",
    begin: wrong(
      () => ({
        refuse: (path, watch) => (watch && path.includes("sendInitialEvents") ? { status: 400 } : undefined),
        list: () => "cut",
      }),
      expireAll,
    ),
    within: 1_500,
    lasts: 1_000,
  },
  {
    id: "failover to the other server",
    begin: async ({ plane, proxy }) => {
      await plane.kill(0);
      proxy.upstream = plane.ports[1]!;
      return async () => {
        await plane.start(0);
        proxy.upstream = plane.ports[0]!;
      };
    },
    within: 1_500,
  },
  {
    id: "the server killed and restarted",
    begin: async ({ plane }) => {
      await plane.kill(0);
      return () => plane.start(0);
    },
    within: 2_500,
  },
  {
    id: "uid-swap-in-gap",
    begin: async (stage) => {
      const end = away(stage);
      for (const { path, inNamespace } of stage.kinds) {
        const { items } = JSON.parse((await stage.plane.send("GET", `${path}?limit=4`)).text);
        for (const item of items) {
          const { name, namespace } = item.metadata;
          if (namespace !== "shop") continue;
          await stage.plane.send("DELETE", `${inNamespace}/${name}`);
          const { apiVersion, kind, data } = item;
          await stage.plane.send("POST", inNamespace, { apiVersion, kind, metadata: { name }, data });
        }
      }
      return end;
    },
    within: 1_500,
  },
  {
    id: "mass-delete-in-gap",
    begin: async (stage) => {
      const end = away(stage);
      for (const { inNamespace } of stage.kinds) await stage.plane.send("DELETE", inNamespace);
      return end;
    },
    within: 1_500,
  },
  {
    id: "handler-throw",
    begin: (stage) => {
      stage.taker = "throws";
      return () => (stage.taker = "takes");
    },
    within: 1_000,
    lasts: 2_000,
  },
  {
    id: "handler-hang",
    begin: (stage) => {
      stage.taker = "hangs";
      return () => {
        stage.taker = "takes";
        for (const end of stage.hung.splice(0)) end();
      };
    },
    within: 1_000,
    lasts: 2_000,
  },
  {
    id: "crd-removed-and-added",
    begin: async ({ plane, define }) => {
      const path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/orders.shop.io";
      await plane.send("DELETE", path);
      await until("the kind to be gone", async () => (await plane.send("GET", path)).status === 404, 20);
      return define;
    },
    within: 2_500,
  },
  { id: "kill-9 of the client", begin: ({ restart }) => (restart(), nothing), within: 1_500 },
];
