/** `resources`: what a limit would end or slow. Whether what is asked for finds room is judged of the pod as a whole: `../room`. */
import type { Json } from "../../model/json.ts";
import type { Change, Judgement, Site } from "./field.ts";
import { defineField } from "./field.ts";
import { clearByConstruction, unknownFor } from "./judgement.ts";
import { isTighter, judgeMemory, judgeProcessor, type Limit } from "./limit.ts";
import { objectAt } from "./site.ts";

const watching: { readonly [resource: string]: string } = {
  "ephemeral-storage": "look at its peak: container_fs_usage_bytes",
};

function part(site: Site, key: "limits" | "requests"): { readonly [resource: string]: Json | undefined } {
  return objectAt(objectAt(site.container, "resources"), key);
}

function limitOf({ before, after }: Change, name: string): Limit {
  return { before: part(before, "limits")[name], after: part(after, "limits")[name]! };
}

function judgeLimit(change: Change, name: string): Judgement {
  const limit = limitOf(change, name);
  if (name === "memory") return judgeMemory(change, limit);
  if (name === "cpu") return judgeProcessor(change, limit);
  return unknownFor(`How much ${name} it uses, sensors do not tell`, [
    {
      text: `how much ${name} it uses at most`,
      remedy: watching[name] ?? "look at how much it uses at most",
    },
  ]);
}

/** The gravest of them speaks for all; of those alike, all. */
function together(judgements: readonly Judgement[]): Judgement {
  const broken = judgements.find(({ verdict }) => verdict === "breaks");
  if (broken !== undefined) return broken;
  const open = judgements.filter(({ verdict }) => verdict === "unknown");
  if (open.length > 0)
    return unknownFor(
      open.map(({ because }) => because).join(". "),
      open.flatMap(({ missing = [] }) => missing),
    );
  return {
    verdict: "clear",
    basis: "observation",
    because: judgements.map(({ because }) => because).join(". "),
    kinds: judgements.flatMap(({ kinds = [] }) => kinds),
  };
}

export const resources = defineField({
  id: "resources",
  title: "use beyond a limit",
  paths: ["container.resources"],
  effective: (site) => objectAt(site.container, "resources"),
  judge: (change) => {
    const limits = Object.keys(part(change.after, "limits")).filter((name) =>
      isTighter(limitOf(change, name)),
    );
    return limits.length === 0
      ? clearByConstruction("No limit grows tighter")
      : together(limits.map((name) => judgeLimit(change, name)));
  },
  examples: {
    clear: [
      {
        name: "a limit goes",
        before: { container: { resources: { limits: { cpu: "1" } } } },
        after: {},
      },
      {
        name: "a limit grows",
        before: { container: { resources: { limits: { memory: "1Gi" } } } },
        after: { container: { resources: { limits: { memory: "2048Mi" } } } },
      },
      {
        name: "a request comes, and a node has room for it",
        after: { container: { resources: { requests: { memory: "1Gi" } } } },
      },
      {
        name: "a request that the limit makes anyway",
        before: { container: { resources: { limits: { cpu: "1" } } } },
        after: { container: { resources: { limits: { cpu: "1" }, requests: { cpu: "1000m" } } } },
      },
      {
        name: "its peak of memory fits, page cache and all",
        after: { container: { resources: { limits: { memory: "128Mi" } } } },
        peaks: { memoryBytes: 100 * 1_048_576, unreclaimableBytes: 40 * 1_048_576 },
      },
      {
        name: "it never used as much processor time",
        after: { container: { resources: { limits: { cpu: "500m" } } } },
        peaks: { cpuMillicores: 420, cpuSeconds: 5, throttledPeriods: 0 },
      },
    ],
    repaired: [
      {
        name: "it holds more memory than that",
        after: { container: { resources: { limits: { memory: "32Mi" } } } },
        peaks: { memoryBytes: 100 * 1_048_576, unreclaimableBytes: 83 * 1_048_576 },
      },
    ],
    breaks: [
      {
        name: "it holds more memory than that, and a limit in force held it back",
        after: { container: { resources: { limits: { memory: "32Mi" } } } },
        peaks: { memoryBytes: 64 * 1_048_576, unreclaimableBytes: 60 * 1_048_576, memoryLimitHits: 12 },
      },
    ],
    unknown: [
      { name: "a limit comes", after: { container: { resources: { limits: { memory: "1Gi" } } } } },
      {
        name: "its peak of memory does not fit, and page cache can be taken back",
        after: { container: { resources: { limits: { memory: "64Mi" } } } },
        peaks: { memoryBytes: 100 * 1_048_576, unreclaimableBytes: 40 * 1_048_576 },
      },
      {
        name: "its peak of memory fits, and a limit in force held it back",
        after: { container: { resources: { limits: { memory: "128Mi" } } } },
        peaks: { memoryBytes: 64 * 1_048_576, unreclaimableBytes: 40 * 1_048_576, memoryLimitHits: 3 },
      },
      {
        name: "a limit of memory smaller than the one that caps it",
        before: { container: { resources: { limits: { memory: "100Mi" } } } },
        after: { container: { resources: { limits: { memory: "80Mi" } } } },
        peaks: { memoryBytes: 100 * 1_048_576, unreclaimableBytes: 40 * 1_048_576, memoryLimitHits: 9 },
      },
      {
        name: "it would be slowed",
        after: { container: { resources: { limits: { cpu: "200m" } } } },
        peaks: { cpuMillicores: 420, cpuSeconds: 5, throttledPeriods: 0 },
      },
      {
        name: "a limit in force slows it already",
        before: { container: { resources: { limits: { cpu: "1" } } } },
        after: { container: { resources: { limits: { cpu: "500m" } } } },
        peaks: { cpuMillicores: 420, cpuSeconds: 5, throttledPeriods: 40 },
      },
    ],
  },
});
