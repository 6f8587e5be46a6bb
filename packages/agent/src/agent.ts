/** The agent at work: takes what the senses hold, folds it, and hands batches on; what was not accepted waits and joins. */
import { setTimeout as wait } from "node:timers/promises";
import { joinSeen, nothingSeen, type Seen } from "@plimsoll/core";
import { Collector } from "./collect.ts";
import { EbpfSensor } from "./ebpf.ts";
import { tellOfThePast } from "./late.ts";
import { architecture, bootTime } from "./machine.ts";
import type { Names } from "./names.ts";
import type { SenseOptions, TierName } from "./senses.ts";
import { chooseSenses, type Choice } from "./tier.ts";

export interface AgentOptions extends SenseOptions {
  /** The node, or the machine. */
  readonly provenance: string;
  readonly names: Names;
  /** Tried alone, where it is named. */
  readonly tier?: TierName;
  /** Told once, when it begins to look. */
  readonly opened?: (choice: Choice) => void;
  /** Milliseconds between batches. */
  readonly batchEvery: number;
  /** Hands a batch on. Where it throws, the batch is offered again together with the next. */
  readonly ship: (batch: Seen, report: AgentReport) => Promise<void>;
}

/** What the agent says of itself with each batch. */
export interface AgentReport {
  readonly tier: TierName;
  readonly refused: Choice["refused"];
  readonly blind: readonly string[];
  /** Events that the senses lost, exactly or at most. */
  readonly lost: number;
  /** Containers whose names nobody told in time, and those beyond the limit. */
  readonly nameless: number;
  readonly crowded: number;
  /** Batches that were not accepted, one after another. */
  readonly failures: number;
  /** Behaviours given up because batches were not accepted for too long. */
  readonly givenUp: number;
}

const mostAtOnce = 50_000;
const shortest = 5;
const longest = 100;
const mostContainers = 5_000;
const patience = 60_000;
/** Behaviours that wait for a service that does not answer: the rest is given up, counted. */
const mostWaiting = 100_000;
/** What goes on is told again so often, milliseconds. */
const renewEvery = 3_600_000;

/** Batches on their way: those that were not accepted wait, and join the next. */
class Outbox {
  readonly #ship: AgentOptions["ship"];
  #pending: Seen = nothingSeen;
  failures = 0;
  givenUp = 0;

  constructor(ship: AgentOptions["ship"]) {
    this.#ship = ship;
  }

  async send(batch: Seen, report: () => AgentReport): Promise<void> {
    this.#pending = this.#pending === nothingSeen ? batch : joinSeen([this.#pending, batch]);
    try {
      await this.#ship(this.#pending, report());
      this.#pending = nothingSeen;
      this.failures = 0;
    } catch {
      this.failures += 1;
      const { observations } = this.#pending;
      const over = Math.max(0, observations.length - mostWaiting);
      this.givenUp += over;
      this.#pending = { ...this.#pending, observations: observations.slice(over) };
    }
  }
}

/** Looks until `signal` is raised, then hands on what is left. Returns its last report. */
export async function runAgent(options: AgentOptions, signal: AbortSignal): Promise<AgentReport> {
  const choice = chooseSenses(options, options.tier);
  try {
    return await work(options, choice, signal);
  } finally {
    choice.senses.close();
  }
}

async function work(options: AgentOptions, choice: Choice, signal: AbortSignal): Promise<AgentReport> {
  const { senses } = choice;
  const collector = collectorFor(options, choice);
  tellOfThePast(collector, options);
  options.opened?.(choice);
  const kernel = senses instanceof EbpfSensor ? senses : undefined;
  const outbox = new Outbox(options.ship);
  const report = (): AgentReport => ({
    tier: senses.tier,
    refused: choice.refused,
    blind: senses.blind,
    lost: senses.lost(),
    ...collector.untold(),
    failures: outbox.failures,
    givenUp: outbox.givenUp,
  });
  const ship = (): Promise<void> => {
    const now = Date.now();
    if (options.recordCalls) collector.takeCalls(kernel?.calls() ?? new Map(), now);
    return outbox.send(collector.batch(options.names, now), report);
  };
  let lost = 0;
  const drain = (): number => {
    const count = senses.drain((told) => collector.take(told), mostAtOnce);
    collector.lost(senses.lost() - lost);
    lost = senses.lost();
    return count;
  };
  const renew = async (): Promise<void> => kernel?.renew();
  await repeat(drain, [tick(options.batchEvery, ship), tick(renewEvery, renew)], signal);
  drain();
  await ship();
  return report();
}

function collectorFor(options: AgentOptions, { senses }: Choice): Collector {
  return new Collector({
    bootedAt: bootTime(options.proc),
    sensor: `plimsoll-${senses.tier}`,
    provenance: options.provenance,
    sight: senses.sight,
    architecture: architecture(),
    patience,
    most: mostContainers,
  });
}

interface Tick {
  readonly every: number;
  at: number;
  readonly run: () => Promise<void>;
}

function tick(every: number, run: () => Promise<void>): Tick {
  return { every, at: performance.now(), run };
}

/** Drains often while there is something to drain, seldom while there is not. */
async function repeat(drain: () => number, ticks: readonly Tick[], signal: AbortSignal): Promise<void> {
  for (let pause = shortest; !signal.aborted;) {
    pause = drain() > 0 ? shortest : Math.min(pause * 2, longest);
    for (const each of ticks) {
      if (performance.now() - each.at < each.every) continue;
      each.at = performance.now();
      await each.run();
    }
    await wait(pause, undefined, { signal }).catch(() => undefined);
  }
}
