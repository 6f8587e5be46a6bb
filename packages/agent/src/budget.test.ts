/** When detail is left out, whose, and when it is told again: by the processor time that telling takes. */
import { expect, test } from "vitest";
import { Budget, type Spared, type Toil, type Turn } from "./budget.ts";

const a = { cgroup: 1n, container: { id: "a" } };
const b = { cgroup: 2n, container: { id: "b" } };
const c = { cgroup: 3n, container: { id: "c" } };

/** A quarter of a processor; what is told costs four microseconds each, and so many a second go anyway. */
function begin(anyway = 10_000) {
  const left = new Map<string, number>();
  const turns: string[] = [];
  let [second, used] = [0, 0];
  let toil: readonly Toil[] = [];
  const key = (cgroup: bigint, what: Spared): string => `${cgroup} ${what}`;
  const budget = new Budget({
    share: 0.25,
    senses: {
      toil: () => toil,
      spare: (cgroup, what) => void left.set(key(cgroup, what), 0),
      spared: (cgroup, what) => left.get(key(cgroup, what)),
      tellAgain: (cgroup, what) => void left.delete(key(cgroup, what)),
    },
    onTurn: ({ container, what, isSpared, spared }: Turn) =>
      turns.push(
        `${second}: ${container.id} ${what} ${isSpared ? "left out" : `told again, ${spared} were not`}`,
      ),
  });
  budget.step(0, 0);
  return {
    budget,
    turns,
    left,
    /** A second in which that happened. */
    pass: (happened: readonly Toil[], seconds = 1) => {
      for (let each = 0; each < seconds; each += 1) {
        second += 1;
        toil = happened.filter(({ cgroup, what }) => !left.has(key(cgroup, what)));
        for (const { cgroup, what, told } of happened)
          if (left.has(key(cgroup, what))) left.set(key(cgroup, what), left.get(key(cgroup, what))! + told);
        used += anyway + toil.reduce((sum, { told }) => sum + told * 4, 0);
        budget.step(second * 1_000, used);
      }
    },
  };
}

const reads = (of: typeof a, told: number): Toil => ({ ...of, what: "reads", told });
const programs = (of: typeof a, told: number): Toil => ({ ...of, what: "programs", told });

test("two seconds above the share are borne, and so is what stays below it", () => {
  const { turns, pass } = begin();
  pass([reads(a, 100_000)], 2);
  pass([reads(a, 10)]);
  pass([reads(a, 100_000)], 2);
  pass([reads(a, 59_000)], 60);
  expect(turns).toEqual([]);
});

test("after three, that is left out of which most was told; others are told as before", () => {
  const { budget, turns, pass } = begin();
  pass([reads(a, 100_000), reads(b, 20_000), programs(c, 30_000), reads(c, 500)], 4);
  expect(turns).toEqual(["3: a reads left out", "3: b reads left out", "3: c programs left out"]);
  expect(budget.blind()).toEqual([
    "files that are only read of 2 containers, for now: telling them takes more than 25 % of a processor",
    "runs of a program after its first of 1 container, for now: telling them takes more than 25 % of a processor",
  ]);
});

test("where that is not enough, the next are left out", () => {
  const { turns, pass } = begin();
  pass([reads(a, 1_000_000), reads(b, 80_000)], 7);
  expect(turns).toEqual(["3: a reads left out", "6: b reads left out"]);
});

test("what makes few is left alone, though the agent is above by something else", () => {
  const { turns, pass } = begin(300_000);
  pass([reads(a, 400), programs(b, 20)], 10);
  expect(turns).toEqual([]);
});

test("it is told again after five seconds in which all of it would have taken less than half of the share", () => {
  const { budget, turns, pass } = begin();
  pass([reads(a, 100_000)], 3);
  pass([reads(a, 30_000)], 60);
  pass([reads(a, 20_000)], 4);
  pass([reads(a, 40_000)]);
  expect(turns).toHaveLength(1);
  pass([reads(a, 20_000)], 5);
  expect(turns).toEqual([
    "3: a reads left out",
    `73: a reads told again, ${60 * 30_000 + 4 * 20_000 + 40_000 + 5 * 20_000} were not`,
  ]);
  expect(budget.blind()).toEqual([]);
});

test("who is calm is told again while another goes on, and who is gone is forgotten", () => {
  const { turns, pass, left } = begin();
  pass([reads(a, 100_000), reads(b, 100_000), reads(c, 100_000)], 3);
  pass([reads(a, 100_000), reads(b, 10)], 2);
  left.delete("3 reads");
  pass([reads(a, 100_000), reads(b, 10)], 3);
  expect(turns.slice(3)).toEqual(["6: c reads told again, 0 were not", "8: b reads told again, 50 were not"]);
});
