/**
 * What LimitRanges of a namespace make of a pod, and refuse of it.
 *
 * Copied rules: Kubernetes v1.35.4, plugin/pkg/admission/limitranger/admission.go, and the defaults of a LimitRange,
 * pkg/apis/core/v1/defaults.go.
 */
import { isJsonObject, type Json, type JsonObject } from "../../model/json.ts";
import type { Resource } from "../../model/resource.ts";
import { amountsOf, amountText, type Amounts } from "./amounts.ts";
import { entriesOf, type Defaults, type Demand } from "./demand.ts";

export function defaultsOf(ranges: readonly Resource[]): Defaults {
  const requests = new Map<string, number>();
  const limits = new Map<string, number>();
  for (const item of ranges.flatMap(itemsOf)) {
    if (item["type"] !== "Container") continue;
    const most = new Map([...amountsOf(item["max"]), ...amountsOf(item["default"])]);
    const asked = new Map([...amountsOf(item["min"]), ...most, ...amountsOf(item["defaultRequest"])]);
    for (const [name, amount] of most) limits.set(name, amount);
    for (const [name, amount] of asked) requests.set(name, amount);
  }
  return { requests, limits };
}

/** In words, what the API server would not admit. */
export function refusedBy(ranges: readonly Resource[], demand: Demand): readonly string[] {
  const above = demand.containers.flatMap(({ name, requests, limits }) =>
    [...requests].flatMap(([resource, asked]) => {
      const limit = limits.get(resource);
      return limit === undefined || asked <= limit
        ? []
        : [
            `container ${name} asks for ${amountText(resource, asked)} ${resource}, more than its limit of ${amountText(resource, limit)}`,
          ];
    }),
  );
  const refused = ranges.flatMap((range) =>
    itemsOf(range).flatMap((item) => {
      const told = (who: string, of: Pick<Demand, "requests" | "limits">): readonly string[] =>
        refusals(item, of).map((text) => `LimitRange ${range.metadata.name} ${text} (${who})`);
      if (item["type"] === "Container")
        return demand.containers.flatMap((each) => told(`container ${each.name}`, each));
      return item["type"] === "Pod" ? told("the pod as a whole", demand) : [];
    }),
  );
  return [...above, ...refused];
}

function refusals(
  item: JsonObject,
  { requests, limits }: Pick<Demand, "requests" | "limits">,
): readonly string[] {
  return [
    ...each(item["min"], (name, least) => {
      const low = [requests.get(name) ?? 0, limits.get(name) ?? Infinity].filter((amount) => amount < least);
      const text = amountText(name, least);
      return low.length === 0
        ? undefined
        : `wants ${text} ${name} at least, not ${amountText(name, low[0]!)}`;
    }),
    ...each(item["max"], (name, most) => {
      const text = `allows ${amountText(name, most)} ${name} at most`;
      const limit = limits.get(name);
      if (limit === undefined) return `${text}, and no limit is set`;
      const high = Math.max(limit, requests.get(name) ?? 0);
      return high > most ? `${text}, not ${amountText(name, high)}` : undefined;
    }),
    ...each(item["maxLimitRequestRatio"], (name, _, written) => {
      const ratio = Number(amountsOf({ ratio: written }).get("ratio") ?? NaN);
      const [asked, limit] = [requests.get(name) ?? 0, limits.get(name) ?? 0];
      const isWithin = asked > 0 && limit > 0 && limit / asked <= ratio;
      return isWithin ? undefined : `allows a limit of ${name} no more than ${ratio} times the request`;
    }),
  ];
}

function each(
  value: Json | undefined,
  refusal: (name: string, amount: number, written: Json) => string | undefined,
): readonly string[] {
  if (!isJsonObject(value)) return [];
  const amounts: Amounts = amountsOf(value);
  return [...amounts].flatMap(([name, amount]) => refusal(name, amount, value[name]!) ?? []);
}

function itemsOf(range: Resource): readonly JsonObject[] {
  const spec = range["spec"];
  return isJsonObject(spec) ? entriesOf(spec["limits"]) : [];
}
