/** What notifiers are told, made from what became of findings, and queued with the very batch that tells of it. */
import { createHash } from "node:crypto";
import {
  severities,
  type ControlSummary,
  type DetectionReport,
  type ResourceRef,
  type Severity,
} from "@plimsoll/core";
import { library } from "@plimsoll/library";
import type { Blindness } from "../agents/silence.ts";
import type { Followup } from "../followup/shape.ts";
import type { Turn } from "../pipeline/said.ts";
import type { Channel, Settings } from "../settings/settings.ts";
import type { Change } from "../store/batch.ts";
import type { NewEntry } from "../store/outbox.ts";
import type { HistoryKind } from "../store/store.ts";

/** One thing that happened. */
export interface Notice {
  /**
   * `detected`: something that happened. `blamed`, `confirmed`, `taken-back`: what became of an edit. `blind`, `seen-again`: a
   * node was not seen. All else is of a finding.
   */
  readonly what: HistoryKind | "detected" | "blamed" | "confirmed" | "taken-back" | "blind" | "seen-again";
  readonly cluster: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly id: string;
  readonly control: string;
  readonly title: string;
  readonly severity: Severity;
  readonly resource: ResourceRef;
  readonly workload?: ResourceRef;
  readonly path: string;
  readonly because: string;
  readonly remediation: string;
  readonly by?: Change;
  /** Of a node that was not seen: from when, and until when; milliseconds since 1970. */
  readonly from?: number;
  readonly to?: number;
}

/** A first sight of a cluster: one notice, not one for each finding. */
export interface Baseline {
  readonly what: "baseline";
  readonly cluster: string;
  readonly at: number;
  readonly findings: { readonly [S in Severity]: number };
}

const controls: ReadonlyMap<string, Pick<ControlSummary, "title" | "remediation">> = new Map(
  library.controls.map(({ id, title, remediation }) => [id, { title, remediation }]),
);

/** Milliseconds in which the same thing of the same finding is told once: what flaps is not told each time. */
const sameWithin = 60 * 60_000;

export function noticesFor(
  { notify }: Settings,
  cluster: string,
  turns: readonly Turn[],
  first: boolean,
  at: number,
): readonly NewEntry[] {
  return notify.flatMap((channel) =>
    first ? baselineFor(channel, cluster, turns, at) : turnsFor(channel, cluster, turns, at),
  );
}

const toldAlways: NonNullable<Channel["tell"]> = ["opened", "detected", "blamed", "taken-back", "blind"];

/** Who is told of something that happened, each time that it was not known before. */
export function alarmsFor(
  { notify }: Settings,
  cluster: string,
  detections: readonly DetectionReport[],
  at: number,
): readonly NewEntry[] {
  return notify.flatMap((channel) => {
    const { id } = channel;
    return detections
      .filter(({ severity, container }) => isWanted(channel, "detected", severity, container.namespace))
      .map((detection) => ({
        channel: id,
        cluster,
        dedup: dedupOf([cluster, "detected", detection.key, Math.floor(at / sameWithin)]),
        body: alarmOf(detection, cluster, at),
      }));
  });
}

function alarmOf(
  { key, rule, title, severity, workload, container, message, why }: DetectionReport,
  cluster: string,
  at: number,
): Notice {
  const { namespace, workloadKind, workload: name, container: path } = container;
  // What nothing that was read made is named as the sensor names it.
  const resource = workload ?? { apiVersion: "v1", kind: workloadKind, namespace, name };
  const said = { what: "detected", cluster, at, id: key, control: rule, title, severity } as const;
  return { ...said, resource, path, because: message, remediation: why ?? "" };
}

function turnsFor(
  channel: Channel,
  cluster: string,
  turns: readonly Turn[],
  at: number,
): readonly NewEntry[] {
  return turns
    .filter(({ kind, result }) => isWanted(channel, kind, result.severity, result.resource.namespace))
    .map((turn) => ({
      channel: channel.id,
      cluster,
      dedup: dedupOf([cluster, turn.result.id, turn.kind, turn.result.because, Math.floor(at / sameWithin)]),
      body: noticeOf(turn, cluster, at),
    }));
}

function isWanted(
  { tell = toldAlways, severity = "high", namespaces }: Channel,
  what: Notice["what"],
  of: Severity,
  namespace: string,
): boolean {
  const asked = what === "seen-again" ? "blind" : what;
  const worst = severities.slice(0, severities.indexOf(severity) + 1) as readonly Severity[];
  return (
    tell.includes(asked) && worst.includes(of) && (namespaces === undefined || namespaces.includes(namespace))
  );
}

/** What became of an edit, told once; nothing while it is only watched. */
export function followupNotices(
  { notify }: Settings,
  cluster: string,
  { followed, outcome }: Followup,
  at: number,
): readonly NewEntry[] {
  const { state } = outcome;
  if (state !== "blamed" && state !== "confirmed" && state !== "taken-back") return [];
  const { id, edit, title, severity, resource, resolved, undo } = followed;
  const body: Notice = {
    what: state,
    cluster,
    at,
    id,
    control: (resolved[0] ?? edit).split(":")[0]!,
    title,
    severity,
    resource,
    path: edit.split(":").at(-1)!,
    because: outcome.text,
    remediation: state !== "blamed" ? "" : `To take it back, as a JSON patch: ${JSON.stringify(undo)}`,
  };
  return notify
    .filter((channel) => isWanted(channel, state, severity, resource.namespace))
    .map((channel) => ({ channel: channel.id, cluster, dedup: dedupOf([cluster, id, state]), body }));
}

/** That a node is not seen any more, that it is again, and that events of it were lost: to whoever hears of all namespaces. */
export function blindNotices(
  { notify }: Settings,
  cluster: string,
  { node, from, to, lost, gone }: Blindness,
  at: number,
): readonly NewEntry[] {
  const isOver = to !== undefined && lost === undefined;
  const [begin, end] = [from, to ?? from].map((each) => `${new Date(each).toISOString().slice(0, 19)}Z`);
  const because =
    lost !== undefined
      ? `its agent lost ${lost} events between ${begin} and ${end}`
      : !isOver
        ? `its agent is not heard since ${begin}`
        : `its agent was not heard from ${begin} to ${end}${gone === true ? ", when the node went" : ""}`;
  const body: Notice = {
    what: isOver ? "seen-again" : "blind",
    cluster,
    at,
    id: `${lost === undefined ? "agent-silent" : "agent-lost"}:${node}`,
    control: lost === undefined ? "agent-silent" : "agent-lost",
    title: lost === undefined ? "What happens on a node is not seen" : "Events of a node were lost",
    severity: "high",
    resource: { apiVersion: "v1", kind: "Node", namespace: "", name: node },
    path: "",
    because,
    remediation:
      "Look whether the agent's pod runs on the node and what it says: who breaks in ends it first, or floods it",
    from,
    ...(to === undefined ? {} : { to }),
  };
  return notify
    .filter((channel) => isWanted(channel, body.what, body.severity, ""))
    .map(({ id }) => ({ channel: id, cluster, dedup: dedupOf([cluster, body.id, body.what, from]), body }));
}

function baselineFor(
  { id }: Channel,
  cluster: string,
  turns: readonly Turn[],
  at: number,
): readonly NewEntry[] {
  const opened = turns.filter(({ kind }) => kind === "opened");
  const count = (severity: Severity): number =>
    opened.filter(({ result }) => result.severity === severity).length;
  const findings = {
    critical: count("critical"),
    high: count("high"),
    medium: count("medium"),
    low: count("low"),
  };
  const body: Baseline = { what: "baseline", cluster, at, findings };
  return [{ channel: id, cluster, dedup: dedupOf([cluster, "baseline", at]), body }];
}

function dedupOf(parts: readonly unknown[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("base64url");
}

function noticeOf({ kind, result, by }: Turn, cluster: string, at: number): Notice {
  const { id, control, severity, resource, workload, path, because } = result;
  const known = controls.get(control);
  return {
    what: kind,
    cluster,
    at,
    id,
    control,
    title: known?.title ?? control,
    severity,
    resource,
    ...(workload === undefined ? {} : { workload }),
    path,
    because,
    remediation: known?.remediation ?? "",
    ...(by === undefined ? {} : { by }),
  };
}
