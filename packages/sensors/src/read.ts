/**
 * Records of any known tool, read line by line and folded into what was seen. Whatever the stream holds it ends, in
 * bounded memory, and each record is either taken or counted under the name of what was wrong with it.
 */
import {
  createTally,
  excerpt,
  joinSeen,
  seenLimits,
  spread,
  type Correlator,
  type Detection,
  type Observation,
  type ObservationKind,
  type Parsed,
  type RawRecord,
  type Rejection,
  type Seen,
  type SeenLimits,
  type Sensor,
  type Tally,
  type Watch,
  type Where,
} from "@plimsoll/core";
import { listAt, objectAt } from "./field.ts";
import { sensors } from "./sensors/index.ts";
import { momentsOf } from "./shape.ts";
import { createSplitter, isTooDeep } from "./values.ts";

export interface ReadOptions {
  /** Where the records come from, as it is told of them: a file's name, a node. */
  readonly provenance: string;
  /** RFC 3339; what claims to be later is not believed. */
  readonly now: string;
  readonly correlator: Correlator;
  /** The node that the source was shown to be: records of other nodes' pods are refused. */
  readonly node?: string;
  /** Kinds that the source is known to record whole, where its tool alone would not tell. */
  readonly whole?: readonly ObservationKind[];
  readonly limits?: SeenLimits;
}

export interface ReadResult {
  readonly seen: Seen;
  /** Records that came in, items of lists one by one, unreadable lines included. */
  readonly records: number;
  /** Those of which something was taken. */
  readonly taken: number;
  /** Records, or parts of one, that were not taken. */
  readonly rejections: { readonly [Why in Rejection]?: number };
  /** Records by the id of the sensor that knows them. */
  readonly sensors: { readonly [id: string]: number };
}

export interface Reader {
  readonly push: (text: string) => void;
  /** One value that was parsed elsewhere: a webhook's body. */
  readonly value: (value: unknown) => void;
  readonly result: () => ReadResult;
}

export async function readObservations(
  stream: AsyncIterable<Uint8Array | string>,
  options: ReadOptions,
): Promise<ReadResult> {
  const reader = createReader(options);
  const decoder = new TextDecoder();
  for await (const chunk of stream)
    reader.push(typeof chunk === "string" ? chunk : decoder.decode(chunk, { stream: true }));
  reader.push(decoder.decode());
  return reader.result();
}

/** Clocks of nodes may be ahead of ours by so much (milliseconds). */
const clockSkew = 300_000;
/** No container was watched before that. */
const earliest = Date.UTC(2013, 0, 1);
const mostJoined = 200_000;

interface Reading {
  readonly options: ReadOptions;
  readonly latest: number;
  readonly tallies: Map<Sensor, Tally>;
  readonly observations: Observation[];
  readonly watches: Watch[];
  readonly detections: Detection[];
  readonly counts: Map<string, number>;
  readonly rejections: Map<Rejection, number>;
  readonly isNew: (text: string) => boolean;
  last: Sensor | undefined;
  records: number;
  taken: number;
}

export function createReader(options: ReadOptions): Reader {
  const reading: Reading = {
    options,
    latest: Date.parse(options.now) + clockSkew,
    tallies: new Map(),
    observations: [],
    watches: [],
    detections: [],
    counts: new Map(),
    rejections: new Map(),
    isNew: createMemory(),
    last: undefined,
    records: 0,
    taken: 0,
  };
  const refuse = (why: Rejection): void => {
    reading.records += 1;
    reject(reading, why);
  };
  const splitter = createSplitter({
    value: (value, text) => takeValue(reading, value, text),
    unreadable: refuse,
  });
  return {
    push: splitter.push,
    value: (value) => takeValue(reading, value, undefined),
    result: () => {
      splitter.end();
      return resultOf(reading);
    },
  };
}

function resultOf(reading: Reading): ReadResult {
  const { options, tallies, observations, watches, detections, records, taken } = reading;
  const own: Seen = { observations, watches, detections };
  const limits = options.limits ?? seenLimits;
  return {
    seen: joinSeen([own, ...[...tallies.values()].map((tally) => tally.result())], limits),
    records,
    taken,
    rejections: Object.fromEntries([...reading.rejections].sort(([a], [b]) => (a < b ? -1 : 1))),
    sensors: Object.fromEntries([...reading.counts].sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}

function reject(reading: Reading, why: Rejection): void {
  reading.rejections.set(why, (reading.rejections.get(why) ?? 0) + 1);
}

/** A list is its items: of an audit webhook's body, of `kubectl get -o json`, of a tool that writes one array. */
function takeValue(reading: Reading, value: unknown, text: string | undefined): void {
  const object = objectAt({ value }, "value");
  const isList = String(object?.["kind"]).endsWith("List") && Array.isArray(object?.["items"]);
  const items = Array.isArray(value) ? value : isList ? listAt(object, "items") : undefined;
  if (items === undefined) return takeRecord(reading, object, text);
  const own = isList ? ownOf(object!) : {};
  for (const each of items) {
    const item = objectAt({ item: each }, "item");
    takeRecord(reading, item && { ...own, ...item }, undefined);
  }
}

/** What the API server sends in a list leaves out of each item what the list says of all. */
function ownOf({ kind, apiVersion }: RawRecord): RawRecord {
  return { kind: String(kind).slice(0, -"List".length), apiVersion };
}

function takeRecord(reading: Reading, record: RawRecord | undefined, text: string | undefined): void {
  reading.records += 1;
  if (record === undefined) return reject(reading, "unknown-shape");
  const sensor = reading.last?.recognizes(record) === true ? reading.last : sensorOf(record);
  if (isTooDeep(record)) {
    // It happened, and what it was is not known: the tool's word is not the whole any more.
    if (sensor !== undefined) tallyOf(reading, sensor).drop(1, undefined);
    return reject(reading, "too-deep");
  }
  if (sensor === undefined) return reject(reading, "unknown-shape");
  reading.last = sensor;
  reading.counts.set(sensor.id, (reading.counts.get(sensor.id) ?? 0) + 1);
  if (!reading.isNew(text ?? JSON.stringify(record))) return reject(reading, "duplicate");
  let taken = false;
  for (const part of sensor.parse(record)) {
    const why = takePart(reading, sensor, part);
    if (why === undefined) taken = true;
    else reject(reading, why);
  }
  if (taken) reading.taken += 1;
}

function sensorOf(record: RawRecord): Sensor | undefined {
  return sensors.find((sensor) => sensor.recognizes(record));
}

/** Undefined where it was taken. */
function takePart(reading: Reading, sensor: Sensor, part: Parsed): Rejection | undefined {
  switch (part.part) {
    case "rejected":
      return part.why;
    case "event":
      return takeEvent(reading, sensor, part);
    case "detection":
      return takeDetection(reading, sensor, part);
    case "sign": {
      const tally = tallyOf(reading, sensor);
      const time = momentOf(reading, part.time);
      const at = typeof time === "object" ? time.at : undefined;
      tally.drop(Math.max(0, part.drops), at);
      if (at !== undefined) tally.hear(at);
      return undefined;
    }
    case "observation":
      return takeJoined(
        reading,
        named(reading, part.observation),
        reading.observations,
        part.observation.support,
      );
    case "told":
      return takeJoined(reading, part.detection, reading.detections, part.detection.support);
    case "watch":
      return takeJoined(reading, part.watch, reading.watches, [part.watch]);
  }
}

function takeEvent(
  reading: Reading,
  sensor: Sensor,
  part: Extract<Parsed, { part: "event" }>,
): Rejection | undefined {
  const { where, detail, trust, origin, start } = part;
  const { correlator } = reading.options;
  const moment = momentOf(reading, part.time);
  if (typeof moment === "string") return moment;
  const container = correlator.containerOf(where);
  if (container === undefined) return "no-container";
  if (isOfOtherNode(reading.options, where)) return "other-node";
  const added = tallyOf(reading, sensor).add({
    container,
    pod: where.pod ?? "",
    time: moment.at,
    detail: correlator.named(detail, moment.at),
    trust,
    ...(origin === undefined ? {} : { origin }),
    ...(start === undefined ? {} : { start }),
  });
  return added ? undefined : "too-many";
}

function takeDetection(
  reading: Reading,
  sensor: Sensor,
  part: Extract<Parsed, { part: "detection" }>,
): Rejection | undefined {
  const { where, rule, severity, message, program, techniques = [] } = part;
  const { correlator, provenance } = reading.options;
  const moment = momentOf(reading, part.time);
  if (typeof moment === "string") return moment;
  const container = correlator.containerOf(where);
  if (container === undefined) return "no-container";
  if (isOfOtherNode(reading.options, where)) return "other-node";
  const support = { pod: where.pod ?? "", provenance, first: moment.at, last: moment.at, count: 1 };
  const tally = tallyOf(reading, sensor);
  tally.hear(moment.at);
  const added = tally.detect({
    container,
    sensor: sensor.id,
    rule: excerpt(rule, 200),
    severity,
    message: excerpt(message, 500),
    ...(program === undefined ? {} : { program }),
    techniques,
    trust: "tool",
    support: [support],
  });
  return added ? undefined : "too-many";
}

/** An agent knows addresses alone: who had them, the cluster tells. */
function named({ options: { correlator } }: Reading, observation: Observation): Observation {
  const [first = ""] = observation.support.map((entry) => entry.first).sort();
  const detail = correlator.named(observation.detail, first);
  return detail === observation.detail ? observation : { ...observation, detail };
}

/** What is joined already names its own source, which must be the one that it came from. */
function takeJoined<T extends Observation | Watch | Detection>(
  { options, latest, ...reading }: Reading,
  entry: T,
  list: T[],
  sources: readonly { readonly pod: string; readonly provenance: string }[],
): Rejection | undefined {
  for (const moment of momentsOf(entry)) {
    if (Date.parse(moment) > latest) return "future";
    if (Date.parse(moment) < earliest) return "ancient";
  }
  const { namespace } = entry.container;
  const isForeign = sources.some(
    ({ pod, provenance }) =>
      options.node !== undefined &&
      (provenance !== options.node || isOfOtherNode(options, { namespace, pod })),
  );
  if (isForeign) return "other-node";
  if (reading.observations.length + reading.watches.length + reading.detections.length >= mostJoined)
    return "too-many";
  list.push(entry);
  return undefined;
}

function isOfOtherNode({ node, correlator }: ReadOptions, where: Where): boolean {
  if (node === undefined) return false;
  const known = where.pod === undefined ? undefined : correlator.nodeOf(where.namespace ?? "", where.pod);
  return (where.node !== undefined && where.node !== node) || (known !== undefined && known !== node);
}

function tallyOf({ tallies, options }: Reading, sensor: Sensor): Tally {
  let tally = tallies.get(sensor);
  if (tally === undefined) {
    const { provenance, whole = [], limits } = options;
    const vouched = whole
      .filter((kind) => sensor.observes[kind] !== undefined)
      .map((kind) => [kind, "whole"]);
    const sight = { ...sensor.observes, ...(Object.fromEntries(vouched) as Sensor["observes"]) };
    tally = createTally({ sensor: sensor.id, provenance, sight }, limits);
    tallies.set(sensor, tally);
  }
  return tally;
}

/** RFC 3339 in UTC at millisecond precision, or what is wrong with it. */
function momentOf(
  { latest }: Pick<Reading, "latest">,
  text: string | undefined,
): { readonly at: string } | "no-time" | "future" | "ancient" {
  const time = text !== undefined && /^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(time)) return "no-time";
  if (time > latest) return "future";
  return time < earliest ? "ancient" : { at: new Date(time).toISOString() };
}

/** Records of the last while, by a hash of their text: two generations, so that memory is bounded. */
function createMemory(most = 100_000): (text: string) => boolean {
  let [young, old] = [new Set<number>(), new Set<number>()];
  return (text) => {
    const hash = spread(text);
    if (young.has(hash) || old.has(hash)) return false;
    if (young.size >= most) [young, old] = [new Set(), young];
    young.add(hash);
    return true;
  };
}
