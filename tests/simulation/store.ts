/** What a simulated API server holds: objects, and the log of every change since the last compaction. */

export interface Stored {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly uid: string;
    readonly resourceVersion: string;
  };
  readonly data: { readonly [key: string]: string };
}

export interface Logged {
  readonly version: number;
  readonly path: string;
  readonly type: "ADDED" | "MODIFIED" | "DELETED";
  readonly object: Stored;
}

export interface Kind {
  readonly path: string;
  readonly apiVersion: string;
  readonly kind: string;
  readonly resource: string;
}

export interface Store {
  readonly version: () => number;
  readonly compactedAt: () => number;
  readonly keys: (path: string) => readonly string[];
  /** As of now, or of an earlier version; in the order of keys. */
  readonly objects: (path: string, version?: number) => readonly Stored[];
  readonly since: (path: string, version: number) => readonly Logged[];
  /** `rest` is what the object holds beside its metadata and data. */
  readonly create: (kind: Kind, key: string, data: Stored["data"], rest?: object) => void;
  readonly update: (kind: Kind, key: string, data: Stored["data"], rest?: object) => void;
  readonly remove: (kind: Kind, key: string) => void;
  readonly compact: () => void;
  /** Versions go up by other kinds' changes too. */
  readonly pass: (versions: number) => void;
  /** Every state that any object ever had: `path key uid version` to its data. */
  readonly history: ReadonlyMap<string, string>;
  readonly onChange: (call: (logged: Logged) => void) => void;
}

export function createStore(): Store {
  const objects = new Map<string, Map<string, Stored>>();
  const log: Logged[] = [];
  const history = new Map<string, string>();
  const calls: ((logged: Logged) => void)[] = [];
  let version = 1_000;
  let compacted = 1_000;
  let uids = 0;
  const write = (
    kind: Kind,
    key: string,
    type: Logged["type"],
    uid: string,
    data: Stored["data"],
    rest: object = {},
  ): void => {
    version += 1;
    const [namespace = "", name = ""] = key.split("/");
    const metadata = { name, namespace, uid, resourceVersion: String(version) };
    const object: Stored = { ...rest, apiVersion: kind.apiVersion, kind: kind.kind, metadata, data };
    const all = objects.get(kind.path) ?? new Map<string, Stored>();
    objects.set(kind.path, all);
    if (type === "DELETED") all.delete(key);
    else {
      all.set(key, object);
      history.set(`${kind.path} ${key} ${uid} ${version}`, JSON.stringify(data));
    }
    const logged: Logged = { version, path: kind.path, type, object };
    log.push(logged);
    for (const call of calls) call(logged);
  };
  const sorted = (all: Iterable<Stored>): readonly Stored[] =>
    [...all].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  return {
    version: () => version,
    compactedAt: () => compacted,
    keys: (path) => [...(objects.get(path)?.keys() ?? [])],
    objects: (path, at) => {
      if (at === undefined || at >= version) return sorted(objects.get(path)?.values() ?? []);
      const then = new Map<string, Stored>();
      for (const { version: when, path: where, type, object } of log) {
        if (where !== path || when > at) continue;
        if (type === "DELETED") then.delete(keyOf(object));
        else then.set(keyOf(object), object);
      }
      return sorted(then.values());
    },
    since: (path, from) => log.filter((logged) => logged.path === path && logged.version > from),
    create: (kind, key, data, rest) => {
      uids += 1;
      write(kind, key, "ADDED", `uid-${uids}`, data, rest);
    },
    update: (kind, key, data, rest) => {
      const { uid } = objects.get(kind.path)!.get(key)!.metadata;
      write(kind, key, "MODIFIED", uid, data, rest);
    },
    remove: (kind, key) => {
      const { metadata, data, ...rest } = objects.get(kind.path)!.get(key)!;
      write(kind, key, "DELETED", metadata.uid, data, rest);
    },
    compact: () => void (compacted = version),
    pass: (versions) => void (version += versions),
    history,
    onChange: (call) => void calls.push(call),
  };
}

export function keyOf({ metadata }: Stored): string {
  return `${metadata.namespace}/${metadata.name}`;
}
