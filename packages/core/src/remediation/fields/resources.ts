/** `resources`: what a limit would end or slow, and what a request keeps from being scheduled. */
import type { Json } from "../../model/json.ts";
import type { Missing } from "../../model/verdict.ts";
import type { Change, Site } from "./field.ts";
import { defineField } from "./field.ts";
import { clearByConstruction, unknownFor } from "./judgement.ts";
import { objectAt } from "./site.ts";

const watching: { readonly [resource: string]: string } = {
  memory: "look at its peak over a week: container_memory_working_set_bytes, or kubectl top pod --containers",
  cpu: "look at its peak over a week: container_cpu_usage_seconds_total, or kubectl top pod --containers",
  "ephemeral-storage": "look at its peak: container_fs_usage_bytes",
};

function part(site: Site, key: "limits" | "requests"): { readonly [resource: string]: Json | undefined } {
  return objectAt(objectAt(site.container, "resources"), key);
}

/** Names whose value is new or another. */
function changed({ before, after }: Change, key: "limits" | "requests"): readonly string[] {
  const [old, now] = [part(before, key), part(after, key)];
  return Object.keys(now).filter((name) => old[name] !== now[name]);
}

export const resources = defineField({
  id: "resources",
  title: "use beyond a limit, and room for a request",
  paths: ["container.resources"],
  effective: (site) => objectAt(site.container, "resources"),
  judge: (change) => {
    const [limits, requests] = [changed(change, "limits"), changed(change, "requests")];
    // What is not asked for is asked for as far as the limit goes.
    const already = requests.filter(
      (name) => part(change.before, "limits")[name] === part(change.after, "requests")[name],
    );
    const more = requests.filter((name) => !already.includes(name));
    if (limits.length + more.length === 0)
      return clearByConstruction("No limit and no request grows tighter");
    const missing: readonly Missing[] = [
      ...limits.map((name) => ({
        text: `how much ${name} it uses at most`,
        remedy: watching[name] ?? "look at how much it uses at most",
      })),
      ...(more.length === 0
        ? []
        : [
            {
              text: `whether nodes have room for its request of ${more.join(", ")}`,
              remedy: "compare with kubectl describe nodes",
            },
          ]),
    ];
    return unknownFor("How much it uses, sensors do not tell", missing);
  },
  examples: {
    clear: [
      {
        name: "a limit goes",
        before: { container: { resources: { limits: { cpu: "1" } } } },
        after: {},
      },
      {
        name: "a request that the limit makes anyway",
        before: { container: { resources: { limits: { cpu: "1" } } } },
        after: { container: { resources: { limits: { cpu: "1" }, requests: { cpu: "1" } } } },
      },
    ],
    unknown: [
      { name: "a limit comes", after: { container: { resources: { limits: { memory: "1Gi" } } } } },
      { name: "a request comes", after: { container: { resources: { requests: { memory: "1Gi" } } } } },
    ],
  },
});
