/** Reads the kernel's ring buffer where it lies: no copy is made but the one that leaves here. */
import { mapMemory, type Mapping } from "./kernel.ts";

const page = 4096;
const busy = 0x8000_0000;
const discarded = 0x4000_0000;

export class Ring {
  readonly #consumer: Mapping;
  readonly #producer: Mapping;
  readonly #read: BigUint64Array;
  readonly #written: BigUint64Array;
  readonly #data: Buffer;
  readonly #heads: Uint32Array;
  readonly #size: number;

  /** `size`: the map's own, a power of two. The data pages follow the producer's page, twice, so no record is split. */
  constructor(descriptor: number, size: number) {
    this.#size = size;
    this.#consumer = mapMemory(descriptor, page, 0, true);
    this.#producer = mapMemory(descriptor, page + 2 * size, page, false);
    this.#read = new BigUint64Array(this.#consumer.bytes, 0, 1);
    this.#written = new BigUint64Array(this.#producer.bytes, 0, 1);
    this.#data = Buffer.from(this.#producer.bytes, page, 2 * size);
    this.#heads = new Uint32Array(this.#producer.bytes, page, (2 * size) / 4);
  }

  /** Hands each waiting record to `take`, at most `limit`, and returns how many there were. The bytes are lent. */
  drain(take: (record: Buffer) => void, limit: number): number {
    let position = this.#read[0]!;
    const end = Atomics.load(this.#written, 0);
    let taken = 0;
    while (position < end && taken < limit) {
      const at = Number(position & BigInt(this.#size - 1));
      const head = Atomics.load(this.#heads, at / 4);
      if ((head & busy) !== 0) break;
      const length = head & ~(busy | discarded);
      if ((head & discarded) === 0) take(this.#data.subarray(at + 8, at + 8 + length));
      position += BigInt((length + 8 + 7) & ~7);
      Atomics.store(this.#read, 0, position);
      taken += 1;
    }
    return taken;
  }

  close(): void {
    this.#consumer.release();
    this.#producer.release();
  }
}
