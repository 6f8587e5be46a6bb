/**
 * The service's store on a disk that fails: the real SQL in memory, which outlives whoever opened it as a file would.
 * Whatever is asked takes its time, may be refused before it is done, or be done and its answer lost; and the process
 * may die at either moment. Between transactions there is nothing: a torn one is none, which `tests/service` tries.
 */
import { StoreError } from "../../packages/server/src/store/error.ts";
import type { Batch } from "../../packages/server/src/store/batch.ts";
import type { Store } from "../../packages/server/src/store/store.ts";
import { openMemoryStore } from "../../packages/server/src/store/sqlite/memory.ts";
import { pause } from "../../packages/cluster/src/doors.ts";
import type { Kernel } from "./kernel.ts";

export interface StoreFaults {
  /** Share of the writes that are refused, done or not. */
  refused: number;
  /** The longest that the disk takes, in milliseconds. */
  slow: number;
  /** Nothing is written. */
  full: boolean;
}

export interface FaultyStore {
  /** What is really there, past every fault. */
  readonly real: Store;
  faults: StoreFaults;
  /** A store as a process opens it. After `kill` nothing that it was asked is answered. */
  readonly open: () => { readonly store: Store; readonly kill: () => void };
  /** Called at each moment at which a process may die: before and after whatever it asks for. */
  onMoment: () => void;
  /** Writes that were done and whose process died before it knew. */
  readonly orphaned: () => number;
  /** Sequences that were acknowledged to a process. */
  readonly acknowledged: () => number;
}

export async function createFaultyStore(kernel: Kernel): Promise<FaultyStore> {
  const real = await openMemoryStore(kernel.clock);
  let [acknowledged, orphaned] = [0, 0];
  const random = kernel.fork();
  const faulty: FaultyStore = {
    real,
    faults: { refused: 0, slow: 5, full: false },
    onMoment: () => undefined,
    orphaned: () => orphaned,
    acknowledged: () => acknowledged,
    open: () => {
      const life = { dead: false };
      const never = new Promise<never>(() => undefined);
      const wait = async (isDone = false): Promise<void> => {
        await pause(kernel.clock, random.next() * faulty.faults.slow);
        if (!life.dead) faulty.onMoment();
        if (life.dead && isDone) orphaned += 1;
        if (life.dead) await never;
      };
      const read = async <T>(work: () => Promise<T>): Promise<T> => {
        await wait();
        const value = await work();
        await wait();
        return value;
      };
      const write = async <T>(work: () => Promise<T>): Promise<T> => {
        await wait();
        if (faulty.faults.full) throw new StoreError("full", "no space");
        const isRefused = random.next() < faulty.faults.refused;
        if (isRefused && random.next() < 0.5) throw new StoreError("unavailable", "not done");
        const value = await work();
        await wait(true); // whoever dies now wrote it, and does not know
        if (isRefused) throw new StoreError("unavailable", "done, and not told");
        return value;
      };
      const store: Store = {
        ...real,
        standing: (cluster) => read(() => real.standing(cluster)),
        findings: (query) => read(() => real.findings(query)),
        commit: async (batch: Batch) => {
          const answer = await write(() => real.commit(batch));
          acknowledged = Math.max(acknowledged, answer.sequence);
          return answer;
        },
        outbox: { ...real.outbox, add: (entries) => write(() => real.outbox.add(entries)) },
      };
      return { store, kill: () => void (life.dead = true) };
    },
  };
  return faulty;
}
