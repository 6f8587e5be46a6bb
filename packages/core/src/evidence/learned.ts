/** What a container is known to do: everything of its learning time, ids made patterns, nothing that is flagged. */
import type { Observation, ObservationDetail, ObservationKind, Origin, Watch } from "../model/observation.ts";
import { canonicalDetail, containerKey } from "./behaviour.ts";
import { matchesPattern, templateOf, type Reading } from "./collapse.ts";
import { nothingExpected } from "./expected.ts";
import { asNews } from "./news.ts";
import { profilesOf } from "./profile.ts";
import { textsOf } from "./variable.ts";

export interface Learned {
  /** It was seen while the container was learned. What came by `exec` then teaches only of what comes by `exec`: probes do. */
  readonly knows: (detail: ObservationDetail, origin?: Origin) => boolean;
  /** Of this kind all that the container does is known: it was watched whole, from its start, without loss, for long enough. */
  readonly settled: (kind: ObservationKind) => boolean;
}

/** A container is learned for so long (milliseconds) from the first moment on at which it was watched, from its start if one was. */
export const learningTime = 24 * 3_600_000;

export function learnedOf(
  observations: readonly Observation[],
  watches: readonly Watch[],
  time = learningTime,
): Learned {
  const starts = watches
    .filter(({ fromStart }) => fromStart)
    .flatMap(({ heard }) => heard.map(({ from }) => from));
  // Where no start was seen it is learned from the first sight on, and never settled.
  const since =
    starts.toSorted()[0] ?? watches.flatMap(({ heard }) => heard.map(({ from }) => from)).toSorted()[0];
  const until = since === undefined ? undefined : new Date(Date.parse(since) + time).toISOString();
  const heard =
    watches
      .flatMap((watch) => watch.heard.map(({ to }) => to))
      .toSorted()
      .at(-1) ?? "";
  const before = until === undefined ? observations : observations.flatMap((each) => upTo(each, until));
  const namespace = (observations[0] ?? watches[0])?.container.namespace ?? "";
  const index = indexOf(before, namespace);
  const kinds = new Map<ObservationKind, boolean>();
  return {
    knows: (given, origin) => {
      const detail = asNews(given, namespace);
      if (detail === undefined) return true;
      const { keys, texts } = textsOf(detail);
      const known = index.get(canonicalDetail(detail, keys)) ?? [];
      return known.some(
        ({ patterns, byExec }) =>
          (!byExec || origin === "exec") &&
          patterns.every((pattern, at) => matches(pattern, texts[at] ?? nothing)),
      );
    },
    settled: (kind) => {
      const found =
        kinds.get(kind) ?? (until !== undefined && heard > until && isWhole(watches, kind, observations));
      kinds.set(kind, found);
      return found;
    },
  };
}

/** Requests to the API server are the account's: there is no first process that could have been missed. */
function hasNoStart({ sight }: Watch): boolean {
  return Object.keys(sight).every((kind) => kind === "api-request");
}

function isWhole(
  watches: readonly Watch[],
  kind: ObservationKind,
  observations: readonly Observation[],
): boolean {
  return watches.some((watch) => {
    const { fromStart, sight, drops } = watch;
    if (drops > 0 || !(fromStart || hasNoStart(watch))) return false;
    return sight[kind] === "whole" || (kind === "dns" && asksAloud(sight, observations));
  });
}

/** Questions that go over TCP or TLS are not read; who never connected so, asked all in datagrams, which are. */
function asksAloud(sight: Watch["sight"], observations: readonly Observation[]): boolean {
  return (
    sight.dns !== undefined &&
    sight.connection === "whole" &&
    !observations.some(
      ({ detail }) =>
        detail.kind === "connection" &&
        detail.operation === "connect" &&
        detail.protocol === "TCP" &&
        (detail.port === 53 || detail.port === 853),
    )
  );
}

function upTo(observation: Observation, until: string): readonly Observation[] {
  const support = observation.support.filter(({ first }) => first <= until);
  return support.length === 0 ? [] : [{ ...observation, support }];
}

interface Text {
  readonly text: string;
  readonly reading: Reading;
}

const nothing: Text = { text: "", reading: "argument" };

interface Pattern extends Text {
  readonly pattern: boolean;
}

/** A file that differs in an id alone is the same file once more: no profile allows it, but it is no news. */
function matches({ text, pattern, reading }: Pattern, given: Text): boolean {
  if (pattern) return matchesPattern(text, given.text);
  if (text === given.text) return true;
  return (
    reading === "path" && templateOf(text, reading).template === templateOf(given.text, reading).template
  );
}

interface Entry {
  readonly patterns: readonly Pattern[];
  /** Somebody's `exec` did it, never the container itself. */
  readonly byExec: boolean;
}

function indexOf(
  observations: readonly Observation[],
  namespace: string,
): ReadonlyMap<string, readonly Entry[]> {
  const index = new Map<string, Entry[]>();
  const seen = { observations, watches: [], detections: [] };
  const options = { expectedOf: () => nothingExpected(""), quorum: { least: 1, share: 0 } };
  for (const { behaviours } of profilesOf(seen, options)) {
    for (const { detail, patterns, learned, flags } of behaviours) {
      const byExec = flags.length > 0 && flags.every(({ id }) => id === "exec");
      if (!learned && !byExec) continue;
      const plain = asNews(detail, namespace);
      if (plain === undefined) continue;
      const { keys, texts } = textsOf(plain);
      const key = canonicalDetail(plain, keys);
      const entry = texts.map(({ text, reading }, at) => ({
        text: patterns?.[at] ?? text,
        reading,
        pattern: patterns !== undefined,
      }));
      index.set(key, [...(index.get(key) ?? []), { patterns: entry, byExec }]);
    }
  }
  return index;
}

/** Observations and watches of each container and image that did anything. */
export function byContainer(
  observations: readonly Observation[],
  watches: readonly Watch[],
): readonly (readonly [key: string, readonly Observation[], readonly Watch[]])[] {
  const seen = Map.groupBy(observations, ({ container }) => containerKey(container));
  const watched = Map.groupBy(watches, ({ container }) => containerKey(container));
  return [...seen].map(([key, list]) => [key, list, watched.get(key) ?? []] as const);
}
