/**
 * What the watch client holds of one place: which objects, in which state of each, as of which version. It takes
 * events and lists in and tells what changed; it never goes back in time, and says so where it was asked to.
 */
import { WatchFaultError } from "./fault.ts";
import type { Named, WatchEvent } from "./event.ts";
import { compareVersions, isOlder } from "./version.ts";

export interface Held {
  readonly uid: string;
  readonly version: string;
  /** Of what was taken in and handed over; undefined until then, and where it was refused. */
  digest?: string;
}

/** Where changes go; see `delivery.ts`. */
export interface Sink {
  readonly put: (named: Named) => void;
  readonly remove: (key: string, uid: string) => void;
}

export interface Holdings {
  readonly held: ReadonlyMap<string, Held>;
  /** The version up to which everything was seen; empty before the first list. */
  readonly version: () => string;
  readonly events: () => number;
  readonly duplicates: () => number;
  /** Takes an event in. Throws `WatchFaultError` (`disorder`) where the order cannot be. */
  readonly take: (event: WatchEvent) => void;
  /** Begins a list or a streamed first state; what it does not name by its end is gone. */
  readonly begin: () => Listed;
  /** How many objects there were at a version; undefined where that is not known any more, or not yet. */
  readonly sizeAt: (version: string) => number | undefined;
  /** Whether an object that was there at a version was seen to go since. */
  readonly goneSince: (key: string, version: string) => boolean;
  /** Forgets the state of an object, so that the next list hands it over anew. */
  readonly distrust: (key: string) => void;
  /** Everything is gone: the kind is not served any more. */
  readonly clear: () => void;
}

export interface Listed {
  readonly item: (named: Named) => void;
  /** Throws `WatchFaultError` (`stale`) where the version is older than what was seen; `believe` takes it all the same. */
  readonly check: (version: string, believe?: boolean) => void;
  readonly end: (version: string) => void;
}

interface State {
  readonly held: Map<string, Held>;
  readonly sink: Sink;
  version: string;
  /** Versions of the last events, to tell a line that came twice from one that came too late. */
  recent: Set<string>;
  /** Sizes after the last events, oldest first. */
  sizes: { readonly version: string; readonly size: number }[];
  /** The last objects that went, and at which version. */
  gone: Map<string, string>;
  events: number;
  duplicates: number;
}

const remembered = 2_048;

export function createHoldings(sink: Sink): Holdings {
  const state: State = {
    held: new Map(),
    sink,
    version: "",
    recent: new Set(),
    sizes: [],
    gone: new Map(),
    events: 0,
    duplicates: 0,
  };
  return {
    held: state.held,
    version: () => state.version,
    events: () => state.events,
    duplicates: () => state.duplicates,
    take: (event) => takeEvent(state, event),
    begin: () => beginList(state),
    sizeAt: (version) => sizeAt(state, version),
    goneSince: (key, version) => {
      const at = state.gone.get(key);
      return at !== undefined && !isOlder(at, version);
    },
    distrust: (key) => {
      const held = state.held.get(key);
      if (held !== undefined) state.held.set(key, { uid: held.uid, version: "" });
    },
    clear: () => {
      for (const [key, { uid }] of state.held) sink.remove(key, uid);
      state.held.clear();
      state.version = "";
      resetMemory(state);
    },
  };
}

function takeEvent(state: State, event: WatchEvent): void {
  if (event.type === "bookmark") {
    if (!isOlder(event.version, state.version)) state.version = event.version;
    return;
  }
  state.events += 1;
  const order = compareVersions(event.version, state.version);
  if (order !== undefined && order <= 0) {
    if (!wasSeen(state, event)) throw new WatchFaultError("disorder", "an event that came too late");
    state.duplicates += 1;
    return;
  }
  if (event.type === "put") put(state, event);
  else remove(state, event);
  state.version = event.version;
  remember(state);
}

function wasSeen({ recent, held }: State, event: Named & { readonly type: string }): boolean {
  if (recent.has(event.version)) return true;
  const known = held.get(event.key);
  return (
    event.type === "put" &&
    known?.uid === event.uid &&
    known.version !== "" &&
    !isOlder(known.version, event.version)
  );
}

function put({ held, sink }: State, named: Named): void {
  const { key, uid, version } = named;
  const known = held.get(key);
  if (known !== undefined) {
    if (known.uid === uid && known.version === version) return;
    if (isOlder(version, known.version)) return;
    if (known.uid !== uid) sink.remove(key, known.uid); // another object of the same name
  }
  held.set(key, { uid, version });
  sink.put(named);
}

function remove({ held, sink, gone }: State, { key, uid, version }: Named): void {
  const known = held.get(key);
  if (known === undefined) return;
  if (known.uid !== uid) throw new WatchFaultError("disorder", "the end of an object that was not known");
  held.delete(key);
  gone.delete(key);
  gone.set(key, version);
  if (gone.size > remembered) gone.delete(gone.keys().next().value!);
  sink.remove(key, uid);
}

function remember(state: State): void {
  const { recent, sizes, held, version } = state;
  recent.add(version);
  if (recent.size > remembered) recent.delete(recent.values().next().value!);
  sizes.push({ version, size: held.size });
  if (sizes.length > 2 * remembered) state.sizes = sizes.slice(remembered);
}

function resetMemory(state: State): void {
  state.recent = new Set();
  state.sizes = [];
}

function beginList(state: State): Listed {
  const seen = new Set<string>();
  return {
    item: (named) => {
      seen.add(named.key);
      put(state, named);
    },
    check: (version, believe = false) => {
      if (!isOlder(version, state.version)) return;
      if (!believe) throw new WatchFaultError("stale", "a list older than what was seen before");
      // A server restored from a backup counts from there: what is held is no older or newer than anything it says.
      for (const [key, { uid }] of state.held) state.held.set(key, { uid, version: "" });
      state.version = version;
    },
    end: (version) => {
      for (const [key, { uid }] of state.held) {
        if (seen.has(key)) continue;
        state.held.delete(key);
        state.sink.remove(key, uid);
      }
      state.version = version;
      resetMemory(state);
      state.sizes.push({ version, size: state.held.size });
    },
  };
}

/** Events come in the order of their versions, so the size at one is that after the last event not later than it. */
function sizeAt({ sizes, version: seen }: State, version: string): number | undefined {
  if (isOlder(seen, version)) return undefined;
  for (let at = sizes.length - 1; at >= 0; at -= 1) {
    const order = compareVersions(sizes[at]!.version, version);
    if (order === undefined) return undefined;
    if (order <= 0) return sizes[at]!.size;
  }
  return undefined;
}
