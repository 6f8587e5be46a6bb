/** What generators make of observations that are partial, late, doubled, out of order, of replaced pods or of an attacked one. */
import { expect, test } from "vitest";
import { joinSeen, type Seen } from "../../evidence/merge.ts";
import { createInventory } from "../../inventory/build.ts";
import type { Observation, ObservationDetail } from "../../model/observation.ts";
import type { Snapshot } from "../../model/snapshot.ts";
import { keyOf, seen, snapshotOf, watch, workloads } from "../fixtures/shop.ts";
import { isProved, type Generated } from "./generated.ts";
import { networkPoliciesFor } from "./networkpolicy.ts";
import { rolesFor } from "./role.ts";
import { seccompFor } from "./seccomp.ts";

const connects = (port: number, address: string): ObservationDetail => ({
  kind: "connection",
  operation: "connect",
  direction: "out",
  protocol: "TCP",
  port,
  peer: { address },
});
const asks = (verb: string, resource: string): ObservationDetail => ({
  kind: "api-request",
  verb,
  group: "",
  resource,
  namespace: "shop",
  allowed: true,
});
const calls = (name: string): ObservationDetail => ({ kind: "syscall", name });

interface Maker {
  readonly of: string;
  readonly usual: ObservationDetail;
  readonly strange: ObservationDetail;
  /** What only the strange behaviour would bring in. */
  readonly sign: string;
  readonly make: (snapshot: Snapshot) => Generated;
}

const makers: readonly Maker[] = [
  {
    of: "networkpolicy",
    usual: connects(443, "203.0.113.7"),
    strange: connects(4444, "198.51.100.9"),
    sign: "198.51.100.9",
    make: (snapshot) => networkPoliciesFor(workloads(snapshot, "web"), snapshot),
  },
  {
    of: "role",
    usual: asks("list", "pods"),
    strange: asks("create", "clusterrolebindings"),
    sign: "clusterrolebindings",
    make: (snapshot) => rolesFor({ namespace: "shop", name: "web" }, snapshot),
  },
  {
    of: "seccomp",
    usual: calls("sendfile"),
    strange: calls("ptrace"),
    sign: "ptrace",
    make: (snapshot) => {
      const { observations, watches = [], detections = [] } = snapshot;
      const [web] = workloads(snapshot, "web");
      const batch = { observations, watches, detections };
      return seccompFor(web!, web!.containers[0]!, createInventory(snapshot), batch);
    },
  },
];

const pods = Array.from({ length: 40 }, (_, index) => `p-${index}`);

function crowd(maker: Maker, strangers: number): Snapshot {
  const observations = [
    ...pods.flatMap((pod) => seen(keyOf("web"), [maker.usual], pod)),
    ...pods.slice(0, strangers).flatMap((pod) => seen(keyOf("web"), [maker.strange], pod)),
  ];
  return { ...snapshotOf(observations), watches: pods.map((pod) => watch(keyOf("web"), pod)) };
}

const written = ({ resources, file }: Generated): string => JSON.stringify([resources, file]);

test.each(makers)(
  "$of: what one replica of forty did is left out and told; what ten did is learned",
  (maker) => {
    const one = maker.make(crowd(maker, 1));
    expect(written(one)).not.toContain(maker.sign);
    expect(one.notes.join("\n")).toContain("only 1 of 40 replicas did it");
    expect(isProved(one.proof)).toBe(true);
    expect(written(maker.make(crowd(maker, 10)))).toContain(maker.sign);
  },
);

function joined(batches: readonly (readonly Observation[])[]): Snapshot {
  const { observations, watches } = joinSeen(
    batches.map((each): Seen => ({
      observations: each,
      watches: pods.map((pod) => watch(keyOf("web"), pod)),
      detections: [],
    })),
  );
  return { ...snapshotOf(observations), watches };
}

test.each(makers)("$of: batches that come twice, late or out of order make the same", (maker) => {
  const parts = pods.map((pod) => seen(keyOf("web"), [maker.usual, maker.strange], pod));
  const plain = maker.make(joined(parts));
  expect(written(plain)).toContain(maker.sign);
  const shuffled = [...parts.slice(20), ...parts.toReversed(), ...parts.slice(0, 30)];
  expect(maker.make(joined(shuffled))).toEqual(plain);
});

test.each(makers)("$of: seen in part, it is written and says what was not seen", (maker) => {
  const snapshot = snapshotOf(seen(keyOf("web"), [maker.usual]));
  const partly = { ...watch(keyOf("web")), fromStart: false, drops: 7 };
  const made = maker.make({ ...snapshot, watches: [partly] });
  expect(isProved(made.proof)).toBe(true);
  expect(made.missing.length).toBeGreaterThan(0);
  for (const { remedy } of made.missing) expect(remedy).not.toBe("");
});

test.each(makers)("$of: what an image did that runs no more is not learned", (maker) => {
  const old = { ...keyOf("web"), image: `sha256:${"0".repeat(64)}` };
  const made = maker.make(snapshotOf(seen(old, [maker.strange], "p-old")));
  expect(written(made)).not.toContain(maker.sign);
  expect(isProved(made.proof)).toBe(false);
});
