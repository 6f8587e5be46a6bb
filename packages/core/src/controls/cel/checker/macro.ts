/** The types of macros: of the variables they bind, and of what they give. */
import type { Ast, Call } from "../syntax/ast.ts";
import { inferSelect } from "./select.ts";
import { accepts, freshType, refuse, resolveOverload, resolved, typeFor } from "./state.ts";
import type { Checker } from "./state.ts";
import { functions } from "../library/library.ts";
import { BOOL, DYN, INT, listOf, mapOf, optionalOf, show } from "./types.ts";
import type { Type } from "./types.ts";

/** The macros by name and number of arguments, with how many variables each binds. */
const MACROS: ReadonlyMap<string, number> = new Map([
  ...["all", "exists", "exists_one", "filter", "map", "optMap", "optFlatMap", "sortBy"].map(
    (n) => [`${n}/2`, 1] as const,
  ),
  ["map/3", 1],
  ...["all", "exists", "exists_one", "existsOne"].map((n) => [`${n}/3`, 2] as const),
  ...["transformList", "transformMap", "transformMapEntry"].flatMap((n) => [
    [`${n}/3`, 2] as const,
    [`${n}/4`, 2] as const,
  ]),
]);

/** How many variables a call binds as a macro, or undefined where it is none. */
export function boundBy(ast: Call): number | undefined {
  return ast.target === undefined ? undefined : MACROS.get(`${ast.name}/${ast.args.length}`);
}

/** The type of a macro, or undefined where the call is none. Throws CelError where its arguments are not right. */
export function checkMacro(checker: Checker, ast: Call): Type | undefined {
  if (ast.target === undefined && ast.name === "has" && ast.args.length === 1) return checkHas(checker, ast);
  const count = boundBy(ast);
  if (count === undefined) return undefined;
  if (ast.name === "optMap" || ast.name === "optFlatMap") return checkOptMap(checker, ast);
  const names = ast.args.slice(0, count).map((arg) => variable(checker, arg));
  if (names[0] === names[1])
    refuse(checker, ast.args[1]?.at ?? ast.at, `duplicate variable name: ${names[0]}`);
  const types = rangeTypes(checker, ast, count);
  return within(checker, names, types, () => checkBody(checker, ast, count, types));
}

function checkHas(checker: Checker, ast: Call): Type {
  const [arg] = ast.args;
  if (arg?.kind !== "select" || arg.optional)
    return refuse(checker, ast.at, "invalid argument to has() macro");
  checker.types.set(arg, inferSelect(checker, arg, false));
  return BOOL;
}

/** The name that an argument of a macro binds. */
export function variable(checker: Checker, arg: Ast | undefined): string {
  if (arg?.kind !== "ident" || arg.name.startsWith(".")) {
    return refuse(checker, arg?.at ?? 0, "argument must be a simple name");
  }
  if (arg.name === "__result__")
    refuse(checker, arg.at, "iteration variable overwrites accumulator variable");
  return arg.name;
}

/** The types of the variables of a loop over the target of a macro. */
function rangeTypes(checker: Checker, ast: Call, count: number): readonly Type[] {
  const target = ast.target as Ast;
  const range = resolved(checker, typeFor(checker, target));
  if (range.name === "list" && !range.param)
    return count === 1 ? [range.of[0] ?? DYN] : [INT, range.of[0] ?? DYN];
  if (range.name === "map" && !range.param) return range.of.slice(0, count);
  if (!range.param && range.name !== "dyn") {
    refuse(checker, target.at, `expression of type '${show(range)}' cannot be range of a comprehension`);
  }
  accepts(checker, DYN, range);
  return count === 1 ? [DYN] : [DYN, DYN];
}

/** Does something while names are bound. */
function within<T>(checker: Checker, names: readonly string[], types: readonly Type[], act: () => T): T {
  const before = checker.names;
  const inner = new Map(before);
  names.forEach((name, i) => inner.set(name, types[i] ?? DYN));
  checker.names = inner;
  const result = act();
  checker.names = before;
  return result;
}

function checkBody(checker: Checker, ast: Call, count: number, types: readonly Type[]): Type {
  const last = ast.args.at(-1) as Ast;
  switch (ast.name) {
    case "all":
    case "exists":
    case "exists_one":
    case "existsOne":
      return condition(checker, last);
    case "filter":
      condition(checker, last);
      return listOf(typeFor(checker, ast.args[0] as Ast));
    case "sortBy":
      return checkSort(checker, ast, typeFor(checker, last));
  }
  if (ast.args.length === count + 2) condition(checker, ast.args[count] as Ast);
  const made = typeFor(checker, last);
  if (ast.name === "transformMap") return mapOf(types[0] ?? DYN, made);
  if (ast.name !== "transformMapEntry") return listOf(made);
  const entries = mapOf(freshType(checker), freshType(checker));
  if (!accepts(checker, made, entries))
    refuse(checker, last.at, `expected a map but found '${show(resolved(checker, made))}'`);
  return resolved(checker, entries);
}

function condition(checker: Checker, ast: Ast): Type {
  const type = typeFor(checker, ast);
  if (accepts(checker, type, BOOL)) return BOOL;
  return refuse(checker, ast.at, `expected type 'bool' but found '${show(resolved(checker, type))}'`);
}

function checkSort(checker: Checker, ast: Call, key: Type): Type {
  const definition = functions.get("@sortByAssociatedKeys");
  const args = [checker.types.get(ast.target as Ast) ?? DYN, listOf(key)];
  const found = definition === undefined ? undefined : resolveOverload(checker, definition, args, true);
  if (found === undefined) return refuse(checker, ast.at, `cannot sort by '${show(resolved(checker, key))}'`);
  checker.calls.set(ast, { name: "@sortByAssociatedKeys", args: ast.args, overload: found.overload });
  return found.type;
}

function checkOptMap(checker: Checker, ast: Call): Type {
  const held = freshType(checker);
  const target = ast.target as Ast;
  const type = typeFor(checker, target);
  if (!accepts(checker, type, optionalOf(held))) {
    refuse(
      checker,
      ast.at,
      `found no matching overload for '${ast.name}' applied to '${show(resolved(checker, type))}'`,
    );
  }
  const name = variable(checker, ast.args[0]);
  const made = within(checker, [name], [resolved(checker, held)], () => typeFor(checker, ast.args[1] as Ast));
  const wrapped = ast.name === "optMap" ? optionalOf(made) : made;
  const choice = functions.get("_?_:_");
  const none = optionalOf(freshType(checker));
  const found =
    choice === undefined ? undefined : resolveOverload(checker, choice, [BOOL, wrapped, none], false);
  if (found !== undefined) return found.type;
  return refuse(
    checker,
    ast.at,
    `expected type 'optional_type' but found '${show(resolved(checker, made))}'`,
  );
}
