/** The shape of a CEL function, and how a library lists its functions. */
import type { Value } from "./value.ts";

/** Evaluates a call. Arguments (the target first) are never failures unless the function says it takes them. */
export type Apply = (a: Value, b: Value, c: Value, d: Value) => Value;

/**
 * A function. `overloads` are written `id receiver.(types) -> type`, or `id (types) -> type` where it is not called
 * on a receiver; the ids are those of cel-go and Kubernetes, as costs go by them.
 */
export interface FunctionDefinition {
  readonly name: string;
  readonly overloads: readonly string[];
  readonly apply: Apply;
}

/** Lists a function. */
export function define(name: string, overloads: readonly string[], apply: Apply): FunctionDefinition {
  return { name, overloads, apply };
}
