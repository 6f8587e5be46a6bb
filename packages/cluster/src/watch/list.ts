/** The first state of a place: by pages, or as the beginning of a watch. */
import { ApiError } from "../refusal.ts";
import type { Place } from "../place.ts";
import { isRawObject, type RawObject } from "../raw.ts";
import { eventOf, namedOf } from "./event.ts";
import { WatchFaultError } from "./fault.ts";
import { linesOf } from "./lines.ts";
import type { State } from "./state.ts";

export interface Page {
  readonly version: string;
  readonly items: readonly RawObject[];
  readonly next: string;
  /** How many come after this page; undefined where the server does not tell. */
  readonly remaining: number | undefined;
}

/** One page, checked. Throws `ApiError`. */
export async function readPage(
  { around, place, listing }: Pick<State, "around" | "place" | "listing">,
  limit: number,
  from: string,
  signal: AbortSignal,
): Promise<Page> {
  const rest = from === "" ? "" : `&continue=${encodeURIComponent(from)}`;
  const page = await around.requests.get(pathOf(place, `limit=${limit}${rest}`), signal);
  const items = isRawObject(page) ? (page["items"] ?? []) : undefined;
  if (!isRawObject(page) || !Array.isArray(items)) {
    throw new ApiError("server-error", "an answer that is no list", -1);
  }
  const kind = page["kind"];
  if (typeof kind === "string" && kind !== `${listing.kind}List` && kind !== "List") {
    throw new ApiError("server-error", "a list of another kind", -1);
  }
  const metadata = isRawObject(page["metadata"]) ? page["metadata"] : {};
  const { resourceVersion, continue: next, remainingItemCount: remaining } = metadata;
  return {
    version: typeof resourceVersion === "string" ? resourceVersion : "",
    items: items.filter(isRawObject),
    next: typeof next === "string" ? next : "",
    remaining: typeof remaining === "number" ? remaining : undefined,
  };
}

/** All pages, taken in as they come; what none of them names is gone. A list that changed too much begins anew. */
export async function listInto(state: State, signal: AbortSignal): Promise<void> {
  const { around, holdings, listing } = state;
  for (let attempt = 1; ; attempt += 1) {
    const listed = holdings.begin();
    let version = "";
    let next = "";
    try {
      do {
        const page = await readPage(state, around.settings.pageLength, next, signal);
        listed.check(page.version, isRestored(state));
        if (page.next !== "" && page.next === next) {
          throw new ApiError("server-error", "a list that does not end", -1);
        }
        for (const item of page.items) listed.item(namedOf(item, listing));
        version = page.version;
        next = page.next;
      } while (next !== "");
      listed.end(version);
      return;
    } catch (error) {
      const lapsed = error instanceof ApiError && error.code === "expired" && next !== "";
      if (!lapsed || attempt >= 3) throw error;
    }
  }
}

/** A stream that begins with all there is; a bookmark tells where that ends. */
export async function streamInto(state: State, signal: AbortSignal): Promise<void> {
  const { around, holdings, listing, place } = state;
  const { clock } = around.doors;
  const { listPatience, lineBytes } = around.settings;
  const query =
    "watch=true&allowWatchBookmarks=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&timeoutSeconds=300";
  const own = new AbortController();
  const stop = (): void => own.abort();
  signal.addEventListener("abort", stop);
  let endless = false;
  const giveUp = (): void => {
    endless = true;
    own.abort();
  };
  let cancel = clock.after(listPatience, giveUp);
  try {
    const body = await around.requests.stream(pathOf(place, query), own.signal);
    const listed = holdings.begin();
    for await (const lines of linesOf(body, lineBytes)) {
      cancel();
      cancel = clock.after(listPatience, giveUp);
      for (const line of lines) {
        const event = eventOf(line, listing);
        if (event.type === "put") listed.item(event);
        else if (event.type === "delete") throw new WatchFaultError("disorder", "an end in a first state");
        else if (event.type === "bookmark" && event.endsInitial) {
          listed.check(event.version, isRestored(state));
          listed.end(event.version);
          return;
        }
      }
    }
    throw new ApiError("unreachable", "a first state that was cut off");
  } catch (error) {
    throw endless ? new WatchFaultError("endless", "a first state without an end") : error;
  } finally {
    cancel();
    own.abort();
    signal.removeEventListener("abort", stop);
  }
}

/** Whether lists have been older than what was seen for so long that the server must have been set back. */
function isRestored({ around, staleSince }: State): boolean {
  const now = around.doors.clock.elapsed();
  return staleSince !== undefined && now - staleSince > around.settings.restoredAfter;
}

/** `path?query`; a single object is watched as the list that holds it alone. */
export function pathOf({ path, single }: Place, query: string): string {
  if (single !== true) return `${path}?${query}`;
  const at = path.lastIndexOf("/");
  return `${path.slice(0, at)}?fieldSelector=metadata.name%3D${path.slice(at + 1)}&${query}`;
}
