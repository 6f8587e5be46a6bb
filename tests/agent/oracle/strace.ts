/** The independent oracle: what strace says that a container's processes did, in the same words as ours. */

/** Distinct deeds, as lines. `files` are opened, `libraries` mapped as code. */
export interface Deeds {
  readonly execs: ReadonlySet<string>;
  readonly files: ReadonlySet<string>;
  readonly libraries: ReadonlySet<string>;
  readonly peers: ReadonlySet<string>;
}

/** Calls that the oracle follows. */
export const calls =
  "execve,open,openat,openat2,creat,mmap,bind,connect,accept,accept4,listen,clone,clone3,fork,vfork";

/**
 * The log of `strace -f -yy`: each descriptor comes with what it stands for, as the kernel's own links in /proc tell it.
 * Taken is what the process does that runs `entry`, from then on, and what those do that it begins: before that it is the
 * runtime's doing.
 */
export function deedsIn(log: string, entry: string): Deeds {
  const found = {
    execs: new Set<string>(),
    files: new Set<string>(),
    libraries: new Set<string>(),
    peers: new Set<string>(),
  };
  const all = callsIn(log);
  const first = all.findIndex((call) => isRun(call) && call.rest.startsWith(`"${entry}"`));
  if (first < 0) throw new Error(`strace saw no ${entry} start`);
  const later = all.slice(first);
  const begunBy = new Map(later.flatMap(({ process, ...call }) => begins(call).map((id) => [id, process])));
  const isInside = (process: string | undefined): boolean =>
    process !== undefined && (process === all[first]!.process || isInside(begunBy.get(process)));
  const ports = new Map<string, string>();
  for (const { process, name, rest } of later) if (isInside(process)) take(name, rest, found, ports);
  return found;
}

interface Called {
  /** Or thread, as the tracer numbers it. */
  readonly process: string;
  readonly name: string;
  readonly rest: string;
}

/** Each with its result. One that another process interrupts is in two lines; one thread that runs a program becomes the process. */
function callsIn(log: string): readonly Called[] {
  const begun = new Map<string, string>();
  return log.split("\n").flatMap((line): readonly Called[] => {
    const [, process = "", text = ""] = /^(\d+)\s+(.*)$/.exec(line) ?? [];
    const [, head, heir = process] = /^(.*) <(?:unfinished|pid changed to (\d+)) \.\.\.>$/.exec(text) ?? [];
    if (head !== undefined) {
      begun.set(heir, head);
      return [];
    }
    const resumed = /^<\.\.\. \w+ resumed>(.*)$/.exec(text);
    const call = resumed === null ? text : `${begun.get(process) ?? ""}${resumed[1]}`;
    const [, name, rest] = /^(\w+)\((.*)$/.exec(call) ?? [];
    return name === undefined ? [] : [{ process, name, rest: rest! }];
  });
}

function isRun({ name, rest }: Called): boolean {
  return name === "execve" && rest.endsWith("= 0");
}

/** The process or thread that the call began: in a container it has another number inside. */
function begins({ name, rest }: Omit<Called, "process">): readonly string[] {
  if (!/^(clone3?|v?fork)$/.test(name)) return [];
  const [, inside, outside = inside] = /= (\d+)(?: \/\* (\d+) in strace's PID NS \*\/)?$/.exec(rest) ?? [];
  return outside === undefined ? [] : [outside];
}

type Found = { readonly [Kind in keyof Deeds]: Set<string> };

/** `ports`: of sockets in other network namespaces, of which strace knows the number alone. */
function take(name: string, rest: string, found: Found, ports: Map<string, string>): void {
  switch (name) {
    case "execve":
      if (rest.endsWith("= 0")) found.execs.add(wordsOf(rest).join(" "));
      return;
    case "open":
    case "openat":
    case "openat2":
    case "creat": {
      const path = /= \d+<(\/[^>]*)>(\(deleted\))?$/.exec(rest)?.[1];
      if (path !== undefined) found.files.add(plain(path));
      return;
    }
    case "mmap": {
      const path = /PROT_EXEC.* \d+<(\/[^>]*)>/.exec(rest)?.[1];
      if (path !== undefined) found.libraries.add(plain(path));
      return;
    }
    case "bind":
      ports.set(socketIn(rest), portIn(rest) ?? "");
      return;
    case "listen":
      if (rest.endsWith("= 0")) found.peers.add(`listen TCP ${portOf(rest, ports)}`);
      return;
    case "connect":
      for (const peer of connectionIn(rest)) found.peers.add(peer);
      return;
    case "accept":
    case "accept4": {
      const from = /= \d+<.*->\[?(.*?)\]?:\d+\]>$/.exec(rest)?.[1] ?? addressIn(rest);
      if (/= \d+</.test(rest) && from !== undefined)
        found.peers.add(`accept TCP ${portOf(rest, ports)} from ${from.replace("::ffff:", "")}`);
    }
  }
}

/** The arguments, as strace quotes them. */
function wordsOf(rest: string): readonly string[] {
  const list = /^"[^"]*", \[(.*?)\], 0x/.exec(rest)?.[1] ?? "";
  return [...list.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, word]) => JSON.parse(`"${word}"`) as string);
}

/** Strace writes bytes beyond ASCII as octal; none of our paths has any. */
function plain(path: string): string {
  return path.replace(/ \(deleted\)$/, "");
}

/** Of a socket of the internet: `0.0.0.0:80`, or its number. */
function socketIn(rest: string): string {
  return /^\d+<TCP(?:v6)?:\[(.*?)\]>/.exec(rest)?.[1] ?? "";
}

function portOf(rest: string, ports: ReadonlyMap<string, string>): string {
  const socket = socketIn(rest);
  return ports.get(socket) ?? /:(\d+)$/.exec(socket)?.[1] ?? "";
}

function portIn(rest: string): string | undefined {
  return /sin6?_port=htons\((\d+)\)/.exec(rest)?.[1];
}

/** Not where the program asked for none. */
function addressIn(rest: string): string | undefined {
  const [, four, six] = /inet_addr\("([^"]+)"\)|inet_pton\(AF_INET6, "([^"]+)"/.exec(rest) ?? [];
  return four ?? six?.replace("::ffff:", "");
}

function* connectionIn(rest: string): Generator<string> {
  const protocol = /^\d+<(TCP|UDP)/.exec(rest)?.[1];
  const port = portIn(rest);
  if (protocol !== undefined && port !== undefined && port !== "0")
    yield `connect ${protocol} ${addressIn(rest)}:${port}`;
}
