import fc from "fast-check";
import { expect, test } from "vitest";
import { exampleSnapshot } from "../../controls/example.ts";
import type { Resource } from "../../model/resource.ts";
import { createInventory } from "../build.ts";
import type { Decision, Peer } from "./connectivity.ts";
import { connectivity } from "./engine.ts";
import { ground } from "./fixtures/clusters.ts";
import { policies } from "./fixtures/policies.ts";
import type { Manifest } from "./fixtures/clusters.ts";

const runs = Number(process.env["NETWORK_RUNS"] ?? 300);

function ask(resources: readonly Manifest[], from: number, to: number, port: number): Decision {
  const inventory = createInventory(exampleSnapshot(resources as unknown as readonly Resource[]));
  const peers = inventory.workloads.map((workload): Peer => ({ kind: "pod", workload }));
  return connectivity(inventory).verdict(peers[from % peers.length]!, peers[to % peers.length]!, { port });
}

test(
  "the policies that are named suffice: without all others a verdict that stands is the same",
  () => {
    const attempt = fc.tuple(fc.nat(9), fc.nat(9), fc.constantFrom(53, 80, 443));
    fc.assert(
      fc.property(
        ground,
        policies,
        fc.array(attempt, { minLength: 4, maxLength: 8 }),
        (resources, all, attempts) => {
          for (const [from, to, port] of attempts) {
            const whole = ask([...resources, ...all], from, to, port);
            expect(whole.because.length).toBeGreaterThan(0);
            if (whole.verdict === "unknown") continue;
            const names = new Set(whole.because.map(({ policy }) => policy?.name));
            const kept = all.filter(({ metadata }) => names.has((metadata as { name: string }).name));
            const part = ask([...resources, ...kept], from, to, port);
            expect([part.verdict, whole.because]).toEqual([whole.verdict, whole.because]);
          }
        },
      ),
      { numRuns: runs },
    );
  },
  Math.max(60_000, runs * 1_000),
);
