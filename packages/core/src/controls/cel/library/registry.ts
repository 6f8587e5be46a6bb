/** The shape of a CEL function, and how a library lists its functions. */
import { readType, readTypes } from "../checker/types.ts";
import type { Type } from "../checker/types.ts";
import type { Value } from "../values/value.ts";

/** Evaluates a call. Arguments (the target first) are never failures; those that were not given are undefined. */
export type Apply = (a: Value, b: Value, c: Value, d: Value) => Value;

/** One signature of a function. With `member`, the first argument is the receiver. */
export interface Overload {
  readonly id: string;
  readonly member: boolean;
  readonly args: readonly Type[];
  readonly result: Type;
}

/** A function. The ids of its overloads are those of cel-go and Kubernetes, as costs go by them. */
export interface FunctionDefinition {
  readonly name: string;
  readonly overloads: readonly Overload[];
  readonly apply: Apply;
}

/**
 * Lists a function. Its overloads are written `id receiver.(types) -> type`, or `id (types) -> type` where it is not
 * called on a receiver.
 */
export function define(name: string, overloads: readonly string[], apply: Apply): FunctionDefinition {
  let read: readonly Overload[] | undefined;
  return {
    name,
    get overloads() {
      return (read ??= overloads.map(readOverload));
    },
    apply,
  };
}

const OVERLOAD = /^(\S+) (?:(.+)\.)?\((.*)\) -> (.+)$/;

function readOverload(text: string): Overload {
  const [, id = "", receiver, args = "", result = ""] = OVERLOAD.exec(text) ?? [];
  const types = readTypes(args);
  return {
    id,
    member: receiver !== undefined,
    args: receiver === undefined ? types : [readType(receiver), ...types],
    result: readType(result),
  };
}
