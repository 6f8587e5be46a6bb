/** What an expression reads of its variables: where two frames hold the same there, it gives the same for both. */
import { boundBy } from "../checker/macro.ts";
import { children } from "./ast.ts";
import type { Ast } from "./ast.ts";

/** A place that is read, with all that is in it: a variable by its number among the names, and the keys from there. */
export interface Read {
  readonly slot: number;
  readonly keys: readonly string[];
}

/** The places read, none of which is inside another; `undefined` where that cannot be told. */
export function readsOf(asts: readonly Ast[], names: readonly string[]): readonly Read[] | undefined {
  const reads: Read[] = [];
  const isKnown = asts.every((ast) => collect(ast, names, new Set(), reads));
  return isKnown ? outermost(reads) : undefined;
}

function collect(ast: Ast, names: readonly string[], bound: ReadonlySet<string>, into: Read[]): boolean {
  const path = pathOf(ast);
  if (path !== undefined) {
    if (path.name.startsWith(".")) return false;
    const slot = bound.has(path.name) ? -1 : names.indexOf(path.name);
    if (slot >= 0) into.push({ slot, keys: path.keys });
    return true;
  }
  // A name that a macro binds stands for what is in the macro's range, which is read whole; it hides names like it.
  const count = ast.kind === "call" ? (boundBy(ast) ?? 0) : 0;
  const args = ast.kind === "call" ? ast.args.slice(0, count) : [];
  const inner = new Set([...bound, ...args.flatMap((arg) => (arg.kind === "ident" ? [arg.name] : []))]);
  return children(ast).every((child) => {
    if (args.includes(child)) return true;
    const isRange = ast.kind === "call" && child === ast.target;
    return collect(child, names, isRange ? bound : inner, into);
  });
}

/** The name and constant keys that a chain of selects and indexes spells, `undefined` for anything else. */
function pathOf(ast: Ast): { readonly name: string; readonly keys: readonly string[] } | undefined {
  if (ast.kind === "ident") return { name: ast.name, keys: [] };
  if (ast.kind !== "select" && ast.kind !== "index") return undefined;
  const start = pathOf(ast.operand);
  if (start === undefined) return undefined;
  if (ast.kind === "select") return { name: start.name, keys: [...start.keys, ast.field] };
  if (ast.index.kind !== "literal" || typeof ast.index.value !== "string") return undefined;
  return { name: start.name, keys: [...start.keys, ast.index.value] };
}

function outermost(reads: readonly Read[]): readonly Read[] {
  const isInside = (inner: Read, outer: Read): boolean =>
    inner.slot === outer.slot && outer.keys.every((key, index) => inner.keys[index] === key);
  return reads.filter(
    (read, index) =>
      !reads.some(
        (other, at) =>
          isInside(read, other) && (other.keys.length < read.keys.length || (at < index && other !== read)),
      ),
  );
}
