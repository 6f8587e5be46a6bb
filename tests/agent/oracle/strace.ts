/** The independent oracle: what strace says that a container's processes did, in the same words as ours. */

/** Distinct deeds, as lines. `files` are opened, `libraries` mapped as code. */
export interface Deeds {
  readonly execs: ReadonlySet<string>;
  readonly files: ReadonlySet<string>;
  readonly libraries: ReadonlySet<string>;
  readonly peers: ReadonlySet<string>;
}

/** Calls that the oracle follows. */
export const calls = "execve,open,openat,openat2,creat,mmap,connect,accept,accept4,listen";

/**
 * The log of `strace -f -yy`: each descriptor comes with what it stands for, as the kernel's own links in /proc tell it.
 * What is done before `entry` begins is the runtime's doing. A call that another process interrupts is in two lines.
 */
export function deedsIn(log: string, entry: string): Deeds {
  const found = {
    execs: new Set<string>(),
    files: new Set<string>(),
    libraries: new Set<string>(),
    peers: new Set<string>(),
  };
  const begun = new Map<string, string>();
  let inside = false;
  for (const line of log.split("\n")) {
    const [, process = "", text = ""] = /^(\d+)\s+(.*)$/.exec(line) ?? [];
    if (text.includes("<unfinished ...>")) {
      begun.set(process, text.replace(" <unfinished ...>", ""));
      continue;
    }
    const resumed = /^<\.\.\. \w+ resumed>(.*)$/.exec(text);
    const call = resumed === null ? text : `${begun.get(process) ?? ""}${resumed[1]}`;
    const [, name = "", rest = ""] = /^(\w+)\((.*)$/.exec(call) ?? [];
    if (name === "execve" && rest.endsWith("= 0") && rest.startsWith(`"${entry}"`)) inside = true;
    if (inside) take(name, rest, found);
  }
  return found;
}

type Found = { readonly [Kind in keyof Deeds]: Set<string> };

function take(name: string, rest: string, found: Found): void {
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
    case "listen":
    case "accept":
    case "accept4":
    case "connect":
      for (const peer of peersIn(name, rest)) found.peers.add(peer);
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

function* peersIn(name: string, rest: string): Generator<string> {
  if (name === "listen") {
    const port = /^\d+<TCP(?:v6)?:\[.*?:(\d+)\]>/.exec(rest)?.[1];
    if (port !== undefined && rest.endsWith("= 0")) yield `listen TCP ${port}`;
  } else if (name === "connect") {
    const protocol = /^\d+<(TCP|UDP)/.exec(rest)?.[1];
    const port = /sin6?_port=htons\((\d+)\)/.exec(rest)?.[1];
    const address = /inet_addr\("([^"]+)"\)|inet_pton\(AF_INET6, "([^"]+)"/.exec(rest);
    if (protocol !== undefined && port !== undefined && port !== "0")
      yield `connect ${protocol} ${address?.[1] ?? address?.[2]?.replace("::ffff:", "")}:${port}`;
  } else {
    const end = /= \d+<TCP(?:v6)?:\[\[?([^\]]*?)\]?:(\d+)->\[?(.*?)\]?:\d+\]>/.exec(rest);
    if (end !== null) yield `accept TCP ${end[2]} from ${end[3]!.replace("::ffff:", "")}`;
  }
}
