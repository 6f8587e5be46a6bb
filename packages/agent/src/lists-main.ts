/**
 * Reads on a node what running images hold, and tells the service: a process apart from the agent, since it reads what
 * containers wrote and may see the files of all of them. It asks the service which images are not known.
 */
import { Agent } from "node:https";
import { setTimeout as wait } from "node:timers/promises";
import { UserError } from "@plimsoll/core";
import { readConfig } from "./config.ts";
import { readListOf, runningIn } from "./lists.ts";
import { log, ownVersion } from "./log.ts";
import { openProbe } from "./probe.ts";
import { post } from "./ship.ts";

/** Milliseconds between two looks; and until the service is asked again though the same containers run. */
const lookEvery = 5_000;
const askEvery = 120_000;
const longestWait = 60_000;
const mostRunning = 5_000;

async function main(): Promise<void> {
  const config = readConfig(process.env);
  const end = new AbortController();
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => end.abort());
  let lookedAt = performance.now();
  openProbe(config.probe, () => ({ lookedAt, sees: true }));
  const agent = new Agent({ keepAlive: true, maxSockets: 1, timeout: 30_000 });
  let [told, toldAt, failures] = ["", -Infinity, 0];
  log("info", "reading");
  while (!end.signal.aborted) {
    lookedAt = performance.now();
    const running = runningIn(config.proc);
    const ids = [...running.keys()].sort().slice(0, mostRunning);
    const text = ids.join(" ");
    if (text !== told || performance.now() - toldAt > askEvery) {
      const send = async (more: object): Promise<readonly string[]> =>
        wantedIn(
          await post(
            config,
            agent,
            "/api/v1/packages",
            JSON.stringify({ version: 1, node: config.node, agent: ownVersion, running: ids, ...more }),
          ),
        );
      try {
        await tell(send, async (id) => {
          lookedAt = performance.now();
          const facts = running.get(id);
          return facts === undefined ? "it ended before it was read" : readListOf(config.proc, facts);
        });
        if (failures > 0) log("info", "accepted-again");
        [told, toldAt, failures] = [text, performance.now(), 0];
      } catch (error) {
        failures += 1;
        if (failures === 1) log("warn", "not-accepted", { because: (error as Error).message });
      }
    }
    const pause = Math.min(longestWait, lookEvery * 2 ** Math.min(failures, 8));
    await wait(pause, undefined, { signal: end.signal }).catch(() => undefined);
  }
}

/** Until nothing more is wanted. */
async function tell(
  send: (more: object) => Promise<readonly string[]>,
  read: (id: string) => Promise<ReturnType<typeof readListOf>>,
): Promise<void> {
  const done = new Set<string>();
  for (let wanted = await send({}); ;) {
    const next = wanted.find((id) => !done.has(id));
    if (next === undefined) return;
    done.add(next);
    const found = await read(next);
    const more =
      typeof found === "string"
        ? { failed: { container: next, why: found } }
        : { list: { container: next, ...found } };
    const rest = wanted.filter((id) => !done.has(id));
    wanted = [...new Set([...rest, ...(await send(more))])];
    if (typeof found === "string") log("warn", "not-read", { container: next, because: found });
    else log("info", "read", { container: next, packages: found.packages.length, left: found.left });
  }
}

function wantedIn(text: string): readonly string[] {
  const { wanted } = JSON.parse(text) as { readonly wanted?: unknown };
  return Array.isArray(wanted) ? wanted.filter((id): id is string => typeof id === "string") : [];
}

try {
  await main();
} catch (error) {
  if (!(error instanceof UserError)) throw error;
  log("error", "usage", { because: error.message, hint: error.hint });
  process.exitCode = 2;
}
