/**
 * A look at a file's record where it lies in the ring: enough to know a behaviour again that was read whole before, at a
 * tenth of what reading it costs.
 */
import { operationOf } from "./detail.ts";
import { body, text } from "./record.ts";

/** Lent: one object serves for all records, each time until the next. */
export interface Glance {
  flags: number;
  process: number;
  root: number;
  /** Milliseconds since boot. */
  time: number;
  operation: ReturnType<typeof operationOf>;
  mode: number;
  owner: number;
  group: number;
  /** The path and who owns its directory, as the kernel wrote them: equal for equal places, not to be read. */
  place: string;
}

export function emptyGlance(): Glance {
  return {
    flags: 0,
    process: 0,
    root: 0,
    time: 0,
    operation: "open",
    mode: 0,
    owner: 0,
    group: 0,
    place: "",
  };
}

/** Longer ones are read whole each time: what is kept of each container stays bounded. */
const longest = 512;

/** Looks at the record at `at`; false where it has to be read whole. */
export function look(bytes: Buffer, at: number, into: Glance): boolean {
  const length = bytes.readUInt16LE(at + 44);
  if (length > longest || bytes.readUInt32LE(at + body) === 0) return false;
  into.flags = bytes[at + 1]!;
  into.process = bytes.readUInt32LE(at + 4);
  into.root = bytes.readUInt32LE(at + 64);
  into.time = (bytes.readUInt32LE(at + 12) * 4294967296 + bytes.readUInt32LE(at + 8)) / 1e6;
  into.mode = bytes.readUInt32LE(at + body + 12);
  into.owner = bytes.readUInt32LE(at + body + 16);
  into.group = bytes.readUInt32LE(at + body + 20);
  into.operation = operationOf(bytes.readUInt32LE(at + body + 24));
  into.place = bytes.toString("latin1", at + body + 28, at + text + length);
  return true;
}
