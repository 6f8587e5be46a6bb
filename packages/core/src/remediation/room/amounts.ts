/** Amounts of resources in whole units: thousandths of a processor, bytes, pieces; rounded up, as the scheduler counts. */
import { parseQuantity } from "../../controls/cel/values/quantity.ts";
import { isJsonObject, type Json } from "../../model/json.ts";

/** By the name of the resource: `cpu`, `memory`, `nvidia.com/gpu`. */
export type Amounts = ReadonlyMap<string, number>;

export const noAmounts: Amounts = new Map();

/** Sums of as many as a cluster has pods stay exact below it. */
const most = 2 ** 50;

/** `undefined` where it is no quantity. `requests.cpu` of a quota counts as `cpu` does. */
export function unitsOf(name: string, value: Json | undefined): number | undefined {
  if (typeof value !== "string" && typeof value !== "number") return undefined;
  const quantity = parseQuantity(String(value));
  if (quantity === undefined) return undefined;
  const exponent = quantity.scale + (isProcessor(name) ? 3 : 0);
  const digits = Number(quantity.digits);
  const units = exponent < 0 ? digits / 10 ** -exponent : digits * 10 ** exponent;
  return Math.min(Math.ceil(units), most);
}

export function amountsOf(value: Json | undefined): Amounts {
  if (!isJsonObject(value)) return noAmounts;
  const found = Object.entries(value).flatMap(([name, amount]) => {
    const units = unitsOf(name, amount);
    return units === undefined ? [] : [[name, units] as const];
  });
  return found.length === 0 ? noAmounts : new Map(found);
}

/** Adds to the first. */
export function addTo(sum: Map<string, number>, more: Amounts, times = 1): void {
  for (const [name, amount] of more) sum.set(name, (sum.get(name) ?? 0) + amount * times);
}

/** Where the first asks for more of something than the second. */
export function grownIn(after: Amounts, before: Amounts): readonly string[] {
  return [...after].flatMap(([name, amount]) => (amount > (before.get(name) ?? 0) ? [name] : [])).sort();
}

/** As people write it: `250m`, `2`, `1536Mi`. */
export function amountText(name: string, units: number): string {
  if (isProcessor(name)) return units % 1_000 === 0 ? String(units / 1_000) : `${units}m`;
  for (const [unit, size] of binary) if (units >= size && units % size === 0) return `${units / size}${unit}`;
  if (units >= 1_048_576 && /memory|storage|hugepages/.test(name))
    return `${Math.floor(units / 1_048_576)}Mi`;
  return String(units);
}

/** `500m cpu and 256Mi memory` */
export function amountsText(amounts: Amounts): string {
  return [...amounts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, units]) => `${amountText(name, units)} ${name}`)
    .join(" and ");
}

const binary = [
  ["Gi", 2 ** 30],
  ["Mi", 2 ** 20],
  ["Ki", 2 ** 10],
] as const;

function isProcessor(name: string): boolean {
  return /^((requests|limits)\.)?cpu$/.test(name);
}
