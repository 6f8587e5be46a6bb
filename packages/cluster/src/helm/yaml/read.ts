/** YAML to values as `sigs.k8s.io/yaml` reads it: every number a float64, of repeated keys the last. */
import { RefusedError } from "../../limit.ts";
import type { Raw } from "../../raw.ts";
import { readYaml } from "../../yaml.ts";
import { tick } from "../template/budget.ts";
import { dictOf, listOf, type Value } from "../template/value.ts";

export function valueOf(raw: Raw): Value {
  if (typeof raw === "bigint") return Number(raw);
  if (typeof raw !== "object" || raw === null) return raw;
  if (Array.isArray(raw)) return listOf(raw.map(valueOf));
  return dictOf(Object.keys(raw).map((key) => [key, valueOf(raw[key] ?? null)] as const));
}

/** The first document; null where there is none. Throws `RefusedError`. */
export function readFirst(text: string): Raw {
  return readYaml(text.replace(/^\ufeff/, ""), { repeated: "last" })[0]?.value ?? null;
}

/** What is wrong with a text, or its value. */
export function tryRead(text: string): { readonly value: Value } | { readonly error: string } {
  tick(text.length >>> 1);
  try {
    return { value: valueOf(readFirst(text)) };
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    const line = error.offset < 0 ? "" : `line ${text.slice(0, error.offset).split("\n").length}: `;
    return { error: `error converting YAML to JSON: yaml: ${line}${error.message}` };
  }
}
