/** By what each field is known to break, where that shows, and what people are told of it. */
import { detailText } from "../../evidence/tell.ts";
import type { Seen } from "../../evidence/merge.ts";
import type { Observation, ObservationDetail, Support } from "../../model/observation.ts";
import type { ContainerStanding, PodStanding } from "./followed-pods.ts";
import {
  readyWithin,
  type Followed,
  type FollowedField,
  type FollowupOutcome,
  type FollowupState,
  type Sign,
  type SignKind,
} from "./followed.ts";

const ends: readonly SignKind[] = ["restart", "crash-loop", "not-created", "not-ready"];
const files: readonly SignKind[] = [...ends, "file-refused"];
const rights: readonly SignKind[] = [...files, "capability-refused"];
const network: readonly SignKind[] = [...ends, "connection-refused"];

/** What is not named here can only be told by ends. */
const tied: { readonly [field: string]: readonly SignKind[] } = {
  "read-only-root-filesystem": files,
  volumes: files,
  "volume-group": files,
  group: files,
  user: rights,
  "non-root": rights,
  capabilities: [...rights, "connection-refused"],
  "privilege-escalation": rights,
  privileged: rights,
  "host-processes": rights,
  seccomp: rights,
  apparmor: rights,
  "host-network": network,
  "host-port": network,
  connections: network,
  "account-token": [...files, "request-refused"],
  rights: [...ends, "request-refused"],
  image: [...ends, "image"],
  resources: [...ends, "out-of-memory"],
};

/** The field that a sign speaks for: of the same container first, and rather one that it is peculiar to. */
function fieldFor({ fields }: Followed, kind: SignKind, container: string | undefined): string | undefined {
  const isOf = (each: FollowedField): boolean =>
    each.container === undefined || container === undefined || each.container === container;
  const able = fields.filter((each) => isOf(each) && (tied[each.field] ?? ends).includes(kind));
  return (able.find((each) => each.container === container && container !== undefined) ?? able[0])?.field;
}

const notCreated = new Set([
  "CreateContainerConfigError",
  "CreateContainerError",
  "RunContainerError",
  "StartError",
  "ContainerCannotRun",
]);
const noImage = new Set(["ImagePullBackOff", "ErrImagePull", "InvalidImageName", "ErrImageNeverPull"]);

/** Of pods that run with the change. */
export function statusSigns(followed: Followed, pods: readonly PodStanding[], now: string): readonly Sign[] {
  return pods.flatMap((pod) =>
    [...pod.containers.flatMap((container) => ofContainer(container)), ...notReady(pod, now)].flatMap(
      ({ kind, text, at, container }): readonly Sign[] => {
        const field = fieldFor(followed, kind, container);
        const place = container === undefined ? {} : { container };
        return field === undefined
          ? []
          : [{ kind, field, pod: pod.name, ...place, ...(at === undefined ? {} : { at }), text }];
      },
    ),
  );
}

type Told = Omit<Sign, "field" | "pod">;

function ofContainer({ name, restarts, waiting, ended }: ContainerStanding): readonly Told[] {
  const at = ended?.at === undefined ? {} : { at: ended.at };
  if (waiting !== undefined) {
    const { reason, message } = waiting;
    const text = [reason, message.slice(0, 300)].filter((part) => part !== "").join(": ");
    if (notCreated.has(reason)) return [{ kind: "not-created", container: name, text }];
    if (noImage.has(reason)) return [{ kind: "image", container: name, text }];
    if (reason === "CrashLoopBackOff")
      return [
        {
          kind: ended?.reason === "OOMKilled" ? "out-of-memory" : "crash-loop",
          container: name,
          ...at,
          text: `${text}${endText(ended)}`,
        },
      ];
  }
  if (ended === undefined) return [];
  if (notCreated.has(ended.reason))
    return [{ kind: "not-created", container: name, ...at, text: ended.reason }];
  if (ended.reason === "OOMKilled")
    return [{ kind: "out-of-memory", container: name, ...at, text: "it was ended for want of memory" }];
  if (ended.code === 0 && restarts === 0) return [];
  return [
    { kind: "restart", container: name, ...at, text: `it ended${endText(ended)}, ${restarts} restarts` },
  ];
}

function endText(ended: ContainerStanding["ended"]): string {
  return ended === undefined ? "" : ` with ${ended.code} (${ended.reason})`;
}

/** Probes say no though it runs. */
function notReady({ made, ready, containers }: PodStanding, now: string): readonly Told[] {
  if (ready || made === "" || Date.parse(now) - Date.parse(made) < readyWithin) return [];
  const running = containers.filter(
    (each) => !each.ready && each.waiting === undefined && each.ended === undefined,
  );
  return running.map(({ name }) => ({
    kind: "not-ready",
    container: name,
    text: "its probes have not passed for a minute",
  }));
}

/** Refusals seen in those pods since, that no pod had before; not those of the runtime or of somebody's `exec`. */
export function seenSigns(followed: Followed, seen: Seen, pods: ReadonlySet<string>): readonly Sign[] {
  const before = new Set(
    seen.observations
      .filter(({ support }) => support.some(({ first }) => first < followed.since))
      .map((each) => keyOf(each)),
  );
  return seen.observations.flatMap((observation): readonly Sign[] => {
    const kind = refusalOf(observation.detail);
    const isOthers = observation.origin === "set-up" || observation.origin === "exec";
    if (kind === undefined || isOthers || before.has(keyOf(observation))) return [];
    const since = observation.support.find((entry) => isSince(entry, followed, pods));
    const container = observation.container.container || undefined;
    const field = since === undefined ? undefined : fieldFor(followed, kind, container);
    if (since === undefined || field === undefined) return [];
    const place = container === undefined ? {} : { container };
    return [{ kind, field, pod: since.pod, ...place, at: since.first, text: detailText(observation.detail) }];
  });
}

function keyOf({ container, detail }: Observation): string {
  return JSON.stringify([container.container, detail]);
}

/** Requests that an account makes are told of no pod. */
function isSince({ pod, last }: Support, { since }: Followed, pods: ReadonlySet<string>): boolean {
  return last >= since && (pod === "" || pods.has(pod));
}

function refusalOf(detail: ObservationDetail): SignKind | undefined {
  switch (detail.kind) {
    case "file":
      return detail.refused === true ? "file-refused" : undefined;
    case "capability":
      return !detail.granted && !detail.opportunistic ? "capability-refused" : undefined;
    case "connection":
      return detail.refused === true ? "connection-refused" : undefined;
    case "api-request":
      return detail.allowed ? undefined : "request-refused";
    case "exit":
      return detail.outOfMemory === true ? "out-of-memory" : undefined;
    default:
      return undefined;
  }
}

function borne(signs: readonly Sign[]): string {
  return signs.length === 0 ? "" : ` Refused, and it went on: ${signs.map(({ text }) => text).join("; ")}.`;
}

/** In full sentences; never that it is safe. */
export function saidOf(
  { fields, promised }: Followed,
  state: FollowupState,
  signs: readonly Sign[],
  { pods, looked, missing }: Pick<FollowupOutcome, "pods" | "looked" | "missing">,
): string {
  const names = [...new Set(fields.map(({ field }) => field))].join(", ");
  const blind = missing.map(({ text, remedy }) => ` Not seen: ${text} (${remedy}).`).join("");
  const by = looked
    .map((each) => (each === "pod-status" ? "its pods' status" : "what sensors saw"))
    .join(" and ");
  switch (state) {
    case "blamed": {
      const [first] = signs;
      const where = `pod ${first!.pod || "unknown"}${first!.container === undefined ? "" : `, container ${first!.container}`}`;
      const more = signs.length > 1 ? `, and ${signs.length - 1} more` : "";
      const before =
        promised === "clear" || promised === "repaired" ? " No conflict had been seen before." : "";
      return `Since the change of ${first!.field}: ${first!.text} (${where}${more}).${before}`;
    }
    case "confirmed":
      return `Nothing ended and nothing needed was refused since the change of ${names}, by ${by} of ${pods} pods that run with it.${borne(signs)}${blind}`;
    case "taken-back":
      return `What stands at ${names} is not what the edit left there: it was taken back, or changed once more.`;
    case "unknown":
      return `What the change of ${names} did is not known.${blind}`;
    case "watching":
      return `Watched since the change of ${names}: nothing refused, nothing ended, by ${by || "nothing yet"} of ${pods} pods.${blind}`;
  }
}
