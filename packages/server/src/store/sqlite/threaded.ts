/**
 * The embedded store as the service holds it: written by one thread and read by others, so that neither a large query
 * nor a flush holds up the watch or the API. A thread that ends, and a file that turns out to be damaged, are opened
 * anew; what was not acknowledged by then is refused, to be sent again.
 */
import { Worker } from "node:worker_threads";
import type { Clock, Disk } from "@plimsoll/cluster";
import type { Batch } from "../batch.ts";
import { StoreError, type Loss } from "../error.ts";
import type { Damage } from "../sql/verify.ts";
import type { Health, Outbox, Store } from "../store.ts";
import type { Duty } from "./thread.ts";
import { watchThread, type Watchdog } from "../../threads/watchdog.ts";
import { openWire, type Port } from "../../threads/wire.ts";

export interface ThreadedOptions {
  readonly clock: Clock;
  readonly disk: Disk;
  readonly file: string;
  /** Threads that read, at the most; default 2. */
  readonly readers?: number;
  /** Milliseconds after which a query is given up as `too-slow`. */
  readonly patience?: number;
  /** Milliseconds that the thread that writes may say nothing before it is ended: a large batch takes long. Default ten minutes. */
  readonly writerPatience?: number;
  /** Milliseconds after which its silence is told; default one minute. */
  readonly writerTold?: number;
  /** Milliseconds between two signs of life. */
  readonly every?: number;
  /** What the threads run. */
  readonly entry?: URL;
  /** The file was found damaged while it was open, and begun anew: whoever writes is to send all there is. */
  readonly onLost?: () => void;
}

interface Thread {
  readonly call: (name: string, given: readonly unknown[]) => Promise<unknown>;
  readonly end: () => Promise<void>;
}

const writerPatience = 600_000;
const writerTold = 60_000;

interface Reader {
  readonly thread: Promise<Thread>;
  busy: number;
}

interface State {
  readonly options: ThreadedOptions;
  writer: Promise<Thread> | undefined;
  watchdog: Watchdog | undefined;
  readers: Reader[];
  /** Writes that were asked for and not answered. */
  readonly writes: Set<Promise<unknown>>;
  schema: number;
  losses: readonly Loss[];
  trouble: StoreError | undefined;
  reopening: Promise<void> | undefined;
  closed: boolean;
}

/** Throws as `openSqliteStore` does. */
export async function openThreadedStore(options: ThreadedOptions): Promise<Store> {
  const state: State = {
    options,
    writer: undefined,
    watchdog: undefined,
    readers: [],
    writes: new Set(),
    schema: 0,
    losses: [],
    trouble: undefined,
    reopening: undefined,
    closed: false,
  };
  state.writer = openWriter(state);
  await state.writer;
  return storeOf(state);
}

function storeOf(state: State): Store {
  const writes = <N extends keyof Store>(name: N): Store[N] =>
    ((...given: readonly unknown[]) => write(state, name, given)) as Store[N];
  const reads = <N extends keyof Store>(name: N): Store[N] =>
    ((...given: readonly unknown[]) => read(state, name, given)) as Store[N];
  const queue = <N extends keyof Outbox>(name: N): Outbox[N] =>
    ((...given: readonly unknown[]) => write(state, `outbox.${name}`, given)) as Outbox[N];
  return {
    commit: writes("commit"),
    putDocument: writes("putDocument"),
    retain: writes("retain"),
    standing: reads("standing"),
    clusters: reads("clusters"),
    parts: reads("parts"),
    findings: reads("findings"),
    groups: reads("groups"),
    finding: reads("finding"),
    history: reads("history"),
    historySince: reads("historySince"),
    scores: reads("scores"),
    snapshotAt: reads("snapshotAt"),
    documents: reads("documents"),
    outbox: {
      add: queue("add"),
      claim: queue("claim"),
      delivered: queue("delivered"),
      failed: queue("failed"),
      counts: () => read(state, "outbox.counts", []) as ReturnType<Outbox["counts"]>,
    },
    verify: () => verify(state),
    health: () => health(state),
    close: () => close(state),
  };
}

async function write(state: State, name: string, given: readonly unknown[]): Promise<unknown> {
  refuseClosed(state);
  const work = written(state, name, given);
  state.writes.add(work);
  try {
    const value = await work;
    state.trouble = undefined;
    return value;
  } catch (error) {
    if (error instanceof StoreError && isTrouble(error)) state.trouble = error;
    if (isDamage(error)) void reopen(state);
    throw error;
  } finally {
    state.writes.delete(work);
  }
}

async function written(state: State, name: string, given: readonly unknown[]): Promise<unknown> {
  await state.reopening;
  state.writer ??= openWriter(state);
  const thread = await state.writer;
  const answer = await thread.call(name, given);
  if (name === "commit" && (given[0] as Batch).whole === true) void endless(thread.call("rest", []));
  return answer;
}

async function read(state: State, name: string, given: readonly unknown[]): Promise<unknown> {
  const { clock, patience = 10_000 } = state.options;
  refuseClosed(state);
  await state.reopening;
  const reader = freeReader(state);
  reader.busy += 1;
  const late = Promise.withResolvers<never>();
  const cancel = clock.after(patience, () => {
    discard(state, reader);
    late.reject(new StoreError("too-slow", "the query took too long and was ended; ask for less"));
  });
  try {
    return await Promise.race([reader.thread.then((thread) => thread.call(name, given)), late.promise]);
  } catch (error) {
    if (isDamage(error)) void reopen(state);
    throw error;
  } finally {
    cancel();
    reader.busy -= 1;
  }
}

/** The one with the least to do; a new one where all have something to do and there may be more. */
function freeReader(state: State): Reader {
  const { readers = 2 } = state.options;
  const [best] = state.readers.toSorted((one, other) => one.busy - other.busy);
  if (best !== undefined && (best.busy === 0 || state.readers.length >= readers)) return best;
  const reader: Reader = { thread: openThread(state, false), busy: 0 };
  state.readers.push(reader);
  reader.thread.catch(() => discard(state, reader)); // who asked is told why
  return reader;
}

/** A query that runs cannot be ended from outside; its thread ends after it, and nobody waits. */
function discard(state: State, reader: Reader): void {
  state.readers = state.readers.filter((one) => one !== reader);
  void endOf(reader.thread);
}

/** A thread that did not begin need not end; why it did not, was told to who asked for it. */
async function endOf(thread: Promise<Thread> | undefined): Promise<void> {
  try {
    await (await thread)?.end();
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
  }
}

async function openWriter(state: State): Promise<Thread> {
  try {
    const thread = await openThread(state, true);
    return thread;
  } catch (error) {
    state.writer = undefined;
    throw error;
  }
}

async function openThread(state: State, writes: boolean): Promise<Thread> {
  const thread = startThread(state, { file: state.options.file, writes });
  try {
    const found = await thread.call("open", []);
    if (writes) Object.assign(state, found as Pick<State, "schema" | "losses">);
    return thread;
  } catch (error) {
    await thread.end();
    throw error;
  }
}

/** Beside this file, or beside the bundle that it became part of. */
const usualEntry = new URL(
  import.meta.url.endsWith(".ts") ? "./thread.ts" : "./store-thread.js",
  import.meta.url,
);

function startThread(state: State, duty: Duty): Thread {
  const { disk, clock, entry = usualEntry, every, writerPatience: patience = writerPatience } = state.options;
  const worker = new Worker(entry, { workerData: duty });
  const wire = openWire(worker as Port, (name, given) => onDisk(disk, name, given));
  let ended = false;
  const lose = (cause?: unknown): void => {
    if (ended) return;
    ended = true;
    watchdog?.stop();
    const error = new StoreError("unavailable", "the store's thread has ended", { cause });
    if (duty.writes) [state.writer, state.trouble] = [undefined, error];
    wire.lose(error);
  };
  // Who reads too long is given up by who asked.
  const watchdog = duty.writes
    ? watchThread({
        clock,
        ask: () => wire.call("beat", [clock.now()]),
        patience: () => patience,
        onSilent: () => {
          lose(new Error("it said nothing for too long"));
          void worker.terminate();
        },
        ...(every === undefined ? {} : { every }),
      })
    : undefined;
  if (duty.writes) state.watchdog = watchdog;
  worker.once("error", lose);
  worker.once("exit", () => lose());
  return {
    call: (name, given) => wire.call(name, [clock.now(), ...given]),
    end: async () => {
      ended = true;
      watchdog?.stop();
      wire.lose(new StoreError("closed", "the store is closed"));
      await worker.terminate();
    },
  };
}

async function onDisk(disk: Disk, name: string, given: readonly unknown[]): Promise<unknown> {
  const method = disk[name as keyof Disk] as (...given: readonly unknown[]) => Promise<unknown>;
  return method(...given);
}

/** Opening finds what is damaged, and sets it aside. */
async function reopen(state: State): Promise<void> {
  if (state.closed) return;
  state.reopening ??= (async () => {
    const known = state.losses.length;
    await Promise.all(state.readers.splice(0).map(({ thread }) => endOf(thread)));
    await closeWriter(state);
    state.writer = openWriter(state);
    await endless(state.writer);
    state.reopening = undefined;
    if (state.losses.length !== known) state.options.onLost?.();
  })();
  await state.reopening;
}

/** Where it cannot be opened, the next who writes is told. */
async function endless(work: Promise<unknown>): Promise<void> {
  await work.catch(() => undefined);
}

async function closeWriter(state: State): Promise<void> {
  const { writer } = state;
  state.writer = undefined;
  if (writer === undefined) return;
  await endless(writer.then((thread) => thread.call("close", [])));
  await endOf(writer);
}

/** On one state of the database, while others write. */
async function verify(state: State): Promise<readonly Loss[]> {
  refuseClosed(state);
  await state.reopening;
  if (!(await isDamaged(state))) return [];
  const known = state.losses.length;
  await reopen(state);
  return state.losses.slice(known);
}

/** By a thread of its own: it reads for long, and other queries should not wait for it. */
async function isDamaged(state: State): Promise<boolean> {
  const thread = await openThread(state, false);
  try {
    return ((await thread.call("verify", [])) as readonly Damage[]).length > 0;
  } catch (error) {
    if (isDamage(error)) return true;
    throw error;
  } finally {
    await thread.end();
  }
}

async function health({ options, trouble, schema, losses, writes, watchdog }: State): Promise<Health> {
  const found = await options.disk.look(options.file);
  const silence = watchdog?.silence() ?? 0;
  const isSilent = silence >= (options.writerTold ?? writerTold);
  const because = isSilent
    ? `the store's thread has said nothing for ${Math.round(silence / 1_000)} seconds`
    : trouble?.message;
  return {
    engine: "sqlite",
    schema,
    writable: because === undefined,
    ...(because === undefined ? {} : { because }),
    ...(found === undefined ? {} : { bytes: found.bytes }),
    waiting: writes.size,
    losses,
  };
}

/** First all that was asked for, then the end: what is acknowledged was committed, and what was committed is. */
async function close(state: State): Promise<void> {
  if (state.closed) return;
  state.closed = true;
  await state.reopening;
  await Promise.allSettled(state.writes);
  await Promise.all(state.readers.splice(0).map(({ thread }) => endOf(thread)));
  await closeWriter(state);
}

function refuseClosed({ closed }: State): void {
  if (closed) throw new StoreError("closed", "the store is closed");
}

function isTrouble({ code }: StoreError): boolean {
  return code === "full" || code === "unavailable" || code === "damaged" || code === "read-only";
}

function isDamage(error: unknown): boolean {
  return error instanceof StoreError && error.code === "damaged";
}
