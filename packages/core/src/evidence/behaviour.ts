/** What makes two behaviours one: a text that is the same for the same container, sensor, origin and detail. */
import type { Detection } from "../model/detection.ts";
import type { ContainerKey, Observation, ObservationDetail, Support, Watch } from "../model/observation.ts";

type Flat = string | number | boolean | undefined | readonly string[] | { readonly [key: string]: Flat };

/** JSON with sorted keys and nothing for what is absent. */
export function canonical(value: Flat): string {
  if (typeof value !== "object") return JSON.stringify(value) ?? "";
  if (Array.isArray(value)) return JSON.stringify(value);
  const object = value as { readonly [key: string]: Flat };
  const entries = Object.keys(object)
    .filter((key) => object[key] !== undefined)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonical(object[key])}`);
  return `{${entries.join(",")}}`;
}

export function detailKey(detail: ObservationDetail): string {
  return canonical(detail as unknown as Flat);
}

/** The detail without some of its fields. */
export function canonicalDetail(detail: ObservationDetail, without: readonly string[]): string {
  const kept = Object.entries(detail).filter(([key]) => !without.includes(key));
  return canonical(Object.fromEntries(kept) as unknown as Flat);
}

/** Of the workload's container, whatever image it runs. */
export function placeKey({ namespace, workloadKind, workload, container }: ContainerKey): string {
  return [namespace, workloadKind, workload, container].map((part) => JSON.stringify(part)).join("/");
}

const containerKeys = new WeakMap<ContainerKey, string>();

export function containerKey(container: ContainerKey): string {
  const known = containerKeys.get(container);
  if (known !== undefined) return known;
  const key = `${placeKey(container)}@${container.image ?? ""}`;
  containerKeys.set(container, key);
  return key;
}

export function observationKey({ container, sensor, trust, origin, detail }: Observation): string {
  return `${containerKey(container)} ${sensor} ${trust} ${origin ?? ""} ${detailKey(detail)}`;
}

export function watchKey({ container, pod, sensor, provenance }: Watch): string {
  return `${containerKey(container)} ${JSON.stringify([pod, sensor, provenance])}`;
}

export function detectionKey({ container, sensor, rule, program }: Detection): string {
  return `${containerKey(container)} ${JSON.stringify([sensor, rule, program ?? ""])}`;
}

export function supportKey({ pod, provenance }: Support): string {
  return JSON.stringify([pod, provenance]);
}

/** 53 bits of a text, evenly spread (cyrb53 by bryc, public domain): decides what is kept where not all can be. */
export function spread(text: string): number {
  let [high, low] = [0xdeadbeef, 0x41c6ce57];
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    high = Math.imul(high ^ code, 2654435761);
    low = Math.imul(low ^ code, 1597334677);
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
  return 4294967296 * (2097151 & low) + (high >>> 0);
}

export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
