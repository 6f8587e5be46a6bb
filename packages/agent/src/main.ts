/** The agent as a process on a node: looks for as long as it runs, tells the service, and hands on the rest at its end. */
import { randomUUID } from "node:crypto";
import { UserError } from "@plimsoll/core";
import { runAgent } from "./agent.ts";
import { readConfig } from "./config.ts";
import { hierarchyAt } from "./containers.ts";
import { log, ownVersion } from "./log.ts";
import { possibleProcessors } from "./machine.ts";
import { namesById } from "./names.ts";
import { openProbe } from "./probe.ts";
import type { AgentReport } from "./report.ts";
import { createShip } from "./ship.ts";

/** A container that does nothing new is told of every ten minutes: each telling is kept by the service. */
const watchEvery = 600_000;
/** Once told to end, what is left must be handed on within so many milliseconds: the kubelet kills after thirty. */
const lastWords = 10_000;

async function main(): Promise<number> {
  const config = readConfig(process.env);
  const end = new AbortController();
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.once(signal, () => {
      log("info", "ending");
      end.abort();
      setTimeout(() => process.exit(1), lastWords).unref();
    });
  }
  let [lookedAt, sees] = [performance.now(), false];
  openProbe(config.probe, () => ({ lookedAt, sees }));
  const { url, node, tokenFile, caFile, cgroups, proc, recordCalls, tier, share, every } = config;
  const ship = createShip({
    url,
    node,
    instance: randomUUID(),
    version: ownVersion,
    tokenFile,
    ...(caFile === undefined ? {} : { caFile }),
    onTurn: (failure) =>
      failure === undefined
        ? log("info", "accepted-again")
        : log("warn", "not-accepted", { because: failure }),
  });
  const report = await runAgent(
    {
      hierarchy: hierarchyAt(cgroups),
      processors: possibleProcessors(),
      process: process.pid,
      proc,
      recordCalls,
      provenance: node,
      names: namesById,
      batchEvery: every,
      watchEvery,
      ship,
      share,
      onTurn: ({ isSpared, container: { id }, what, spared }) =>
        log(isSpared ? "warn" : "info", isSpared ? "left-out" : "told-again", {
          container: id,
          what,
          spared,
        }),
      ...(tier === undefined ? {} : { tier }),
      opened: ({ senses, refused }) => {
        sees = senses.tier !== "none";
        log(sees ? "info" : "error", "looking", { tier: senses.tier, refused, blind: senses.blind });
      },
      looked: () => (lookedAt = performance.now()),
    },
    end.signal,
  );
  log(report.failures > 0 ? "warn" : "info", "ended", countsOf(report));
  return report.failures > 0 ? 1 : 0;
}

function countsOf({ lost, spared, nameless, crowded, failures, givenUp }: AgentReport): object {
  return { lost, spared, nameless, crowded, failures, givenUp };
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof UserError)) throw error;
  log("error", "usage", { because: error.message, hint: error.hint });
  process.exitCode = 2;
}
