/** A check that is going on: what is known so far, and what its parts share. */
import { errorAt } from "../failure.ts";
import type { FunctionDefinition } from "../library/registry.ts";
import type { Ast, ListLiteral, MapLiteral } from "../syntax/ast.ts";
import { DYN, paramOf, same, substitute, unify } from "./types.ts";
import type { Substitution, Type } from "./types.ts";

/** The fields of an object type that is declared. */
export type Fields = Readonly<Record<string, Type>>;

/** What was found of each expression: its type, and for a call its function and the overloads that fit. */
export interface Checked {
  readonly types: ReadonlyMap<Ast, Type>;
  readonly calls: ReadonlyMap<Ast, Resolution>;
  readonly type: Type;
}

/** What a call comes to: its function, and its arguments with the receiver first. */
export interface Resolution {
  readonly name: string;
  /** The one overload that fits, or empty where several do. */
  readonly overload: string;
  readonly args: readonly Ast[];
}

/** A check that is going on. */
export interface Checker {
  readonly source: string;
  /** Finds the type of an expression. */
  readonly infer: (checker: Checker, ast: Ast) => Type;
  readonly outer: ReadonlyMap<string, Type>;
  readonly objects: ReadonlyMap<string, Fields>;
  names: ReadonlyMap<string, Type>;
  known: Substitution;
  fresh: number;
  readonly types: Map<Ast, Type>;
  readonly calls: Map<Ast, Resolution>;
  /** The list and map literals whose elements must have one type. */
  readonly literals: (ListLiteral | MapLiteral)[];
  /** Whether what is being checked is in a call of `format`, which takes values of any types. */
  mixed: boolean;
}

/** The type of an expression, which is noted. */
export function typeFor(checker: Checker, ast: Ast): Type {
  const type = checker.infer(checker, ast);
  checker.types.set(ast, type);
  return type;
}

/** A type parameter that occurs nowhere else. */
export function freshType(checker: Checker): Type {
  return paramOf(`_${checker.fresh++}`);
}

/** A type with what is known of its parameters. */
export function resolved(checker: Checker, type: Type): Type {
  return substitute(checker.known, type, false);
}

/** Whether one type fits another; if so, what follows is noted. */
export function accepts(checker: Checker, a: Type, b: Type): boolean {
  const known = unify(checker.known, [a], [b]);
  if (known !== undefined) checker.known = known;
  return known !== undefined;
}

/** Refuses the expression. */
export function refuse(checker: Checker, at: number, message: string): never {
  throw errorAt(checker.source, at, message);
}

/** The overload that takes arguments of some types, and what it gives; no overload is named where several fit. */
export function resolveOverload(
  checker: Checker,
  { overloads }: FunctionDefinition,
  args: readonly Type[],
  member: boolean,
): { readonly type: Type; readonly overload: string } | undefined {
  let result: Type | undefined;
  let id = "";
  for (const overload of overloads) {
    if (overload.member !== member || overload.args.length !== args.length) continue;
    const names = new Map<string, Type>();
    const fresh = (type: Type): Type => instantiate(checker, type, names);
    const known = unify(checker.known, args, overload.args.map(fresh));
    if (known === undefined) continue;
    checker.known = known;
    const type = resolved(checker, fresh(overload.result));
    id = result === undefined ? overload.id : "";
    if (result === undefined) result = type;
    else if (result.name !== "dyn" && !same(type, result)) result = DYN;
  }
  return result === undefined ? undefined : { type: result, overload: id };
}

/** A signature's type with type parameters of this call. */
function instantiate(checker: Checker, type: Type, names: Map<string, Type>): Type {
  if (type.param) {
    const found = names.get(type.name) ?? freshType(checker);
    names.set(type.name, found);
    return found;
  }
  return type.of.length === 0
    ? type
    : { ...type, of: type.of.map((part) => instantiate(checker, part, names)) };
}
