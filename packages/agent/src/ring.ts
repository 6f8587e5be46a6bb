/** Reads the kernel's ring buffer where it lies: no copy is made but the one that leaves here. */
import { mapMemory, type Mapping } from "./kernel.ts";

const page = 4096;
const busy = 0x8000_0000;
const discarded = 0x4000_0000;
/** No record is longer (`struct record` of `bpf/record.h`). */
const longestRecord = 16 * 1024;
/** The kernel is told so often what room it has again. */
const freedAtOnce = 64;

export class Ring {
  readonly #consumer: Mapping;
  readonly #producer: Mapping;
  readonly #read: BigUint64Array;
  readonly #written: BigUint64Array;
  /** Where records lie, and behind them the first again, so that none is split. */
  readonly bytes: Buffer;
  readonly #heads: Uint32Array;
  readonly #size: number;

  /**
   * `size`: the map's own, a power of two. The data pages follow the producer's page, twice; of the second time no more is
   * mapped than a record may reach into, since each page that is mapped counts as memory of ours.
   */
  constructor(descriptor: number, size: number) {
    const reach = size + Math.min(size, longestRecord);
    this.#size = size;
    this.#consumer = mapMemory(descriptor, page, 0, true);
    this.#producer = mapMemory(descriptor, page + reach, page, false);
    this.#read = new BigUint64Array(this.#consumer.bytes, 0, 1);
    this.#written = new BigUint64Array(this.#producer.bytes, 0, 1);
    this.bytes = Buffer.from(this.#producer.bytes, page, reach);
    this.#heads = new Uint32Array(this.#producer.bytes, page, size / 4);
  }

  /** Tells `take` where each waiting record lies in `bytes`, at most `limit`, and returns how many there were. */
  drain(take: (at: number, length: number) => void, limit: number): number {
    // Positions only grow; a ring that is full once a second takes ten years to leave what a number holds exactly.
    let position = Number(this.#read[0]!);
    const end = Number(Atomics.load(this.#written, 0));
    let taken = 0;
    while (position < end && taken < limit) {
      const at = position % this.#size;
      const head = Atomics.load(this.#heads, at / 4);
      if ((head & busy) !== 0) break;
      const length = head & ~(busy | discarded);
      if ((head & discarded) === 0) take(at + 8, length);
      position += (length + 8 + 7) & ~7;
      taken += 1;
      if (taken % freedAtOnce === 0) Atomics.store(this.#read, 0, BigInt(position));
    }
    Atomics.store(this.#read, 0, BigInt(position));
    return taken;
  }

  close(): void {
    this.#consumer.release();
    this.#producer.release();
  }
}
