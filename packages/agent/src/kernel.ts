/** The only way into the kernel: three C functions by koffi, and typed system calls over them. Nothing else is native. */
import koffi from "koffi";

const libc = koffi.load(null);
const syscall = libc.func("long syscall(long, long, long, long, long, long, long)");
const mmap = libc.func("void *mmap(void *, size_t, int, int, int, long)");
const munmap = libc.func("int munmap(void *, size_t)");

const arm = process.arch === "arm64";
const numbers = {
  bpf: arm ? 280 : 321,
  socket: arm ? 198 : 41,
  bind: arm ? 200 : 49,
  sendto: arm ? 206 : 44,
  fanotify_init: arm ? 262 : 300,
  fanotify_mark: arm ? 263 : 301,
} as const;

/** Commands of bpf(2), from linux/bpf.h. */
export const command = {
  mapCreate: 0,
  mapLookup: 1,
  mapUpdate: 2,
  mapDelete: 3,
  mapNextKey: 4,
  programLoad: 5,
  programRun: 10,
  rawTracepointOpen: 17,
  linkCreate: 28,
  iteratorCreate: 33,
} as const;

/** The kernel refused a call: `code` is errno's name. */
export class KernelError extends Error {
  readonly code: string;

  constructor(what: string, errno: number) {
    const code = nameOf(errno);
    super(`${what}: ${code}`);
    this.code = code;
  }
}

/** Calls bpf(2) with an attribute laid out by the caller; returns what it returns, or throws a KernelError. */
export function bpf(number: number, attribute: Buffer, what: string): number {
  return call("bpf", [number, addressOf(attribute), attribute.length], what);
}

/** Calls the kernel with up to five arguments and returns what it returns, or throws a KernelError that says what for. */
export function call(name: keyof typeof numbers, given: readonly (number | bigint)[], what: string): number {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = given;
  const result = Number(syscall(numbers[name], a, b, c, d, e, f));
  if (result < 0) throw new KernelError(what, koffi.errno());
  return result;
}

/** Where a buffer's bytes are, as bpf(2)'s attributes want it. The caller keeps the buffer alive until the call returns. */
export function addressOf(buffer: Buffer): bigint {
  return BigInt(koffi.address(buffer));
}

/** Memory shared with the kernel: `bytes` lies over it until `release`. */
export interface Mapping {
  readonly bytes: ArrayBuffer;
  release(): void;
}

const PROT_READ = 1;
const PROT_WRITE = 2;
const MAP_SHARED = 1;

/** Maps `length` bytes of a map's descriptor at `offset`. */
export function mapMemory(descriptor: number, length: number, offset: number, writable: boolean): Mapping {
  const protection = writable ? PROT_READ | PROT_WRITE : PROT_READ;
  const pointer = mmap(null, length, protection, MAP_SHARED, descriptor, offset);
  if (BigInt(koffi.address(pointer)) === 0xffffffffffffffffn) throw new KernelError("mmap", koffi.errno());
  return {
    bytes: koffi.view(pointer, length),
    release: () => {
      munmap(pointer, length);
    },
  };
}

function nameOf(errno: number): string {
  const found = Object.entries(koffi.os.errno).find(([, value]) => value === errno);
  return found?.[0] ?? `errno ${errno}`;
}
