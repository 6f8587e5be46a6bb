/** The service: builds everything, waits for the signal, and disposes in the order that loses nothing. */
import type { Server } from "node:https";
import type { AddressInfo } from "node:net";
import {
  accessOf,
  leadByLease,
  openWorld,
  serverFacts,
  watchCluster,
  type Access,
  type Doors,
  type Leadership,
} from "@plimsoll/cluster";
import { kindsNeeded, UserError } from "@plimsoll/core";
import { library } from "@plimsoll/library";
import { createAuditPolicy } from "./agents/audit-policy.ts";
import { createReception } from "./agents/reception.ts";
import { createFeed } from "./api/feed.ts";
import type { Context } from "./api/route.ts";
import { openApiServer } from "./auth/apiserver.ts";
import { createBearer, type Bearer } from "./auth/bearer.ts";
import { createGrants } from "./auth/grants.ts";
import { createSources } from "./auth/sources.ts";
import { createGuard, type Guard } from "./auth/guard.ts";
import { createLocalSessions, type LocalSessions } from "./auth/local.ts";
import { createOidc } from "./auth/oidc.ts";
import type { Options } from "./config.ts";
import { createEgress, type Egress } from "./egress/egress.ts";
import { openTransport } from "./egress/wire.ts";
import { addPages } from "./http/pages.ts";
import { createHttp, type HttpOptions } from "./http/server.ts";
import { keep } from "./keep.ts";
import { createLog, failureText, type Log } from "./log.ts";
import { createCounters } from "./metrics.ts";
import { createDelivery } from "./notify/deliver.ts";
import { createFollowups } from "./followup/followup.ts";
import { podReader } from "./followup/pods.ts";
import { alarmsFor, blindNotices, followupNotices, noticesFor } from "./notify/notice.ts";
import { send } from "./notify/send.ts";
import { threadedOverviews } from "./overview/threaded.ts";
import { createPipeline } from "./pipeline/pipeline.ts";
import type { Pipeline } from "./pipeline/shape.ts";
import { inWords, unopenedStore } from "./mistakes.ts";
import { giveBack } from "./threads/memory.ts";
import { fullText, shortText, watchMemory } from "./threads/pressure.ts";
import { tlsOf } from "./tls/open.ts";
import { watchSettings, type Held, type WatchedSettings } from "./settings/watched.ts";
import { healthIn, statusIn } from "./standing.ts";
import { openStore } from "./store/open.ts";
import type { Store } from "./store/store.ts";

export interface Run {
  /** Lines for people: the address, and in local mode the link that logs in. */
  readonly note: (line: string) => void;
  /** Lines of the log. */
  readonly logLine: (line: string) => void;
  /** Ends the service. */
  readonly signal: AbortSignal;
}

/** Resolves with the exit code once everything has ended. Throws a `UserError` or `StoreError` where it cannot begin. */
export async function serve(options: Options, run: Run): Promise<number> {
  const doors = await openWorld();
  const log = createLog(doors.clock, run.logLine);
  const access = await accessOf(options.kubeconfig, options.context);
  let onSettings: (held: Held) => void = () => undefined;
  const settings = await watchSettings({
    ...doors,
    ...(options.config === undefined ? {} : { file: options.config }),
    onChange: (held) => onSettings(held),
  });
  let onLost: () => void = () => undefined;
  const store = await openStore(options, doors, () => onLost()).catch(unopenedStore);
  const full = Promise.withResolvers<string>();
  const service = await build({ options, doors, access, settings, store, log, onFull: full.resolve });
  onLost = () => {
    log("error", "store-begun-anew", { because: "it was damaged while it was open" });
    service.rebuild();
  };
  onSettings = (held) => {
    const { refused } = held;
    if (refused === undefined) log("info", "settings-taken");
    else log("error", "settings-refused", { because: refused.because });
    void service.renew();
    service.pipeline.again();
  };
  try {
    await service.listen(run.note);
    const because = await Promise.race([ended(run.signal), full.promise]);
    if (because !== undefined) outOfMemory(log, because);
    log("info", "ending");
  } finally {
    await service.stop();
    await settings.stop();
    await store.close();
  }
  log("info", "ended");
  return 0;
}

function outOfMemory(log: Log, because: string): never {
  log("error", "memory-full", { because });
  throw new UserError(
    "usage",
    because,
    "give it more with NODE_OPTIONS=--max-old-space-size=… (MiB) and a higher memory limit, or watch fewer namespaces",
  );
}

function ended(signal: AbortSignal): Promise<undefined> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  if (signal.aborted) resolve(undefined);
  else signal.addEventListener("abort", () => resolve(undefined), { once: true });
  return promise;
}

interface Parts {
  readonly options: Options;
  readonly doors: Doors;
  readonly access: Access;
  readonly settings: WatchedSettings;
  readonly store: Store;
  readonly log: Log;
  /** It cannot go on for want of memory. */
  readonly onFull: (because: string) => void;
}

interface Service {
  readonly pipeline: Pipeline;
  /** What depends on settings is made anew. */
  readonly renew: () => Promise<void>;
  /** The store is to be told all there is. */
  readonly rebuild: () => void;
  readonly listen: (note: (line: string) => void) => Promise<void>;
  readonly stop: () => Promise<void>;
}

async function build(parts: Parts): Promise<Service> {
  const { options, doors, access, settings, store, log } = parts;
  const { clock } = doors;
  const cluster = options.cluster ?? access.name;
  const facts = await serverFacts(access, doors);
  const feed = createFeed(clock);
  const counters = createCounters();
  let rested = false;
  const pipeline = createPipeline({
    cluster,
    clock,
    store,
    facts,
    log,
    openOverview: threadedOverviews(doors),
    toolVersion: options.toolVersion,
    settings: () => settings.held().settings,
    noticesOf: (turns, first, at) => noticesFor(settings.held().settings, cluster, turns, first, at),
    alarmsOf: (detections, at) => alarmsFor(settings.held().settings, cluster, detections, at),
    onCommitted: (sequence) => {
      if (!rested) giveBack();
      rested = true;
      feed.committed(sequence);
      delivery.nudge();
      followups.judged();
    },
  });
  const memory = watchMemory({
    clock,
    onChange: (standing) => {
      if (standing.short) log("warn", "memory-short", { because: shortText(standing) });
      else log("info", "memory-enough");
    },
    onFull: (standing) => parts.onFull(fullText(standing)),
  });
  const auditPolicy = createAuditPolicy(doors.disk, () => settings.held().settings.sources?.["audit"]);
  const reception = createReception({
    cluster,
    clock,
    random: doors.random,
    pipeline,
    store,
    account: () => settings.held().settings.agents?.account,
    auditPolicy,
    isShort: () => memory.standing().short,
    onBlind: async (blindness) => {
      log(blindness.to === undefined ? "error" : "warn", "node-not-seen", { ...blindness });
      await store.outbox.add(blindNotices(settings.held().settings, cluster, blindness, clock.now()));
      delivery.nudge();
    },
  });
  const api = openApiServer({ access, network: doors.network, clock, patience: 10_000 });
  const followups = createFollowups({
    cluster,
    clock,
    store,
    pipeline,
    log,
    readPods: podReader(api),
    settings: () => settings.held().settings,
    noticesOf: (followup, at) => followupNotices(settings.held().settings, cluster, followup, at),
    onNotices: () => delivery.nudge(),
  });
  let egress = await egressOf(parts).catch(inWords("bad-config", "correct egress.caFile in the settings"));
  const delivery = createDelivery({
    clock,
    store,
    counters,
    log,
    random: doors.random,
    settings: () => settings.held().settings,
    active: () => pipeline.status().leads,
    send: (channel, list, signal) =>
      send(channel, list, { ...doors, egress, access, version: options.toolVersion }, signal),
  });
  const watch = await watchCluster({
    access,
    doors,
    kinds: kindsNeeded(library.controls),
    ...(options.namespaces.length === 0 ? {} : { namespaces: options.namespaces }),
    onChanges: (changes) => {
      followups.take(changes);
      pipeline.take(changes);
      reception.take(changes);
    },
  });
  void watch.ready.then(pipeline.begin);
  const leadership = await seek(parts, pipeline);
  const standing = {
    cluster,
    clock,
    store,
    pipeline,
    settings,
    watch,
    reception,
    auditPolicy,
    memory,
    version: options.toolVersion,
  };
  const context: Context = {
    cluster,
    clock,
    store,
    pipeline,
    feed,
    followups,
    reception,
    settings: () => settings.held().settings,
    status: () => statusIn(standing),
  };
  const door = await openDoor(parts, context, counters, () => egress);
  addPages(door.app, { ...door.http, version: options.toolVersion, health: () => healthIn(standing) });
  const keeping = new AbortController();
  const kept = keep({ ...parts, cluster }, pipeline, keeping.signal);
  return {
    pipeline,
    rebuild: () => {
      if (leadership !== undefined && !leadership.leads()) return;
      pipeline.lead(undefined);
      pipeline.lead(leadership?.term() ?? 1);
    },
    renew: async () => {
      try {
        egress = await egressOf(parts);
        door.renew();
      } catch (error) {
        // What was there before goes on; the settings say what is wrong once more at the next change.
        log("error", "settings-not-applied", { because: failureText(error) });
      }
    },
    listen: door.listen,
    stop: async () => {
      await door.app.close();
      await watch.stop();
      await reception.stop();
      await followups.stop();
      await pipeline.stop();
      api.close();
      await delivery.stop();
      keeping.abort();
      memory.stop();
      await kept;
      await leadership?.stop();
      door.close();
    },
  };
}

async function egressOf({ settings, doors }: Parts): Promise<Egress> {
  const { allow, caFile } = settings.held().settings.egress;
  const ca = caFile === undefined ? undefined : Buffer.from(await doors.disk.read(caFile)).toString("utf8");
  return createEgress({ allow, clock: doors.clock, transport: openTransport(ca) });
}

/** Without a lease there is one replica, and it leads. */
async function seek(
  { options, access, doors, log }: Parts,
  pipeline: Pipeline,
): Promise<Leadership | undefined> {
  const { lease } = options;
  if (lease === undefined) {
    pipeline.lead(1);
    return undefined;
  }
  const leadership: Leadership = await leadByLease({ access, doors }, lease, (leads) => {
    log("info", leads ? "leads" : "follows");
    pipeline.lead(leads ? leadership.term() : undefined);
  });
  return leadership;
}

interface Door {
  readonly app: ReturnType<typeof createHttp>;
  readonly http: HttpOptions;
  readonly renew: () => void;
  readonly listen: (note: (line: string) => void) => Promise<void>;
  readonly close: () => void;
}

async function openDoor(
  { options, doors, access, settings, log }: Parts,
  context: Context,
  counters: HttpOptions["counters"],
  egress: () => Egress,
): Promise<Door> {
  const { clock, random, network, disk } = doors;
  const { auth, hosts, listen } = options;
  const api = openApiServer({ access, network, clock });
  const tls = await tlsOf({ options, doors, log }, api);
  const grants = createGrants({ api, clock });
  const bearerOf = (): Bearer | undefined => {
    if (auth === "local") return undefined;
    const { audiences, oidc } = settings.held().settings.auth;
    return createBearer({
      api,
      audiences,
      clock,
      ...(oidc === undefined ? {} : { oidc: createOidc(oidc, egress(), clock) }),
    });
  };
  let bearer = bearerOf();
  let sessions: LocalSessions | undefined;
  let guard: Guard = createGuard([]);
  const http: HttpOptions = {
    clock,
    log,
    counters,
    context,
    grants,
    guard: () => guard,
    sessions: () => sessions,
    bearer: () => bearer,
    sources: createSources(disk, () => settings.held().settings.sources),
    ...(tls === undefined ? {} : { tls: tls.pair }),
  };
  const app = createHttp(http);
  const ending = new AbortController();
  void tls?.keep(
    (pair) => (app.server as Server).setSecureContext({ ...pair, minVersion: "TLSv1.3" }),
    ending.signal,
  );
  return {
    app,
    http,
    renew: () => {
      bearer = bearerOf();
    },
    listen: async (note) => {
      await app
        .listen({ host: listen.host, port: listen.port })
        .catch(inWords("usage", "give another address with --listen"));
      const { port } = app.server.address() as AddressInfo;
      const host = listen.host.includes(":") ? `[${listen.host}]` : listen.host;
      const address = `${tls === undefined ? "http" : "https"}://${host}:${port}`;
      log("info", "listening", { address });
      if (auth === "tokens") {
        guard = createGuard(hosts.length === 0 ? undefined : hosts);
        note(`plimsoll: serving ${context.cluster} on ${address}`);
        return;
      }
      guard = createGuard([
        `127.0.0.1:${port}`,
        `localhost:${port}`,
        `[::1]:${port}`,
        `${host}:${port}`,
        ...hosts,
      ]);
      sessions = createLocalSessions({ clock, random, port, secure: tls !== undefined });
      note(`plimsoll: serving ${context.cluster} on ${address}`);
      note(`  open once, within ten minutes: ${address}/login/${sessions.code}`);
    },
    close: () => {
      ending.abort();
      api.close();
    },
  };
}
