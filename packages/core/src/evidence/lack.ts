/** What keeps "never seen" from meaning "does not do", in words, each with what would show it. */
import type { EvidenceCoverage, Lack, LackId, Enough } from "../model/evidence.ts";
import type { WatchedKind } from "../model/observation.ts";
import type { Expected } from "./expected.ts";
import { nextRun } from "./schedule.ts";

export type Watched = Omit<EvidenceCoverage, "lacks" | "complete">;

export interface Circumstances {
  readonly expected: Expected;
  readonly least: Enough;
  /** Ids of all sensors that watched the container, whatever they see. */
  readonly attached: readonly string[];
  /** Images that it was seen under. */
  readonly otherImages: readonly string[];
  /** A sensor says which image it was. */
  readonly imageTold: boolean;
  /** What it told can be held against what runs now. */
  readonly imageKnown: boolean;
  /** Pods that are there now and were not watched. */
  readonly unseenPods: readonly string[];
}

export const kindWords: { readonly [Kind in WatchedKind]: string } = {
  exec: "programs run",
  file: "files",
  library: "libraries loaded",
  connection: "connections",
  dns: "names looked up",
  syscall: "system calls",
  capability: "capabilities used",
  setuid: "changes of user",
  signal: "signals",
  kernel: "kernel features",
  exit: "ends of programs",
  "api-request": "requests to the Kubernetes API",
  memory: "peaks of memory",
  cpu: "peaks of processor time",
};

/** The gravest first; where nobody watched, that alone. */
export function lacksOf(watched: Watched, around: Circumstances): readonly Lack[] {
  const blind = blindness(watched, around);
  if (blind !== undefined) return [blind];
  return [
    partial(watched),
    imageUntold(watched, around),
    startup(watched, around),
    replicas(watched, around),
    hours(watched, around),
    weekdays(watched, around),
    schedule(watched, around),
    lost(watched),
    shedding(watched),
    stale(watched, around),
  ].filter((lack) => lack !== undefined);
}

type Maybe = Lack | undefined;

function lack(id: LackId, text: string, remedy: string, counts = true): Lack {
  return { id, text, remedy, counts };
}

function blindness({ kind, sight }: Watched, around: Circumstances): Maybe {
  if (sight !== "none") return undefined;
  const { attached, otherImages } = around;
  if (attached.length > 0 && (kind === "memory" || kind === "cpu"))
    return lack(
      "blind",
      `${kindWords[kind]}: ${attached.join(", ")} did not measure them`,
      "let an agent of this version watch it",
    );
  if (attached.length > 0)
    return lack(
      "blind",
      `${kindWords[kind]}: ${attached.join(", ")} cannot see them`,
      `bring the records of a sensor that sees ${kindWords[kind]}`,
    );
  if (otherImages.length > 0)
    return lack(
      "other-image",
      `seen only under another image (${otherImages.map(shortImage).join(", ")})`,
      "let the sensor watch the image that runs now, and bring its new records",
    );
  return lack(
    "no-sensor",
    "no sensor watched it",
    "let an agent watch it, or bring a sensor's records with --observations FILE",
  );
}

function partial({ kind, sight, sensors }: Watched): Maybe {
  if (sight !== "partial") return undefined;
  if (kind === "memory" || kind === "cpu")
    return lack(
      "partial",
      `${kindWords[kind]} up to the end of a run: its cgroup was gone before anybody looked again`,
      "let the agent watch its next runs, or try the limit in one and look at how it ends",
    );
  return lack(
    "partial",
    `${sensors.join(", ")} ${sensors.length === 1 ? "sees" : "see"} of ${kindWords[kind]} only what is asked for`,
    `let a sensor record all ${kindWords[kind]}`,
  );
}

function imageUntold({ sensors }: Watched, around: Circumstances): Maybe {
  const { imageTold, imageKnown, expected, otherImages } = around;
  if (expected.runs === "account") return undefined;
  if (imageTold && !imageKnown)
    return lack(
      "image-untold",
      `seen as ${otherImages.map(shortImage).join(", ")}; which image runs now is not known`,
      "scan the cluster that it runs in",
    );
  if (imageTold) return undefined;
  return lack(
    "image-untold",
    `${sensors.join(", ")} ${sensors.length === 1 ? "does" : "do"} not tell the image`,
    "bring the records of a sensor that tells it",
    false,
  );
}

function startup({ kind, startupSeen }: Watched, { expected }: Circumstances): Maybe {
  // What an account asked for outlives its pods, and the API server's log sees each pod's first request.
  if (startupSeen || kind === "api-request") return undefined;
  return lack(
    "start-up",
    "start-up not seen (attached late)",
    expected.runs === "always" && expected.target !== undefined
      ? restartOf(expected.target)
      : "start it anew while the sensor runs",
  );
}

function restartOf(target: string): string {
  return target.startsWith("pod/")
    ? `make the pod anew while the sensor runs: kubectl delete ${target}`
    : `restart it while the sensor runs: kubectl rollout restart ${target}`;
}

function replicas(watched: Watched, { expected, unseenPods }: Circumstances): Maybe {
  const { replicasSeen, replicasTotal } = watched;
  if (expected.runs !== "always") return undefined;
  if (replicasTotal === undefined)
    return lack("replicas", "how many replicas there are is not known", "scan the cluster that it runs in");
  if (replicasSeen >= replicasTotal) return undefined;
  const named = unseenPods.length === 0 ? "" : `: not ${unseenPods.slice(0, 3).join(", ")}`;
  const more = unseenPods.length > 3 ? ` and ${unseenPods.length - 3} more` : "";
  return lack(
    "replicas",
    `${replicasSeen} of ${replicasTotal} replicas seen${named}${more}`,
    "let the sensor run on every node that has one of its pods",
  );
}

function hours({ hours: seen }: Watched, { expected, least }: Circumstances): Maybe {
  if (seen >= least.hours || expected.runs === "once" || expected.runs === "scheduled") return undefined;
  return lack(
    "hours",
    `${durationText(seen)} seen, of at least ${durationText(least.hours)}`,
    `wait: enough at ${later(expected.now, least.hours - seen)} if the sensor goes on`,
  );
}

function weekdays({ weekdays: seen, hours: hoursSeen }: Watched, { expected, least }: Circumstances): Maybe {
  const waits = expected.runs === "once" || expected.runs === "scheduled";
  if (seen >= least.weekdays || waits || hoursSeen < least.hours) return undefined;
  return lack(
    "weekdays",
    `${seen} of ${least.weekdays} weekdays seen`,
    "let the sensor run on each day of the week",
  );
}

function schedule({ cronCycles }: Watched, { expected, least }: Circumstances): Maybe {
  if (cronCycles === undefined || cronCycles >= least.cycles) return undefined;
  const next = expected.schedule === undefined ? undefined : nextRun(expected.schedule, expected.now);
  const when = next === undefined ? "" : `, next on ${next.slice(0, 16).replace("T", " at ")} UTC`;
  const [, name = ""] = /^cronjob\/(\S+)/.exec(expected.target ?? "") ?? [];
  const trial = name === "" ? "" : `, or try it: kubectl create job trial --from=${expected.target ?? ""}`;
  return lack(
    "schedule",
    `${cronCycles} of ${least.cycles} runs of its schedule seen${when}`,
    `let the sensor see its next runs${trial}`,
  );
}

function lost({ drops, sensors }: Watched): Maybe {
  if (drops === 0) return undefined;
  return lack(
    "drops",
    `${numberText(drops)} events lost by ${sensors.join(", ")}`,
    "give the sensor a larger buffer or less to look for",
  );
}

function shedding({ shed }: Watched): Maybe {
  if (shed === 0) return undefined;
  return lack(
    "shed",
    `${numberText(shed)} events came in of more distinct behaviours than are kept`,
    "look at what names its files so, and observe for a shorter time",
  );
}

function stale({ until }: Watched, { expected, least }: Circumstances): Maybe {
  if (until === undefined || expected.runs !== "always") return undefined;
  const since = (Date.parse(expected.now) - Date.parse(until)) / 3_600_000;
  if (since <= least.stale) return undefined;
  return lack(
    "stale",
    `not watched any more since ${until.slice(0, 10)} (${durationText(since)} ago)`,
    "bring the sensor's newer records",
  );
}

function later(now: string, hoursMore: number): string {
  return `${new Date(Date.parse(now) + hoursMore * 3_600_000).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

/** `13 days`, `5 hours`, `12 minutes`: rounded down, for it must not claim more than was seen. */
export function durationText(hoursSeen: number): string {
  const units: readonly (readonly [string, number])[] = [
    ["day", 24],
    ["hour", 1],
    ["minute", 1 / 60],
  ];
  for (const [unit, size] of units) {
    // A microsecond of slack: minutes are no binary fractions of hours.
    const count = Math.floor(hoursSeen / size + 1e-9);
    if (count >= 1) return plural(count, unit);
  }
  return "less than a minute";
}

function plural(count: number, noun: string): string {
  return `${numberText(count)} ${noun}${count === 1 ? "" : "s"}`;
}

/** `1,204` */
export function numberText(count: number): string {
  return String(Math.trunc(count)).replace(/\B(?=(?:\d{3})+$)/g, ",");
}

export function shortImage(image: string): string {
  return image.startsWith("sha256:") ? `${image.slice(0, 19)}…` : image;
}

/** `in 13 days, 3 of 3 replicas, from start-up`: what was watched, in one line. */
export function coverageText(coverage: EvidenceCoverage): string {
  const { sight, hours: seen, replicasSeen, replicasTotal, startupSeen, cronCycles, sensors } = coverage;
  if (sight === "none") return "not watched";
  return [
    `in ${durationText(seen)}`,
    ...(replicasTotal === undefined ? [] : [`${replicasSeen} of ${replicasTotal} replicas`]),
    ...(cronCycles === undefined ? [] : [plural(cronCycles, "run")]),
    ...(startupSeen ? ["from start-up"] : []),
    `by ${sensors.join(", ")}`,
  ].join(", ");
}
