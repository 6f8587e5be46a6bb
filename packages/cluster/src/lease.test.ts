/** Leaders, simulated: never two at once, seldom none, whatever clocks, networks and processes do. */
import { expect, test } from "vitest";
import { createKernel, type Kernel } from "../../../tests/simulation/kernel.ts";
import { pause, type Clock } from "./doors.ts";
import {
  seekLeadership,
  usualLeaseSettings,
  type Leadership,
  type LeaseApi,
  type LeaseState,
} from "./lease.ts";

interface Server {
  lease: LeaseState | undefined;
  version: number;
}

/** Reads and writes that take a while, fail, hang, or are done without our hearing of it. */
function apiOf(kernel: Kernel, server: Server, isCut: () => boolean): LeaseApi {
  const travel = (): Promise<void> =>
    pause(kernel.clock, kernel.chance(0.02) ? 8_000 : kernel.between(1, 60));
  const cross = async (): Promise<void> => {
    await travel();
    if (isCut()) await new Promise(() => undefined);
    if (kernel.chance(0.05)) throw new Error("503");
  };
  return {
    read: async () => {
      await cross();
      const found = server.lease;
      await cross();
      return found;
    },
    write: async (fields, version) => {
      await cross();
      if ((server.lease?.version ?? "") !== version) return false;
      server.version += 1;
      server.lease = { ...fields, version: String(server.version) };
      await cross();
      return true;
    },
  };
}

/** A clock that runs a little faster or slower, tells another date, and jumps. */
function skewed(kernel: Kernel): Clock {
  const rate = 0.9 + kernel.random.next() * 0.2;
  const shift = kernel.between(-86_400_000, 86_400_000);
  const { clock } = kernel;
  return {
    now: () => clock.now() + shift,
    elapsed: () => clock.elapsed() * rate,
    after: (milliseconds, call) => clock.after(milliseconds / rate, call),
  };
}

interface Life {
  readonly terms: readonly number[];
  readonly violations: readonly string[];
  readonly longestWithout: number;
  readonly share: number;
}

async function live(seed: number, trouble: "none" | "all" | "rolling"): Promise<Life> {
  const kernel = createKernel(seed);
  const server: Server = { lease: undefined, version: 0 };
  const violations: string[] = [];
  const candidates = new Map<string, Leadership>();
  const cut = new Set<string>();
  const dead = new Set<string>();
  const terms: number[] = [];
  let names = 0;
  let [led, checked, withoutSince, longestWithout] = [0, 0, 0, 0];
  const join = (): void => {
    const name = `replica-${(names += 1)}`;
    const doors = { clock: trouble === "none" ? kernel.clock : skewed(kernel), random: kernel.random };
    const api = apiOf(kernel, server, () => cut.has(name) || dead.has(name));
    candidates.set(
      name,
      seekLeadership(doors, api, name, () => undefined),
    );
  };
  kernel.onStep(() => {
    const leaders = [...candidates].filter(([, one]) => one.leads());
    if (leaders.length > 1) violations.push(`${leaders.map(([name]) => name).join(" and ")} lead at once`);
    const term = leaders[0]?.[1].term();
    if (term !== undefined && term !== terms.at(-1)) terms.push(term);
    const now = kernel.clock.elapsed();
    if (leaders.length > 0) withoutSince = now;
    longestWithout = Math.max(longestWithout, now - withoutSince);
    checked += 1;
    led += leaders.length;
  });
  for (let count = 0; count < 3; count += 1) join();
  for (let round = 0; round < 40; round += 1) {
    await kernel.run(kernel.between(1_000, 20_000));
    const [name, leadership] = kernel.pick([...candidates]);
    if (trouble === "rolling" && round % 5 === 4) {
      join();
      void leadership.stop();
      candidates.delete(name);
    }
    if (trouble !== "all") continue;
    const draw = kernel.random.next();
    if (draw < 0.3) cut.add(name);
    else if (draw < 0.6) cut.clear();
    else if (draw < 0.75) {
      candidates.delete(name); // killed: it says nothing, and does nothing any more
      dead.add(name);
      join();
    }
  }
  for (const leadership of candidates.values()) void leadership.stop();
  await kernel.run(30_000);
  return { terms, violations, longestWithout, share: led / checked };
}

test("never do two lead at once, whatever is cut, killed, late or skewed, and terms only go up", async () => {
  const wrong: string[] = [];
  for (let seed = 1; seed <= 150; seed += 1) {
    const { violations, terms, share } = await live(seed, "all");
    if (violations.length > 0) wrong.push(`seed ${seed}: ${violations[0]}`);
    if (terms.some((term, at) => at > 0 && term < terms[at - 1]!))
      wrong.push(`seed ${seed}: terms ${terms.join()}`);
    if (share === 0) wrong.push(`seed ${seed}: nobody ever led`);
  }
  expect(wrong).toEqual([]);
});

test("where nothing fails for long one leads all the time", async () => {
  for (let seed = 1; seed <= 20; seed += 1) {
    const { violations, terms } = await live(seed, "none");
    expect([violations, terms.length <= 3]).toEqual([[], true]);
  }
});

test("a rolling update is without a leader only for moments", async () => {
  for (let seed = 1; seed <= 30; seed += 1) {
    const { violations, longestWithout } = await live(seed, "rolling");
    expect(violations).toEqual([]);
    expect(longestWithout).toBeLessThan(usualLeaseSettings.duration * 2 + 5_000);
  }
});
