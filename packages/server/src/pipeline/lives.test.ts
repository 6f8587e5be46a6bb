/**
 * The service in a simulated world: what the cluster is ends up in the store, through failing disks, servers and
 * networks, and kills. `KILLS` sets how many kills at the least; `SEED` replays one world.
 */
import { expect, test } from "vitest";
import { runService, type ServiceOutcome } from "../../../../tests/simulation/servicerun.ts";

const { KILLS: asked = "20", SEED: replayed } = process.env;
const first = Number(replayed ?? 1);
const last = replayed === undefined ? Infinity : first + 1;
const longest = 1_800_000;

function complaint({ seed, faults, violations }: ServiceOutcome): string {
  return `SEED=${seed} ${faults.join("+")}: ${violations[0]}`;
}

test(
  "nothing acknowledged is lost, nothing is told twice, and each time all is true again",
  { timeout: longest },
  async () => {
    const wrong: string[] = [];
    const times: number[] = [];
    let [seed, kills, commits, orphaned] = [first, 0, 0, 0];
    do {
      const outcome = await runService(seed);
      if (outcome.violations.length > 0) wrong.push(complaint(outcome));
      times.push(outcome.converged);
      kills += outcome.lives - 1;
      commits += outcome.commits;
      orphaned += outcome.orphaned;
      seed += 1;
    } while (seed < last && kills < Number(asked));
    times.sort((a, b) => a - b);
    console.log(
      `W6: ${times.length} worlds, ${kills} kills, ${orphaned} of them with a write done and not told, ${commits} commits; true after ${times[times.length >> 1]} ms at the median, ${times.at(-1)} ms at the most`,
    );
    expect(wrong).toEqual([]);
    if (replayed === undefined) expect(kills).toBeGreaterThanOrEqual(Number(asked));
  },
);

test("a world of the service is the same when it is lived again", { timeout: longest }, async () => {
  const seed = replayed === undefined ? 4_711 : first;
  const one = await runService(seed);
  expect(await runService(seed)).toEqual(one);
});
