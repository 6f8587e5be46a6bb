/** Holds the three answers to one attempt against each other: the engine's, the oracle's and the packet's. */
import type { ConnectionDecision as Decision } from "@plimsoll/core";
import type { Ruling } from "./firewall.ts";
import type { Said } from "./prober.ts";

export interface Probe {
  /** Through a Service the oracle is not asked again. */
  readonly ruling:
    | Ruling
    | (Pick<Ruling, "from" | "to" | "protocol" | "port"> & { readonly service: string });
  readonly decision: Decision;
  readonly said: Said;
}

const verdicts = { allow: "allowed", deny: "denied", either: "unknown" } as const;

/** What differs, in words; nothing where all agree. */
export function compare({ ruling, decision, said }: Probe): readonly string[] {
  const through = "service" in ruling ? ` through Service ${ruling.service}` : "";
  const where = `${ruling.from.name} → ${ruling.to.name} ${ruling.protocol} ${ruling.port}${through}`;
  const wrong: string[] = [];
  const differs = (who: string, one: string, other: string): void => {
    if (one !== other) wrong.push(`${where}: ${who}: ${one}, not ${other}`);
  };
  if ("overall" in ruling) {
    differs("engine and oracle", decision.verdict, verdicts[ruling.overall]);
    if (isPlain(ruling)) {
      differs("engine and oracle on leaving", decision.egress.verdict, verdicts[ruling.egress]);
      differs("engine and oracle on arriving", decision.ingress.verdict, verdicts[ruling.ingress]);
    }
  }
  if (decision.verdict === "unknown") {
    // What no document decides is let through, so that the packet tells of the way and not of a policy.
    differs("packet and way", wordOf(said), `open by ${ruling.to.answers}`);
    if (reasonsOf(decision).length === 0) wrong.push(`${where}: unknown, and no reason is given`);
  } else differs("packet and engine", wordOf(said), expected(decision, ruling.to.answers));
  return wrong;
}

/** Between two pods of the pod network each side has an answer of its own. */
function isPlain({ from, to }: Ruling): boolean {
  const plain = [from, to].every(({ oracle }) => "pod" in oracle && oracle.pod.spec.hostNetwork !== true);
  return plain && from !== to;
}

function expected({ verdict, egress }: Decision, answers: string): string {
  if (verdict === "allowed") return `open by ${answers}`;
  return egress.verdict === "denied" ? "refused on leaving" : "refused on arriving";
}

function wordOf(said: Said): string {
  if (said.kind === "open") return `open by ${said.by}`;
  if (said.kind === "no answer") return said.text;
  return said.kind === "left" ? "refused on leaving" : "refused on arriving";
}

function reasonsOf({ because }: Decision): readonly string[] {
  return because.filter(({ effect }) => effect === "may decide").map(({ text }) => text);
}

export interface Tally {
  readonly probes: number;
  readonly throughServices: number;
  readonly allowed: number;
  readonly deniedLeaving: number;
  readonly deniedArriving: number;
  readonly unknown: number;
  readonly open: number;
  readonly whyUnknown: { readonly [reason: string]: number };
}

export function tallyOf(probes: readonly Probe[]): Tally {
  const count = (holds: (probe: Probe) => boolean): number => probes.filter(holds).length;
  const why: { [reason: string]: number } = {};
  for (const { decision } of probes)
    if (decision.verdict === "unknown")
      for (const reason of new Set(
        reasonsOf(decision).map((text) => text.replace(/NetworkPolicy \S+/g, "a policy")),
      ))
        why[reason] = (why[reason] ?? 0) + 1;
  return {
    probes: probes.length,
    throughServices: count(({ ruling }) => "service" in ruling),
    allowed: count(({ decision }) => decision.verdict === "allowed"),
    deniedLeaving: count(({ said }) => said.kind === "left"),
    deniedArriving: count(({ said }) => said.kind === "arrived"),
    unknown: count(({ decision }) => decision.verdict === "unknown"),
    open: count(({ said }) => said.kind === "open"),
    whyUnknown: why,
  };
}
