/** Pods that grow, and what quotas and LimitRanges say to it: as admission counts. */
import { expect, test } from "vitest";
import {
  amounts,
  node,
  pod,
  quota,
  range,
  roomOf,
  said,
  workload,
  type RoomCase,
} from "../fixtures/room-example.ts";

const roomy = node("big", "8", "16Gi");

const hard = { "requests.cpu": "2" };
const quotas: readonly (readonly [string, RoomCase, string | RegExp])[] = [
  [
    "has room, surge and all",
    { around: [roomy, quota(hard, { "requests.cpu": "1" })] },
    /^clear: .*: ResourceQuota compute, the nodes/,
  ],
  [
    "has none",
    { around: [roomy, quota(hard, { "requests.cpu": "1500m" })] },
    "breaks: ResourceQuota compute has given away 1500m of 2 requests.cpu, and a pod of 1 beside an old one would make it 2500m",
  ],
  [
    "what its own pods take is theirs",
    {
      around: [
        roomy,
        pod("x", "big", amounts("800m", "1Gi"), "web"),
        quota(hard, { "requests.cpu": "1800m" }),
      ],
      of: workload({ strategy: { type: "Recreate" } }),
    },
    /^clear/,
  ],
  [
    "an old pod stays beside the new one",
    {
      around: [
        roomy,
        pod("x", "big", amounts("800m", "1Gi"), "web"),
        quota(hard, { "requests.cpu": "1800m" }),
      ],
    },
    /^breaks: .*would make it 2800m/,
  ],
  [
    "all but the surge",
    {
      around: [
        roomy,
        ...["a", "b", "c", "d"].map((name) => pod(name, "big", amounts("400m", "1Gi"), "web")),
        quota(hard, { "requests.cpu": "1600m" }),
      ],
      of: workload({ replicas: 4 }),
      asks: { requests: amounts("450m", "1Gi") },
    },
    "unknown: whether its update gets by without its surge: ResourceQuota compute has given away 1600m of 2 requests.cpu",
  ],
  [
    "wants a limit of every container",
    { around: [roomy, quota({ "limits.memory": "8Gi" }, { "limits.memory": "0" })] },
    "breaks: ResourceQuota compute counts limits.memory, and container app does not say how much it may use",
  ],
  [
    "counts limits alone",
    {
      around: [roomy, quota({ "limits.cpu": "1" }, { "limits.cpu": "0" })],
      of: workload(
        {},
        { containers: [{ name: "app", image: "web", resources: { requests: { cpu: "1" } } }] },
      ),
      asks: { requests: { cpu: "1" }, limits: { cpu: "2" } },
    },
    /^breaks: ResourceQuota compute has given away 0 of 1 limits.cpu, and a pod of 2/,
  ],
  [
    "counts pods of another scope",
    { around: [roomy, quota(hard, { "requests.cpu": "2" }, { scopes: ["Terminating"] })] },
    /^clear: .*: the nodes/,
  ],
  [
    "counts what asks for something",
    { around: [roomy, quota(hard, { "requests.cpu": "2" }, { scopes: ["NotBestEffort"] })] },
    /^breaks/,
  ],
  [
    "counts what asks for nothing",
    { around: [roomy, quota({ pods: "1" }, { pods: "1" }, { scopes: ["BestEffort"] })] },
    /^clear/,
  ],
  [
    "is not reckoned yet",
    { around: [roomy, quota(hard, {})] },
    "unknown: how much of 2 requests.cpu ResourceQuota compute has given away",
  ],
  [
    "was not read",
    {
      around: [roomy],
      more: { gaps: [{ reason: "forbidden", source: "t", message: "", kinds: ["v1/ResourceQuota"] }] },
    },
    "unknown: the ResourceQuotas of its namespace: they were not read",
  ],
];

const ranges: readonly (readonly [string, RoomCase, string | RegExp])[] = [
  ["holds it", { around: [roomy, range({ max: { cpu: "2" } })] }, /^clear/],
  [
    "allows less",
    { around: [roomy, range({ max: { memory: "512Mi" }, default: { memory: "2Gi" } })] },
    "breaks: LimitRange each allows 512Mi memory at most, not 2Gi (container app)",
  ],
  [
    "limits it to less than it asks for",
    { around: [roomy, range({ default: { memory: "512Mi" } })] },
    "breaks: container app asks for 1Gi memory, more than its limit of 512Mi",
  ],
  [
    "has a ratio",
    {
      around: [roomy, range({ maxLimitRequestRatio: { cpu: "2" } })],
      asks: { requests: { cpu: "1" }, limits: { cpu: "3" } },
    },
    "breaks: LimitRange each allows a limit of cpu no more than 2 times the request (container app)",
  ],
  [
    "wants more",
    { around: [roomy, range({ min: { cpu: "2" } })] },
    /^breaks: LimitRange each wants 2 cpu at least, not 1 /,
  ],
  [
    "is of the pod",
    { around: [roomy, range({ type: "Pod", max: { cpu: "500m" } })], asks: { limits: { cpu: "1" } } },
    /the pod as a whole/,
  ],
  [
    "asks for as much already",
    { around: [node("a", "500m"), range({ defaultRequest: amounts("1", "1Gi") })] },
    "nothing",
  ],
];

test.each(quotas)("a quota %s", (_, given, expected) => {
  const text = said(roomOf(given));
  if (typeof expected === "string") expect(text).toBe(expected);
  else expect(text).toMatch(expected);
});

test.each(ranges)("a LimitRange %s", (_, given, expected) => {
  const text = said(roomOf(given));
  if (typeof expected === "string") expect(text).toBe(expected);
  else expect(text).toMatch(expected);
});
