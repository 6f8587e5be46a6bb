/** Records of our own agent, checked field by field: what comes from a node is not believed to be well made. */
import type {
  Detection,
  Observation,
  ObservationDetail,
  ObservationKind,
  RawRecord,
  Watch,
} from "@plimsoll/core";
import { observationKinds, peakNames } from "@plimsoll/core";
import { objectAt } from "./field.ts";
import { redactedArgs } from "./redact.ts";

type Check = (value: unknown) => boolean;
interface Fields {
  /** A name that ends in `?` may be missing. */
  readonly [name: string]: Check;
}

const text: Check = (value) => typeof value === "string" && value.length <= 4_096 && !value.includes("\0");
const count: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
const integer: Check = (value) => Number.isSafeInteger(value);
const flag: Check = (value) => typeof value === "boolean";
const yes: Check = (value) => value === true;
const time: Check = (value) =>
  typeof value === "string" &&
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(value) &&
  !Number.isNaN(Date.parse(value));
const texts: Check = (value) => Array.isArray(value) && value.length <= 256 && value.every(text);
const port: Check = (value) => count(value) && (value as number) > 0 && (value as number) < 65_536;

function oneOf(...words: readonly string[]): Check {
  return (value) => typeof value === "string" && words.includes(value);
}

function shaped(value: unknown, fields: Fields): boolean {
  const record = objectAt({ value }, "value");
  if (record === undefined) return false;
  const known = new Set(Object.keys(fields).map((name) => name.replace(/\?$/, "")));
  return (
    Object.keys(record).every((name) => known.has(name)) &&
    Object.entries(fields).every(([name, check]) => {
      const found = record[name.replace(/\?$/, "")];
      return found === undefined ? name.endsWith("?") : check(found);
    })
  );
}

function listOf(fields: Fields, most: number): Check {
  return (value) =>
    Array.isArray(value) && value.length <= most && value.every((entry) => shaped(entry, fields));
}

const fileOperations = oneOf(
  "open",
  "write",
  "create",
  "unlink",
  "rename",
  "link",
  "symlink",
  "chmod",
  "chown",
  "mkdir",
  "bind",
);
const kernelOperations = oneOf(
  "module-load",
  "bpf-load",
  "ptrace",
  "mount",
  "unshare",
  "setns",
  "io-uring",
  "memory-exec",
);
const peer: Fields = {
  "address?": text,
  "namespace?": text,
  "pod?": text,
  "workload?": text,
  "service?": text,
  "dnsName?": text,
};
const details: { readonly [Kind in ObservationKind]: Fields } = {
  exec: {
    path: text,
    "script?": text,
    args: texts,
    "parents?": texts,
    "user?": count,
    "capabilities?": texts,
    "onRootFilesystem?": flag,
    "terminal?": yes,
    "networkInput?": yes,
  },
  file: {
    operation: fileOperations,
    path: text,
    "target?": text,
    "onRootFilesystem?": flag,
    "mode?": count,
    "owner?": count,
    "group?": count,
    "directory?": (value) => shaped(value, { mode: count, owner: count, group: count }),
    "refused?": yes,
  },
  library: { path: text },
  connection: {
    operation: oneOf("connect", "accept", "listen"),
    direction: oneOf("in", "out"),
    protocol: oneOf("TCP", "UDP", "SCTP"),
    port,
    "peer?": (value) => shaped(value, peer),
    "refused?": yes,
  },
  dns: { question: text, "type?": text },
  syscall: { name: text, "architecture?": text },
  capability: { name: text, "syscall?": text, granted: flag, opportunistic: flag },
  setuid: { "path?": text, from: count, to: count },
  signal: { name: text, "target?": text },
  kernel: { operation: kernelOperations, "target?": text },
  exit: { path: text, code: integer, "outOfMemory?": yes },
  "api-request": {
    verb: text,
    group: text,
    resource: text,
    "subresource?": text,
    namespace: text,
    "name?": text,
    "path?": text,
    allowed: flag,
  },
};

function isDetail(value: unknown): boolean {
  const kind = objectAt({ value }, "value")?.["kind"];
  const fields = observationKinds.find((each) => each === kind);
  return fields !== undefined && shaped(value, { kind: () => true, ...details[fields] });
}

const container: Fields = {
  namespace: text,
  workloadKind: text,
  workload: text,
  container: text,
  "image?": text,
};
const support = listOf({ pod: text, provenance: text, first: time, last: time, count }, 1_024);
const intervals = listOf({ from: time, to: time }, 1_000);
const byKind =
  (check: Check): Check =>
  (value) =>
    shaped(value, Object.fromEntries(observationKinds.map((kind) => [`${kind}?`, check])));
const trust = oneOf("kernel", "tool", "claimed");

/** The observation, its arguments without credentials; undefined where it is none. */
export function observationFrom(value: unknown): Observation | undefined {
  const isOne = shaped(value, {
    container: (entry) => shaped(entry, container),
    detail: isDetail,
    sensor: text,
    trust,
    "origin?": oneOf("entrypoint", "set-up", "exec"),
    support: (list) => support(list) && (list as readonly unknown[]).length > 0,
    "first?": time,
  });
  if (!isOne) return undefined;
  const observation = value as Observation;
  return { ...observation, detail: redacted(observation.detail) };
}

function redacted(detail: ObservationDetail): ObservationDetail {
  return detail.kind === "exec" ? { ...detail, args: redactedArgs(detail.args) } : detail;
}

const peaks: Fields = Object.fromEntries(peakNames.map((name) => [`${name}?`, count]));

export function watchFrom(value: unknown): Watch | undefined {
  const isOne = shaped(value, {
    container: (entry) => shaped(entry, container),
    pod: text,
    sensor: text,
    provenance: text,
    watched: intervals,
    heard: intervals,
    fromStart: flag,
    sight: byKind(oneOf("whole", "partial")),
    events: byKind(count),
    drops: count,
    "losses?": intervals,
    "peaks?": (entry) => shaped(entry, peaks),
  });
  return isOne ? (value as Watch) : undefined;
}

export function detectionFrom(value: unknown): Detection | undefined {
  const isOne = shaped(value, {
    container: (entry) => shaped(entry, container),
    sensor: text,
    rule: text,
    severity: oneOf("critical", "high", "medium", "low"),
    message: text,
    "program?": text,
    techniques: texts,
    trust,
    support: (list) => support(list) && (list as readonly unknown[]).length > 0,
  });
  return isOne ? (value as Detection) : undefined;
}

/** All moments that a record of ours names. */
export function momentsOf(record: RawRecord | Observation | Watch | Detection): readonly string[] {
  const {
    support: supports = [],
    watched = [],
    heard = [],
    losses = [],
    first,
  } = record as Partial<Observation & Watch>;
  return [
    ...(first === undefined ? [] : [first]),
    ...supports.flatMap(({ first, last }) => [first, last]),
    ...[...watched, ...heard, ...losses].flatMap(({ from, to }) => [from, to]),
  ];
}
