/** What a container is known to do: everything of its learning time, ids made patterns, nothing that is flagged. */
import type {
  Interval,
  Observation,
  ObservationDetail,
  ObservationKind,
  Origin,
  Watch,
} from "../model/observation.ts";
import { canonicalDetail, containerKey } from "./behaviour.ts";
import { matchesPattern, templateOf, type Reading } from "./collapse.ts";
import { nothingExpected } from "./expected.ts";
import { united, without } from "./interval.ts";
import { firstSeen, lossesOf } from "./merge.ts";
import { asNews } from "./news.ts";
import { profilesOf } from "./profile.ts";
import { textsOf } from "./variable.ts";

export interface Learned {
  /** It was seen while the container was learned. What came by `exec` then teaches only of what comes by `exec`: probes do. */
  readonly knows: (detail: ObservationDetail, origin?: Origin) => boolean;
  /** Of this kind all that the container does is known: it was watched whole, from its start, and for long enough without loss. */
  readonly settled: (kind: ObservationKind) => boolean;
  /** When events were lost last before a moment (RFC 3339), no longer before it than a container is learned. */
  readonly lostBefore: (moment: string) => string | undefined;
}

/**
 * A container is learned for so long (milliseconds) from the first moment on at which it was watched, from its start if one
 * was. Where events were lost meanwhile it is learned anew from then on; a loss that comes later takes nothing back.
 */
export const learningTime = 24 * 3_600_000;
/** Nor was a start seen where something was lost so soon after it, milliseconds. */
const startUp = 60_000;

export function learnedOf(
  observations: readonly Observation[],
  watches: readonly Watch[],
  time = learningTime,
): Learned {
  const startSeen = watches.filter((watch) => sawStart(watch, Math.min(startUp, time)));
  // Where no start was seen it is learned from the first sight on, and never settled.
  const since = firstHeard(startSeen) ?? firstHeard(watches);
  const heard =
    watches
      .flatMap((watch) => watch.heard.map(({ to }) => to))
      .toSorted()
      .at(-1) ?? "";
  const namespace = (observations[0] ?? watches[0])?.container.namespace ?? "";
  const indexes = new Map<string | undefined, ReturnType<typeof indexOf>>();
  const indexUntil = (until: string | undefined): ReturnType<typeof indexOf> => {
    const known = indexes.get(until);
    if (known !== undefined) return known;
    const before = until === undefined ? observations : observations.flatMap((each) => upTo(each, until));
    const index = indexOf(before, namespace);
    indexes.set(until, index);
    return index;
  };
  const kinds = new Map<ObservationKind, Learning>();
  const learningOf = (kind: ObservationKind): Learning => {
    const known = kinds.get(kind);
    if (known !== undefined) return known;
    const whole = watches.filter(
      (watch) => (startSeen.includes(watch) || hasNoStart(watch)) && seesWhole(watch, kind, observations),
    );
    const until = since === undefined ? undefined : endOf(since, time, lostIn(whole));
    const found = { until, settled: whole.length > 0 && until !== undefined && heard > until };
    kinds.set(kind, found);
    return found;
  };
  return {
    knows: (detail, origin) => {
      const news = newsOf(detail, namespace);
      if (news === undefined) return true;
      const known = indexUntil(learningOf(detail.kind).until).get(news.key);
      if (known === undefined) return false;
      const counts = (byExec: boolean | undefined): boolean =>
        byExec === false || (byExec === true && origin === "exec");
      return (
        counts(known.alone.get(news.signature)) ||
        known.alike.some(({ patterns, byExec }) => counts(byExec) && matches(patterns, news.texts))
      );
    },
    settled: (kind) => learningOf(kind).settled,
    lostBefore: (moment) => {
      const earliest = new Date(Date.parse(moment) - time).toISOString();
      const last = united(...watches.map(lossesOf)).findLast(({ from }) => from <= moment);
      return last !== undefined && last.to >= earliest ? last.from : undefined;
    },
  };
}

interface Learning {
  /** RFC 3339; undefined where nobody watched: all is learned. */
  readonly until: string | undefined;
  readonly settled: boolean;
}

function firstHeard(watches: readonly Watch[]): string | undefined {
  return watches.flatMap(({ heard }) => heard.map(({ from }) => from)).toSorted()[0];
}

/** Where events were lost before a minute of it was over, its first ones may be among them. */
function sawStart(watch: Watch, minute: number): boolean {
  const begun = watch.heard[0]?.from;
  if (!watch.fromStart || begun === undefined) return false;
  const over = new Date(Date.parse(begun) + minute).toISOString();
  return !lossesOf(watch).some(({ from }) => from < over);
}

/** Of what one replica lost another saw the like, where it was watched without loss at that time. */
function lostIn(watches: readonly Watch[]): readonly Interval[] {
  const clear = united(...watches.map((watch) => without(watch.heard, lossesOf(watch))));
  return without(united(...watches.map(lossesOf)), clear);
}

/** When a stretch of that length without loss is over, the first one. */
function endOf(since: string, time: number, lost: readonly Interval[]): string {
  let from = Date.parse(since);
  for (const loss of lost) {
    if (Date.parse(loss.from) >= from + time) break;
    from = Math.max(from, Date.parse(loss.to));
  }
  return new Date(from + time).toISOString();
}

/** Requests to the API server are the account's: there is no first process that could have been missed. */
function hasNoStart({ sight }: Watch): boolean {
  return Object.keys(sight).every((kind) => kind === "api-request");
}

function seesWhole({ sight }: Watch, kind: ObservationKind, observations: readonly Observation[]): boolean {
  return sight[kind] === "whole" || (kind === "dns" && asksAloud(sight, observations));
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
  if (support.length > 0) return [{ ...observation, support }];
  // Who did it then is not remembered any more.
  const { firstAlike } = observation;
  if (firstAlike !== undefined && firstAlike <= until) return [observation];
  return firstSeen(observation) <= until ? [observation] : [];
}

interface Text {
  readonly text: string;
  readonly reading: Reading;
}

/** What a behaviour is looked up by. */
interface News {
  readonly key: string;
  readonly texts: readonly Text[];
  readonly signature: string;
}

/** A detail is kept while it is seen again and again, and asked of with each batch of an agent; it is one container's. */
const newsOfDetails = new WeakMap<ObservationDetail, News | "none">();

/** Undefined where it never is any. */
function newsOf(seen: ObservationDetail, namespace: string): News | undefined {
  let news = newsOfDetails.get(seen);
  if (news === undefined) newsOfDetails.set(seen, (news = madeNews(seen, namespace) ?? "none"));
  return news === "none" ? undefined : news;
}

function madeNews(seen: ObservationDetail, namespace: string): News | undefined {
  const detail = asNews(seen, namespace);
  if (detail === undefined) return undefined;
  const { keys, texts } = textsOf(detail);
  return { key: canonicalDetail(detail, keys), texts, signature: signatureOf(texts) };
}

/** A file that differs in an id alone is the same file once more: no profile allows it, but it is no news. */
function signatureOf(texts: readonly Text[]): string {
  return JSON.stringify(
    texts.map(({ text, reading }) => (reading === "path" ? templateOf(text, reading).template : text)),
  );
}

function matches(patterns: readonly string[], texts: readonly Text[]): boolean {
  return (
    patterns.length === texts.length &&
    patterns.every((pattern, at) => matchesPattern(pattern, texts[at]!.text))
  );
}

/** What differs in its texts alone. `byExec`: somebody's `exec` did it, never the container itself. */
interface Known {
  /** By the signature of its texts: there may be thousands, and each is asked of. */
  readonly alone: Map<string, boolean>;
  readonly alike: { readonly patterns: readonly string[]; readonly byExec: boolean }[];
}

function indexOf(observations: readonly Observation[], namespace: string): ReadonlyMap<string, Known> {
  const index = new Map<string, Known>();
  const seen = { observations, watches: [], detections: [] };
  const options = { expectedOf: () => nothingExpected(""), quorum: { least: 1, share: 0 } };
  for (const { behaviours } of profilesOf(seen, options)) {
    for (const { detail, patterns, learned, flags } of behaviours) {
      const byExec = flags.length > 0 && flags.every(({ id }) => id === "exec");
      if (!learned && !byExec) continue;
      const news = newsOf(detail, namespace);
      if (news === undefined) continue;
      const { key, signature } = news;
      const known = index.get(key) ?? { alone: new Map<string, boolean>(), alike: [] };
      index.set(key, known);
      if (patterns !== undefined) known.alike.push({ patterns, byExec });
      else known.alone.set(signature, byExec && (known.alone.get(signature) ?? true));
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
