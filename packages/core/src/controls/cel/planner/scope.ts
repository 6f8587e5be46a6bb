/** What the names in an expression stand for while it is compiled. */
import type { Checked } from "../checker/state.ts";
import { TYPE_NAMES } from "../checker/types.ts";
import type { CelError } from "../failure.ts";
import { errorAt } from "../failure.ts";
import type { Ast } from "../syntax/ast.ts";
import type { Plan } from "./node.ts";
import type { Frame, Run } from "./path.ts";
import { TypeValue } from "../values/value.ts";
import type { Value } from "../values/value.ts";

/** The place of a variable that a macro binds. */
export interface Cell {
  value: Value | undefined;
}

/** A name's meaning: a slot of the frame, a variable of a macro, or a type. */
export type Binding =
  | { readonly kind: "slot"; readonly slot: number }
  | { readonly kind: "local"; readonly read: Run }
  | { readonly kind: "type"; readonly value: TypeValue };

/** The compilation of one expression. */
export interface Scope {
  readonly source: string;
  readonly names: ReadonlyMap<string, Binding>;
  readonly outer: ReadonlyMap<string, Binding>;
  readonly used: Set<string>;
  readonly checked: Checked;
  readonly planner: Planner;
}

/** Compiles an expression in a scope. */
export type Planner = (scope: Scope, ast: Ast) => Plan;

/** The scope of a whole expression: its variables, in the order of their slots, and the types. */
export function openScope(
  source: string,
  names: readonly string[],
  checked: Checked,
  planner: Planner,
): Scope {
  const bindings = new Map<string, Binding>();
  for (const name of TYPE_NAMES) bindings.set(name, { kind: "type", value: new TypeValue(name) });
  names.forEach((name, slot) => bindings.set(name, { kind: "slot", slot }));
  return { source, names: bindings, outer: bindings, used: new Set(), checked, planner };
}

/** The scope inside a macro that binds a name to what `read` gives. */
export function bind(scope: Scope, name: string, read: Run): Scope {
  return { ...scope, names: new Map(scope.names).set(name, { kind: "local", read }) };
}

/** The plan of an expression in a scope. Throws CelError where it is not valid. */
export function plan(scope: Scope, ast: Ast): Plan {
  return scope.planner(scope, ast);
}

/** A cell, and how it is read. */
export function cell(): { readonly cell: Cell; readonly read: Run } {
  const made: Cell = { value: null };
  return { cell: made, read: (_frame: Frame) => made.value as Value };
}

/** What a name stands for; a leading dot skips what macros bind. Undefined where it stands for nothing. */
export function lookup(scope: Scope, name: string): Binding | undefined {
  const plain = name.startsWith(".") ? name.slice(1) : name;
  const found = (plain === name ? scope.names : scope.outer).get(plain);
  if (found?.kind === "slot") scope.used.add(plain);
  return found;
}

/** The refusal of an expression for what stands at a place in it. */
export function refuse(scope: Scope, at: number, message: string): CelError {
  return errorAt(scope.source, at, message);
}
