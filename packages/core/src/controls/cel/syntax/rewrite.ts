/** Changes the names in an expression, as is needed to move it to where other variables are. */
import { boundBy } from "../checker/macro.ts";
import { mapChildren } from "./ast.ts";
import type { Ast, Call } from "./ast.ts";

/** The names of variables that an expression uses and does not bind itself. */
export function freeNames(ast: Ast): ReadonlySet<string> {
  const names = new Set<string>();
  collect(ast, new Set(), names);
  return names;
}

function collect(ast: Ast, bound: ReadonlySet<string>, into: Set<string>): void {
  if (ast.kind === "ident" && !bound.has(ast.name)) into.add(ast.name);
  mapScoped(ast, bound, (child, inner) => {
    collect(child, inner, into);
    return child;
  });
}

/** The names that a macro binds, in the order of its arguments. */
function boundNames(call: Call): readonly string[] {
  return call.args.slice(0, boundBy(call) ?? 0).flatMap((arg) => (arg.kind === "ident" ? [arg.name] : []));
}

/** Changes what is directly in an expression, each with the names that are bound there; names being bound are left. */
function mapScoped(
  ast: Ast,
  bound: ReadonlySet<string>,
  change: (child: Ast, bound: ReadonlySet<string>) => Ast,
): Ast {
  const names = ast.kind === "call" ? boundNames(ast) : [];
  if (ast.kind !== "call" || names.length === 0) return mapChildren(ast, (child) => change(child, bound));
  const target = ast.target === undefined ? {} : { target: change(ast.target, bound) };
  const inner = new Set([...bound, ...names]);
  return { ...ast, ...target, args: ast.args.map((arg, i) => (i < names.length ? arg : change(arg, inner))) };
}

/**
 * An expression with variables replaced by expressions. What macros bind is not replaced, and is given another name
 * where it would take a name of a replacement.
 */
export function replaceNames(ast: Ast, replacements: ReadonlyMap<string, Ast>): Ast {
  const taken = new Set(Array.from(replacements.values()).flatMap((value) => Array.from(freeNames(value))));
  return replace(ast, replacements, taken);
}

function replace(ast: Ast, replacements: ReadonlyMap<string, Ast>, taken: ReadonlySet<string>): Ast {
  if (ast.kind === "ident") return replacements.get(ast.name) ?? ast;
  const names = ast.kind === "call" ? boundNames(ast) : [];
  if (ast.kind !== "call" || names.length === 0)
    return mapChildren(ast, (child) => replace(child, replacements, taken));
  const inner = new Map(replacements);
  const args = ast.args.map((arg, i): Ast => {
    if (arg.kind !== "ident" || i >= names.length) return arg;
    inner.delete(arg.name);
    const name = unlike(arg.name, taken, ast);
    if (name !== arg.name) inner.set(arg.name, { ...arg, name });
    return { ...arg, name };
  });
  const rest = args.map((arg, i) => (i < names.length ? arg : replace(arg, inner, taken)));
  const target = ast.target === undefined ? {} : { target: replace(ast.target, replacements, taken) };
  return { ...ast, args: rest, ...target };
}

/** A name that is not taken, nor used in a macro. */
function unlike(name: string, taken: ReadonlySet<string>, macro: Call): string {
  if (!taken.has(name)) return name;
  const used = freeNames({ ...macro, name: "", args: macro.args });
  for (let i = 1; ; i++) if (!taken.has(`${name}${i}`) && !used.has(`${name}${i}`)) return `${name}${i}`;
}
