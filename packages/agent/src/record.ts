/** One record of the kernel's ring, as bpf/record.h lays it out, read into plain values. */

export const kinds = [
  "",
  "exec",
  "exit",
  "file",
  "name",
  "socket",
  "capability",
  "call",
  "cgroup",
  "dns",
] as const;
export type Kind = Exclude<(typeof kinds)[number], "">;

export interface Head {
  readonly kind: Kind;
  /** System call, socket operation or capability, by kind. */
  readonly number: number;
  readonly flags: number;
  readonly process: number;
  readonly parent: number;
  /** Nanoseconds since boot. */
  readonly time: bigint;
  readonly cgroup: bigint;
  readonly user: number;
  readonly mountNamespace: number;
  readonly netNamespace: number;
  readonly result: number;
  readonly command: string;
  /** The process furthest up the line of parents in the same cgroup: the entry point, or somebody's `exec`. */
  readonly root: number;
}

export const flag = {
  beforeEntrypoint: 1,
  rootMount: 2,
  cut: 4,
  mapped: 8,
  past: 16,
  secure: 32,
  terminal: 64,
  socket: 128,
} as const;

/** Of the flags of an open: none of these bits is reading alone. */
export const accessMode = 3;

export interface FileFacts {
  readonly inode: bigint;
  readonly device: number;
  readonly mode: number;
  readonly owner: number;
  readonly group: number;
}

export type RawRecord = Head &
  (
    | {
        readonly kind: "exec";
        readonly path: string;
        /** The name it was called by: the script, where `path` is its interpreter. */
        readonly called: string;
        readonly arguments: readonly string[];
        readonly file: FileFacts;
        readonly capabilities: bigint;
        /** Who began it; `user` is whom it acts as. */
        readonly realUser: number;
      }
    | {
        readonly kind: "exit";
        /** The most bytes that its memory cgroup was charged; undefined where that is not known. */
        readonly memoryBytes?: number;
      }
    | {
        readonly kind: "file";
        readonly path: string;
        readonly file: FileFacts;
        readonly openFlags: number;
        readonly parentDirectory: Pick<FileFacts, "mode" | "owner" | "group">;
      }
    | {
        readonly kind: "name";
        readonly path: string;
        /** Of a refused open. */
        readonly openFlags: number;
        /** The name that a rename gave. */
        readonly second: boolean;
        /** The other name of a link, as it was given. */
        readonly other: string;
      }
    | {
        readonly kind: "socket";
        readonly family: number;
        readonly protocol: number;
        readonly localPort: number;
        readonly remotePort: number;
        readonly local: Buffer;
        readonly remote: Buffer;
      }
    | { readonly kind: "capability"; readonly call: number }
    | { readonly kind: "call"; readonly arguments: readonly bigint[] }
    | {
        readonly kind: "cgroup";
        readonly path: string;
        /** The cgroup of who made or removed it, and the one that it lies in. */
        readonly maker: bigint;
        readonly above: bigint;
      }
    | { readonly kind: "dns"; readonly payload: Buffer; readonly remote: Buffer; readonly family: number }
  );

/** Where a record's body begins, and its first text. */
export const body = 72;
export const text = body + 40;

/** Reads a record; undefined where it is of a kind or a length that we do not know. */
export function readRecord(bytes: Buffer): RawRecord | undefined {
  if (bytes.length < text) return undefined;
  const kind = kinds[bytes[0]!];
  if (kind === undefined || kind === "") return undefined;
  const head: Head = {
    kind,
    flags: bytes[1]!,
    number: bytes.readUInt16LE(2),
    process: bytes.readUInt32LE(4),
    time: bytes.readBigUInt64LE(8),
    cgroup: bytes.readBigUInt64LE(16),
    parent: bytes.readUInt32LE(24),
    user: bytes.readUInt32LE(28),
    mountNamespace: bytes.readUInt32LE(32),
    netNamespace: bytes.readUInt32LE(36),
    result: bytes.readInt32LE(40),
    command: untilNul(bytes, 48, 64),
    root: bytes.readUInt32LE(64),
  };
  const first = text + bytes.readUInt16LE(44);
  return withBody(head, bytes, first, first + bytes.readUInt16LE(46));
}

function withBody(head: Head, bytes: Buffer, first: number, second: number): RawRecord | undefined {
  switch (head.kind) {
    case "exec": {
      const strings = stringsIn(bytes, first, second);
      const path = pathIn(bytes, text, first);
      const called = strings[0] ?? "";
      return {
        ...head,
        kind: "exec",
        path,
        called,
        arguments: strings.slice(1),
        file: fileIn(bytes),
        capabilities: bytes.readBigUInt64LE(body + 24),
        realUser: bytes.readUInt32LE(body + 32),
      };
    }
    case "exit": {
      const memoryBytes = Number(bytes.readBigUInt64LE(body));
      return { ...head, kind: "exit", ...(memoryBytes === 0 ? {} : { memoryBytes }) };
    }
    case "file":
      return {
        ...head,
        kind: "file",
        path: pathIn(bytes, text, first),
        file: fileIn(bytes),
        openFlags: bytes.readUInt32LE(body + 24),
        parentDirectory: {
          mode: bytes.readUInt32LE(body + 28),
          owner: bytes.readUInt32LE(body + 32),
          group: bytes.readUInt32LE(body + 36),
        },
      };
    case "name":
      return {
        ...head,
        kind: "name",
        path: joined(pathIn(bytes, text, first), untilNul(bytes, first, second)),
        other: stringsIn(bytes, first, second)[1] ?? "",
        openFlags: bytes.readUInt32LE(68),
        second: head.result === 1,
      };
    case "socket":
      return { ...head, kind: "socket", ...socketIn(bytes) };
    case "capability":
      return { ...head, kind: "capability", call: Number(bytes.readBigUInt64LE(body)) };
    case "call":
      return { ...head, kind: "call", arguments: [0, 8, 16].map((at) => bytes.readBigUInt64LE(body + at)) };
    case "cgroup":
      return {
        ...head,
        kind: "cgroup",
        path: untilNul(bytes, text, first),
        maker: bytes.readBigUInt64LE(body),
        above: bytes.readBigUInt64LE(body + 8),
      };
    case "dns": {
      const { remote, family } = socketIn(bytes);
      return { ...head, kind: "dns", payload: Buffer.from(bytes.subarray(text, first)), remote, family };
    }
  }
}

function fileIn(bytes: Buffer): FileFacts {
  return {
    inode: bytes.readBigUInt64LE(body),
    device: bytes.readUInt32LE(body + 8),
    mode: bytes.readUInt32LE(body + 12),
    owner: bytes.readUInt32LE(body + 16),
    group: bytes.readUInt32LE(body + 20),
  };
}

function socketIn(bytes: Buffer): Omit<Extract<RawRecord, { kind: "socket" }>, keyof Head> {
  const family = bytes.readUInt16LE(body);
  const size = family === 2 ? 4 : 16;
  return {
    family,
    protocol: bytes.readUInt16LE(body + 2),
    localPort: bytes.readUInt16LE(body + 4),
    remotePort: bytes.readUInt16LE(body + 6),
    local: Buffer.from(bytes.subarray(body + 8, body + 8 + size)),
    remote: Buffer.from(bytes.subarray(body + 24, body + 24 + size)),
  };
}

function untilNul(bytes: Buffer, start: number, end: number): string {
  const nul = bytes.indexOf(0, start);
  return bytes.toString("utf8", start, nul < 0 || nul > end ? end : nul);
}

function stringsIn(bytes: Buffer, start: number, end: number): readonly string[] {
  if (end <= start) return [];
  const whole = bytes.toString("utf8", start, end);
  return (whole.endsWith("\0") ? whole.slice(0, -1) : whole).split("\0");
}

/** The kernel writes a path's names from the leaf up, each ended by NUL. */
function pathIn(bytes: Buffer, start: number, end: number): string {
  if (end <= start) return "/";
  const names = bytes.toString("latin1", start, end - 1);
  const text = plain.test(names) ? names : bytes.toString("utf8", start, end - 1);
  let path = "";
  for (let to = text.length; to > 0;) {
    const at = text.lastIndexOf("\0", to - 1);
    path += `/${text.slice(at + 1, to)}`;
    to = at;
  }
  return path;
}

// oxlint-disable-next-line no-control-regex -- what is ASCII needs no decoding
const plain = /^[\x00-\x7f]*$/;

function joined(directory: string, name: string): string {
  const whole = name.startsWith("/") ? name : `${directory}/${name}`;
  const parts: string[] = [];
  for (const part of whole.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return `/${parts.join("/")}`;
}
