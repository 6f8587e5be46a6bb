/** OpenMetrics of the service itself. Labels come from lists of our own, never from a request: their number is bounded. */
import { severities } from "@plimsoll/core";
import type { Outline } from "./overview/outline.ts";
import type { ServiceStatus } from "./api/standing-shape.ts";

export interface Counters {
  readonly request: (route: string, status: number) => void;
  readonly sent: (kind: string, outcome: "delivered" | "failed" | "given-up") => void;
  readonly requests: () => readonly (readonly [labels: Labels, count: number])[];
  readonly notices: () => readonly (readonly [labels: Labels, count: number])[];
}

type Labels = { readonly [name: string]: string };

export function createCounters(): Counters {
  const requests = new Map<string, { readonly labels: Labels; count: number }>();
  const notices = new Map<string, { readonly labels: Labels; count: number }>();
  const add = (counts: typeof requests, labels: Labels): void => {
    const key = JSON.stringify(labels);
    const found = counts.get(key);
    if (found === undefined) counts.set(key, { labels, count: 1 });
    else found.count += 1;
  };
  const all = (counts: typeof requests) =>
    [...counts.values()].map(({ labels, count }) => [labels, count] as const);
  return {
    request: (route, status) => add(requests, { route, status: `${Math.floor(status / 100)}xx` }),
    sent: (kind, outcome) => add(notices, { kind, outcome }),
    requests: () => all(requests),
    notices: () => all(notices),
  };
}

type Sample = readonly [labels: Labels, value: number];

export function expose(status: ServiceStatus, report: Outline | undefined, counters: Counters): string {
  const { store, watch, judged, memory, overview, settings, notices, observing } = status;
  const one = (value: number): readonly Sample[] => [[{}, value]];
  return `${[
    family("plimsoll_build", "info", "The version that runs.", [[{ version: status.version }, 1]]),
    family("plimsoll_leads", "gauge", "1 on the replica that writes.", one(Number(status.leads))),
    family(
      "plimsoll_synced",
      "gauge",
      "1 once everything that can be seen was seen.",
      one(Number(status.synced)),
    ),
    family("plimsoll_blind_kinds", "gauge", "Kinds that cannot be seen now.", one(status.blind.length)),
    family("plimsoll_objects", "gauge", "Objects that are watched.", one(watch.objects)),
    family("plimsoll_api_requests", "counter", "Requests to the API server.", one(watch.requests)),
    family("plimsoll_judgements", "counter", "Judgements made.", one(judged.count)),
    family(
      "plimsoll_judgement_seconds",
      "gauge",
      "How long the last took.",
      one(judged.took / 1000),
      "seconds",
    ),
    family("plimsoll_changes_waiting", "gauge", "Changes not judged yet.", one(judged.waiting)),
    family("plimsoll_heap_bytes", "gauge", "Held by the thread that watches.", one(memory.used), "bytes"),
    family("plimsoll_heap_limit_bytes", "gauge", "What it may hold.", one(memory.limit), "bytes"),
    family(
      "plimsoll_memory_short",
      "gauge",
      "1 while what agents and tools tell is not taken for want of memory.",
      one(Number(memory.short)),
    ),
    family(
      "plimsoll_overview_lost",
      "gauge",
      "1 while who looks at the whole cluster has ended and has not told of it again.",
      one(Number(overview.lost !== undefined)),
    ),
    family(
      "plimsoll_overview_losses",
      "counter",
      "Times that who looks at the whole cluster ended by itself.",
      one(overview.losses),
    ),
    family("plimsoll_store_sequence", "gauge", "The last acknowledged batch.", one(store.sequence)),
    family("plimsoll_store_writable", "gauge", "0 where the last write failed.", one(Number(store.writable))),
    family(
      "plimsoll_store_losses",
      "gauge",
      "Times that something was found damaged.",
      one(store.losses.length),
    ),
    family(
      "plimsoll_settings_refused",
      "gauge",
      "1 while the settings' file is refused.",
      one(Number(settings.refused !== undefined)),
    ),
    family("plimsoll_notices_waiting", "gauge", "Notices to be delivered.", one(notices.waiting)),
    family("plimsoll_notices_dead", "gauge", "Notices given up.", one(notices.dead)),
    family("plimsoll_notices_sent", "counter", "Messages by kind of notifier.", counters.notices()),
    family(
      "plimsoll_agents",
      "gauge",
      "Agents that were heard, by how they look.",
      Object.entries(observing.tiers).map(([tier, count]) => [{ tier }, count]),
    ),
    family("plimsoll_agents_silent", "gauge", "Agents that are not heard any more.", one(observing.silent)),
    family("plimsoll_agents_events_lost", "gauge", "Events that agents' senses lost.", one(observing.lost)),
    family("plimsoll_agents_given_up", "gauge", "Behaviours given up by agents.", one(observing.givenUp)),
    family(
      "plimsoll_observation_batches",
      "counter",
      "Batches of observations by what became of them.",
      Object.entries(observing.batches).map(([outcome, count]) => [{ outcome }, count]),
    ),
    family(
      "plimsoll_observation_entries",
      "counter",
      "Entries of batches.",
      Object.entries(observing.entries).map(([outcome, count]) => [{ outcome }, count]),
    ),
    family(
      "plimsoll_containers_without_name",
      "gauge",
      "Containers that were seen and that no pod told of.",
      Object.entries(observing.containers).map(([why, count]) => [{ why }, count]),
    ),
    family("plimsoll_http_requests", "counter", "Requests answered.", counters.requests()),
    ...(report === undefined ? [] : reportFamilies(report)),
  ].join("")}# EOF\n`;
}

function reportFamilies({ coverage, frameworks, priorities }: Outline): readonly string[] {
  return [
    family(
      "plimsoll_findings",
      "gauge",
      "Findings that no exception accepts.",
      severities.map((severity) => [{ severity }, coverage.bySeverity[severity]]),
    ),
    family(
      "plimsoll_results",
      "gauge",
      "Results by outcome.",
      Object.entries(coverage.outcomes).map(([outcome, count]) => [{ outcome }, count]),
    ),
    family("plimsoll_edits_to_act_on", "gauge", "Edits to do first.", [[{}, priorities.act.length]]),
    family(
      "plimsoll_framework_score_ratio",
      "gauge",
      "Share of automated requirements that are met.",
      frameworks.flatMap(({ id, score }) => (score === null ? [] : [[{ framework: id }, score] as const])),
      "ratio",
    ),
  ];
}

function family(
  name: string,
  type: "gauge" | "counter" | "info",
  help: string,
  samples: readonly Sample[],
  unit?: string,
): string {
  const suffix = type === "counter" ? "_total" : type === "info" ? "_info" : "";
  const head = [
    `# TYPE ${name} ${type}`,
    ...(unit === undefined ? [] : [`# UNIT ${name} ${unit}`]),
    `# HELP ${name} ${help}`,
  ];
  return `${[...head, ...samples.map(([labels, value]) => `${name}${suffix}${labelText(labels)} ${value}`)].join("\n")}\n`;
}

function labelText(labels: Labels): string {
  const entries = Object.entries(labels);
  if (entries.length === 0) return "";
  return `{${entries.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(",")}}`;
}
