/**
 * The service in a simulated world: what the cluster is ends up in the store, through failing disks, servers and
 * networks, and kills. `LIVES` sets how many; `SEED` replays one.
 */
import { expect, test } from "vitest";
import { runService, type ServiceOutcome } from "../../../../tests/simulation/servicerun.ts";

const { LIVES: asked = "6", SEED: replayed } = process.env;
const count = replayed === undefined ? Number(asked) : 1;
const first = Number(replayed ?? 1);
const longest = 900_000;

function complaint({ seed, faults, violations }: ServiceOutcome): string {
  return `SEED=${seed} ${faults.join("+")}: ${violations[0]}`;
}

test(
  "nothing acknowledged is lost, nothing is told twice, and in the end all is true",
  { timeout: longest },
  async () => {
    const wrong: string[] = [];
    const times: number[] = [];
    let [lives, commits] = [0, 0];
    for (let seed = first; seed < first + count; seed += 1) {
      const outcome = await runService(seed);
      if (outcome.violations.length > 0) wrong.push(complaint(outcome));
      times.push(outcome.converged);
      lives += outcome.lives;
      commits += outcome.commits;
    }
    times.sort((a, b) => a - b);
    console.log(
      `W6: ${count} seeds, ${lives} processes, ${commits} commits; true after ${times[times.length >> 1]} ms at the median, ${times.at(-1)} ms at the most`,
    );
    expect(wrong).toEqual([]);
  },
);

test("a life of the service is the same when it is lived again", { timeout: longest }, async () => {
  const seed = replayed === undefined ? 4_711 : first;
  const one = await runService(seed);
  expect(await runService(seed)).toEqual(one);
});
