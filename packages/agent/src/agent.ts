/** The agent at work: takes what the senses hold, folds it, and hands batches on; what was not accepted waits and joins. */
import { setTimeout as wait } from "node:timers/promises";
import { Budget, type Turn } from "./budget.ts";
import { Collector } from "./collect.ts";
import { EbpfSensor } from "./ebpf.ts";
import { tellOfThePast } from "./late.ts";
import { architecture, bootTime } from "./machine.ts";
import type { Names } from "./names.ts";
import type { SenseOptions, TierName } from "./senses.ts";
import { Outbox } from "./outbox.ts";
import type { AgentReport, Ship } from "./report.ts";
import { chooseSenses, type Choice } from "./tier.ts";
import { measureIn } from "./use.ts";

export interface AgentOptions extends SenseOptions {
  /** The node, or the machine. */
  readonly provenance: string;
  readonly names: Names;
  /** Tried alone, where it is named. */
  readonly tier?: TierName;
  /** Told once, when it begins to look. */
  readonly opened?: (choice: Choice) => void;
  /** The share of one processor that it may take before it leaves out detail; without it, all is told whatever it takes. */
  readonly share?: number;
  /** Told when detail of a container is left out, and when it is told again. */
  readonly onTurn?: (turn: Turn) => void;
  /** Milliseconds between batches. */
  readonly batchEvery: number;
  /** A container that did nothing new is told of so often, milliseconds. Without it with every batch. */
  readonly watchEvery?: number;
  /** Hands a batch on. Where it throws, the batch is offered again together with the next. */
  readonly ship: Ship;
  /** Called whenever it has looked, a hundred milliseconds apart at most. */
  readonly looked?: (report: () => AgentReport) => void;
}

const mostAtOnce = 50_000;
const shortest = 5;
const longest = 100;
const mostContainers = 5_000;
const patience = 60_000;
/** What goes on is told again so often, milliseconds. */
const renewEvery = 3_600_000;
const spendEvery = 1_000;

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
  const budget = budgetFor(options, collector, kernel);
  const outbox = new Outbox(options.ship, () => collector.tellAgain());
  const report = (): AgentReport => ({
    tier: senses.tier,
    refused: choice.refused,
    blind: [...senses.blind, ...(budget?.blind() ?? [])],
    lost: senses.lost(),
    spared: kernel?.leftOut() ?? 0,
    ...collector.untold(),
    failures: outbox.failures,
    givenUp: outbox.givenUp,
  });
  const ship = (): void => {
    const now = Date.now();
    if (options.recordCalls) collector.takeCalls(kernel?.calls() ?? new Map(), now);
    outbox.add(collector.batch(options.names, now), report);
  };
  const drain = (): number => {
    const count = senses.drain(
      (told) => collector.take(told),
      mostAtOnce,
      (container, glance) => collector.again(container, glance),
    );
    const late = kernel?.late() ?? [];
    if (late.length > 0) tellOfThePast(collector, options, new Set(late.map(({ id }) => id)));
    collector.lost(senses.lost(), Date.now());
    options.looked?.(report);
    return count;
  };
  const renew = (): void => kernel?.renew();
  const spend = (): void => {
    const { user, system } = process.cpuUsage();
    budget?.step(performance.now(), user + system);
  };
  const ticks = [tick(options.batchEvery, ship), tick(renewEvery, renew), tick(spendEvery, spend)];
  await repeat(drain, ticks, signal);
  drain();
  ship();
  await outbox.empty(report);
  return report();
}

function budgetFor(
  { share, onTurn }: AgentOptions,
  collector: Collector,
  senses: EbpfSensor | undefined,
): Budget | undefined {
  if (share === undefined || senses === undefined) return undefined;
  const budget: Budget = new Budget({
    share,
    senses: senses.sparing,
    onTurn: (turn) => {
      const own = budget.spared().filter(({ container }) => container.id === turn.container.id);
      collector.spare(
        turn.container.id,
        own.map(({ what }) => what),
        Date.now(),
      );
      onTurn?.(turn);
    },
  });
  return budget;
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
    watchEvery: options.watchEvery ?? 0,
    measure: measureIn(options.hierarchy),
  });
}

interface Tick {
  readonly every: number;
  at: number;
  readonly run: () => void;
}

function tick(every: number, run: () => void): Tick {
  return { every, at: performance.now(), run };
}

/** Drains often while there is something to drain, seldom while there is not. */
async function repeat(drain: () => number, ticks: readonly Tick[], signal: AbortSignal): Promise<void> {
  for (let pause = shortest; !signal.aborted;) {
    pause = drain() > 0 ? shortest : Math.min(pause * 2, longest);
    for (const each of ticks) {
      if (performance.now() - each.at < each.every) continue;
      each.at = performance.now();
      each.run();
    }
    await wait(pause, undefined, { signal }).catch(() => undefined);
  }
}
