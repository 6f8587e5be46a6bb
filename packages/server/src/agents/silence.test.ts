/** When a node is told not to be seen, from when until when, and what is no blindness. */
import { expect, onTestFinished, test } from "vitest";
import type { Clock } from "@plimsoll/cluster";
import { createSilence, type Blindness, type NodeState, type Recalled, type Silence } from "./silence.ts";

interface Watched {
  readonly silence: Silence;
  readonly told: readonly Blindness[];
  readonly says: { state: NodeState; leads: boolean; deaf: boolean; recalled?: readonly Recalled[] };
  /** So many milliseconds pass, of which the service runs all or none. */
  readonly pass: (milliseconds: number, runs?: boolean) => Promise<void>;
  readonly speak: (answer?: "taken" | "held-off") => void;
}

function watched(): Watched {
  let now = 0;
  const calls = new Set<{ readonly at: number; readonly call: () => void }>();
  const clock: Clock = {
    now: () => now,
    elapsed: () => now,
    after: (milliseconds, call) => {
      const entry = { at: now + milliseconds, call };
      calls.add(entry);
      return () => calls.delete(entry);
    },
  };
  const told: Blindness[] = [];
  const says: Watched["says"] = { state: "there", leads: true, deaf: false };
  const silence = createSilence({
    clock,
    stateOf: () => says.state,
    leads: () => says.leads,
    recall: async () => {
      if (says.deaf) throw new Error("the store is away");
      return says.recalled ?? [];
    },
    tell: async (blindness) => {
      if (says.deaf) throw new Error("the store is away");
      told.push(blindness);
    },
  });
  const step = async (length: number): Promise<void> => {
    now += length;
    for (const entry of calls) {
      if (entry.at > now) continue;
      calls.delete(entry);
      entry.call();
    }
    await new Promise((resolve) => setImmediate(resolve));
  };
  const pass = async (milliseconds: number, runs = true): Promise<void> => {
    if (!runs) return step(milliseconds);
    for (let left = milliseconds; left > 0; left -= 50) await step(50);
  };
  onTestFinished(async () => {
    const stopped = silence.stop();
    await pass(1_000);
    await stopped;
  });
  return { silence, told, says, pass, speak: (answer = "taken") => silence.hears("n1")(answer) };
}

async function speaking(changes: Partial<Watched["says"]> = {}): Promise<Watched> {
  const all = watched();
  Object.assign(all.says, changes);
  await all.pass(1_000);
  all.speak();
  return all;
}

test("case 107: an agent that falls silent is told within five seconds, and again when it is heard, with the whole interval", async () => {
  const { silence, told, pass, speak } = await speaking();
  await pass(3_400);
  expect([told, silence.of("n1")?.silent]).toEqual([[], false]);
  await pass(600);
  expect([told, silence.of("n1")?.silent]).toEqual([[{ node: "n1", from: 1_000 }], true]);
  await pass(60_000);
  expect(told.length).toBe(1);
  speak();
  await pass(300);
  const whole = { from: 1_000, to: 65_000 };
  expect(told.slice(1)).toEqual([{ node: "n1", ...whole }]);
  expect(silence.of("n1")).toMatchObject({ silent: false, unheard: [whole], longestPause: 64_000 });
});

test.each<readonly [string, Partial<Watched["says"]>]>([
  ["a node that is drained", { state: "leaving" }],
  ["a node that is gone", { state: "gone" }],
  ["what another replica is told of", { leads: false }],
])("no blindness: %s", async (_, changes) => {
  const { silence, told, says, pass } = await speaking();
  Object.assign(says, changes);
  await pass(60_000);
  expect(told).toEqual([]);
  expect(silence.of("n1")).toEqual(
    changes.state === "gone" ? undefined : expect.objectContaining({ unheard: [] }),
  );
});

test("blindness ends where its node goes; a node that is put to work again is missed from when it was heard", async () => {
  const { told, says, pass } = await speaking({ state: "leaving" });
  await pass(10_000);
  says.state = "there";
  await pass(300);
  expect(told).toEqual([{ node: "n1", from: 1_000 }]);
  says.state = "gone";
  await pass(250);
  expect(told.slice(1)).toEqual([{ node: "n1", from: 1_000, to: 11_550, gone: true }]);
});

test("the time in which the service did not run, in which a batch is worked on, and for which it was told to wait, is no silence", async () => {
  const { silence, told, pass, speak } = await speaking();
  await pass(60_000, false);
  const answered = silence.hears("n1");
  await pass(20_000);
  answered("held-off");
  await pass(30_000);
  expect(told).toEqual([]);
  speak();
  await pass(2_000);
  expect(told).toEqual([]);
  await pass(2_000);
  expect(told.length).toBe(1);
});

test("who begins to lead waits until agents have found it, and what could not be told is told later", async () => {
  const { told, says, pass } = await speaking({ leads: false });
  await pass(60_000);
  says.leads = true;
  await pass(30_000);
  expect(told).toEqual([]);
  says.deaf = true;
  await pass(10_000);
  says.deaf = false;
  await pass(300);
  expect(told).toEqual([{ node: "n1", from: 1_000 }]);
});

test("an agent that is taken at once by who just began to lead is missed as soon as any", async () => {
  const { told, says, pass, speak } = await speaking({ leads: false });
  await pass(10_000);
  says.leads = true;
  speak();
  await pass(4_000);
  expect(told).toEqual([{ node: "n1", from: 11_000 }]);
});

/** A service that begins at 100,000, beside a store that was told so much. */
async function restarted(changes: Partial<Watched["says"]>): Promise<Watched> {
  const all = watched();
  Object.assign(all.says, { leads: false, ...changes });
  await all.pass(100_000, false);
  all.says.leads = true;
  return all;
}

test("an agent that died before the service began is missed from when it was heard last, and not before all had time to find it", async () => {
  const { silence, told, pass, speak } = await restarted({ recalled: [{ node: "n1", at: 40_000 }] });
  await pass(33_000);
  expect([told, silence.of("n1")?.silent]).toEqual([[], false]);
  await pass(2_000);
  expect([told, silence.of("n1")]).toEqual([
    [{ node: "n1", from: 40_000 }],
    { silent: true, unheard: [{ from: 40_000 }], longestPause: 0 },
  ]);
  speak();
  await pass(300);
  expect(told.slice(1)).toEqual([{ node: "n1", from: 40_000, to: 135_000 }]);
});

test("an agent that finds the service that began is not missed, and its pause is not that of the service", async () => {
  const { silence, told, pass, speak } = await restarted({ recalled: [{ node: "n1", at: 40_000 }] });
  await pass(30_000);
  for (let second = 0; second < 20; second += 1) {
    speak();
    await pass(1_000);
  }
  expect(told).toEqual([]);
  expect(silence.of("n1")).toEqual({ silent: false, unheard: [], longestPause: 1_000 });
});

test("who was told not to be heard is not told again by whoever leads next, and told once more when it is heard or went", async () => {
  const recalled = [{ node: "n1", at: 39_000, toldFrom: 40_000 }];
  const { silence, told, says, pass } = await restarted({ recalled });
  await pass(60_000);
  expect([told, silence.of("n1")?.unheard]).toEqual([[], [{ from: 40_000 }]]);
  says.state = "gone";
  await pass(300);
  expect(told).toEqual([{ node: "n1", from: 40_000, to: expect.any(Number), gone: true }]);
});

test("an agent that spoke to this replica before it led was heard again then", async () => {
  const { told, says, pass, speak } = await restarted({
    leads: false,
    recalled: [{ node: "n1", at: 39_000, toldFrom: 40_000 }],
  });
  says.leads = false;
  speak("held-off");
  await pass(1_000);
  says.leads = true;
  await pass(300);
  expect(told).toEqual([{ node: "n1", from: 40_000, to: 100_000 }]);
});

test("what another replica told meanwhile holds for one that leads again", async () => {
  const { silence, told, says, pass } = await speaking();
  await pass(10_000);
  expect(told.length).toBe(1);
  says.leads = false;
  await pass(10_000);
  Object.assign(says, { leads: true, recalled: [{ node: "n1", at: 20_000 }] });
  await pass(1_000);
  expect(silence.of("n1")?.unheard).toEqual([]);
  await pass(40_000);
  expect(told.slice(1)).toEqual([{ node: "n1", from: 20_000 }]);
});

test("a store that cannot be read is asked again", async () => {
  const { told, says, pass } = await restarted({ recalled: [{ node: "n1", at: 40_000 }], deaf: true });
  await pass(60_000);
  says.deaf = false;
  await pass(33_000);
  expect(told).toEqual([]);
  await pass(2_000);
  expect(told).toEqual([{ node: "n1", from: 40_000 }]);
});

test.each<NodeState>(["leaving", "gone"])(
  "a node that is %s is not told of by a service that began",
  async (state) => {
    const { told, pass } = await restarted({ recalled: [{ node: "n1", at: 40_000 }], state });
    await pass(60_000);
    expect(told).toEqual([]);
  },
);

test("losses are told with the time between two signs, of one node once an hour; what was lost before nobody knows when", async () => {
  const { silence, told, pass, speak } = await speaking();
  silence.lost("n1", "run", 5);
  await pass(1_000);
  speak();
  silence.lost("n1", "run", 12);
  await pass(1_000);
  speak();
  silence.lost("n1", "run", 13);
  await pass(300);
  expect(told).toEqual([{ node: "n1", from: 1_000, to: 2_000, lost: 7 }]);
  expect(silence.of("n1")?.lostAt).toBe(3_000);
  for (let second = 0; second < 3_600; second += 1) {
    speak();
    await pass(1_000, false);
  }
  speak();
  silence.lost("n1", "another", 3);
  await pass(300);
  expect(told.slice(1)).toEqual([expect.objectContaining({ lost: 3 })]);
});
