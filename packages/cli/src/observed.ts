/** What was seen of each container, in a few lines: what it runs, touches, talks to and needs, and since when it was watched. */
import {
  containerKey,
  sanitize,
  type Observation,
  type ObservationDetail,
  type Peaks,
  type Seen,
  type Watch,
} from "@plimsoll/core";
import { durationText } from "./duration.ts";

const mostShown = 8;

export function seenLines(seen: Seen): readonly string[] {
  const observations = Map.groupBy(seen.observations, ({ container }) => containerKey(container));
  const watches = Map.groupBy(seen.watches, ({ container }) => containerKey(container));
  if (watches.size === 0) return ["nothing was seen: no container did anything while we looked"];
  return [...watches].flatMap(([key, list], at) => [
    ...(at === 0 ? [] : [""]),
    ...containerLines(list, observations.get(key) ?? []),
  ]);
}

function containerLines(watches: readonly Watch[], observations: readonly Observation[]): readonly string[] {
  const [first] = watches;
  const { workload, container } = first!.container;
  const name = workload === container ? container : `${workload} ${container}`;
  const own = observations.filter(({ origin }) => origin === "entrypoint" || origin === undefined);
  const details = own.map(({ detail }) => detail);
  const foreign = Object.entries(Object.groupBy(observations, ({ origin }) => origin ?? "entrypoint"))
    .filter(([origin]) => origin !== "entrypoint")
    .map(
      ([origin, list]) => `${list!.length} ${origin === "exec" ? "by somebody's exec" : "by its runtime"}`,
    );
  return [
    `${sanitize(name)}  ${watchedText(watches)}`,
    ...groupLine("used at most", peakTexts(watches)),
    ...groups.flatMap(([title, textOf]) => groupLine(title, details.flatMap(textOf))),
    ...(foreign.length === 0 ? [] : [`  ${"not its own".padEnd(width)}${foreign.join(", ")}`]),
  ];
}

function watchedText(watches: readonly Watch[]): string {
  const length = watches
    .flatMap(({ heard }) => heard)
    .reduce((sum, { from, to }) => sum + Date.parse(to) - Date.parse(from), 0);
  const drops = Math.max(...watches.map((watch) => watch.drops));
  const start = watches.every(({ fromStart }) => fromStart) ? "from its start" : "its start was not seen";
  const lost = drops === 0 ? "" : `, ${drops} events lost`;
  return `watched for ${durationText(length)}, ${start}${lost}`;
}

/** What it used at most: of several pods or sources the greatest. */
function peakTexts(watches: readonly Watch[]): readonly string[] {
  const most = (name: keyof Peaks): number =>
    watches.reduce((found, { peaks }) => Math.max(found, peaks?.[name] ?? 0), 0);
  const [memory, held, cpu] = [most("memoryBytes"), most("unreclaimableBytes"), most("cpuMillicores")];
  const mebibytes = (bytes: number): string => `${Math.ceil(bytes / 1_048_576)} MiB`;
  return [
    ...(memory === 0 ? [] : [`${mebibytes(memory)} of memory, page cache included`]),
    ...(held === 0 ? [] : [`${mebibytes(held)} that cannot be taken back`]),
    ...(cpu === 0 ? [] : [`${cpu}m of a processor over ${most("cpuSeconds")} s`]),
  ];
}

type TextOf = (detail: ObservationDetail) => readonly string[];

const width = 16;

const groups: readonly (readonly [string, TextOf])[] = [
  ["runs", (detail) => (detail.kind === "exec" ? [detail.path] : [])],
  ["writes", (detail) => (changes(detail) && detail.onRootFilesystem !== true ? [detail.path] : [])],
  ["writes to root", (detail) => (changes(detail) && detail.onRootFilesystem === true ? [detail.path] : [])],
  [
    "reads",
    (detail) =>
      detail.kind === "file" && detail.operation === "open" && !detail.refused ? [detail.path] : [],
  ],
  [
    "refused",
    (detail) =>
      detail.kind === "file" && detail.refused === true ? [`${detail.operation} ${detail.path}`] : [],
  ],
  ["loads", (detail) => (detail.kind === "library" ? [detail.path] : [])],
  ["listens on", (detail) => (isConnection(detail, "listen") ? [`${detail.protocol} ${detail.port}`] : [])],
  ["connects to", (detail) => (isConnection(detail, "connect") ? [peerText(detail)] : [])],
  ["asks for", (detail) => (detail.kind === "dns" ? [detail.question] : [])],
  [
    "capabilities",
    (detail) =>
      detail.kind === "capability" && detail.granted && !detail.opportunistic ? [detail.name] : [],
  ],
  ["becomes user", (detail) => (detail.kind === "setuid" ? [`${detail.from} → ${detail.to}`] : [])],
  ["kernel", (detail) => (detail.kind === "kernel" ? [detail.operation] : [])],
  ["system calls", (detail) => (detail.kind === "syscall" ? [detail.name] : [])],
];

type Of<Kind extends ObservationDetail["kind"]> = Extract<ObservationDetail, { kind: Kind }>;

function changes(detail: ObservationDetail): detail is Of<"file"> {
  return detail.kind === "file" && detail.operation !== "open" && detail.refused !== true;
}

function isConnection(
  detail: ObservationDetail,
  operation: Of<"connection">["operation"],
): detail is Of<"connection"> {
  return detail.kind === "connection" && detail.operation === operation;
}

function peerText({ protocol, port, peer }: Of<"connection">): string {
  return `${peer?.dnsName ?? peer?.service ?? peer?.address ?? "?"}:${port} ${protocol}`;
}

function groupLine(title: string, texts: readonly string[]): readonly string[] {
  const distinct = [...new Set(texts)].sort();
  if (distinct.length === 0) return [];
  const more = distinct.length - mostShown;
  const shown = distinct.slice(0, mostShown).map((text) => sanitize(text));
  const rest = more > 0 ? `, and ${more} more (--format json has them)` : "";
  return [`  ${title.padEnd(width)}${shown.join(", ")}${rest}`];
}
