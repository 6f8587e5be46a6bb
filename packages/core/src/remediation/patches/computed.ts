/** The values of fix steps that are worked out at the place: CEL over the resource as earlier steps left it. */
import { compile, type Program } from "../../controls/cel/compile.ts";
import { Boxed, CelMap, Optional, type Value, type Values } from "../../controls/cel/values/value.ts";
import { stepNames, type Place } from "../../controls/places.ts";
import { valueAt } from "../../inventory/path.ts";
import { credentialMarkerPrefix } from "../../model/credential.ts";
import type { Json } from "../../model/json.ts";
import type { Path } from "../../model/resource.ts";

const programs = new Map<string, Program>();

/** Compiles a step's `from` once. */
function stepProgram(text: string): Program {
  const known = programs.get(text);
  if (known !== undefined) return known;
  const program = compile(text, stepNames);
  programs.set(text, program);
  return program;
}

/**
 * What an expression of a step gives at a place of a resource; `undefined` where it gives nothing, or would copy a
 * credential that was left out when the resource was read.
 */
export function computedValue(text: string, state: Json, { pod, container, item }: Place): Json | undefined {
  const at = (path: Path | undefined): Json => (path === undefined ? null : (valueAt(state, path) ?? null));
  const outcome = stepProgram(text).evaluate([state, at(pod), at(container?.path), at(item)]);
  const value = jsonOf(outcome.value);
  return JSON.stringify(value ?? null).includes(credentialMarkerPrefix) ? undefined : value;
}

/** A CEL value as JSON, an optional as what it holds; `undefined` for what JSON cannot hold, at any depth. */
function jsonOf(value: Value | undefined): Json | undefined {
  if (value instanceof Optional) return jsonOf(value.value);
  if (value instanceof Boxed) return value instanceof CelMap ? mapOf(value) : undefined;
  if (isList(value)) return listOf(value);
  if (value === undefined || typeof value === "bigint" || Number.isNaN(value)) return undefined;
  return value as Json; // a map that is not boxed came from JSON
}

function isList(value: Value | undefined): value is Values {
  return Array.isArray(value);
}

function listOf(values: Values): Json | undefined {
  const made = values.map(jsonOf);
  return made.every((entry) => entry !== undefined) ? made : undefined;
}

function mapOf({ entries }: CelMap): Json | undefined {
  const made: { [key: string]: Json } = {};
  for (const [key, value] of entries.values()) {
    const inner = jsonOf(value);
    if (typeof key !== "string" || inner === undefined) return undefined;
    made[key] = inner;
  }
  return made;
}
