/**
 * Checks an expression before it runs, as Kubernetes does: names, functions, numbers and types of arguments, and which
 * overloads a call may come to. What comes from objects is of type dyn, which fits anything.
 */
import { functions } from "../library/library.ts";
import { dotted } from "../syntax/ast.ts";
import type { Ast, Binary, Call, Conditional, ListLiteral, Logic, MapLiteral } from "../syntax/ast.ts";
import { typeName } from "../values/value.ts";
import type { Value } from "../values/value.ts";
import { checkMacro } from "./macro.ts";
import { inferSelect } from "./select.ts";
import { accepts, freshType, refuse, resolveOverload, resolved, typeFor } from "./state.ts";
import type { Checked, Checker, Fields } from "./state.ts";
import { checkTemplate } from "./template.ts";
import {
  BOOL,
  DYN,
  NULL,
  TYPE_NAMES,
  listOf,
  mapOf,
  mostGeneral,
  named,
  optionalOf,
  readType,
  same,
  show,
  substitute,
  typeOf,
} from "./types.ts";
import type { Type } from "./types.ts";

/** Checks an expression over variables of given types. Throws CelError at the first mistake. */
export function check(
  source: string,
  ast: Ast,
  names: ReadonlyMap<string, Type>,
  objects: ReadonlyMap<string, Fields>,
): Checked {
  const checker: Checker = {
    source,
    infer,
    outer: names,
    names,
    objects,
    known: new Map(),
    fresh: 0,
    types: new Map(),
    calls: new Map(),
    literals: [],
    mixed: false,
  };
  typeFor(checker, ast);
  for (const [node, type] of checker.types) checker.types.set(node, substitute(checker.known, type, true));
  for (const literal of checker.literals) checkUniform(checker, literal);
  for (const [node, { name }] of checker.calls) if (name === "format") checkTemplate(checker, node);
  return { types: checker.types, calls: checker.calls, type: checker.types.get(ast) ?? DYN };
}

function infer(checker: Checker, ast: Ast): Type {
  switch (ast.kind) {
    case "literal":
      return literalType(ast.value);
    case "ident":
    case "select":
      return inferName(checker, ast);
    case "index":
      return call(checker, ast, ast.optional ? "_[?_]" : "_[_]", [ast.operand, ast.index], false);
    case "call":
      return checkMacro(checker, ast) ?? inferCall(checker, ast);
    case "unary":
      return call(checker, ast, `${ast.operator}_`, [ast.operand], false);
    case "binary":
      return inferBinary(checker, ast);
    case "logic":
      return inferLogic(checker, ast);
    case "conditional":
      return inferConditional(checker, ast);
    case "list":
      return inferList(checker, ast);
    case "map":
      return inferMap(checker, ast);
    case "message":
      return refuse(checker, ast.at, `undeclared reference to '${ast.type}'`);
  }
}

function literalType(value: Value): Type {
  return value === null ? NULL : named(typeName(value));
}

function inferName(checker: Checker, ast: Ast): Type {
  const name = dotted(ast);
  const type = name === undefined ? undefined : lookup(checker, name);
  if (type !== undefined) return type;
  if (ast.kind === "select") return inferSelect(checker, ast, ast.optional);
  return refuse(checker, ast.at, `undeclared reference to '${name}'`);
}

/** Types whose names as values are not those of signatures. */
const TYPES_BY_NAME: Readonly<Record<string, string>> = {
  list: "list(A)",
  map: "map(A, B)",
  null_type: "null",
  "google.protobuf.Timestamp": "timestamp",
  "google.protobuf.Duration": "duration",
};

function lookup(checker: Checker, name: string): Type | undefined {
  const plain = name.startsWith(".") ? name.slice(1) : name;
  const found = (plain === name ? checker.names : checker.outer).get(plain);
  if (found !== undefined) return found;
  if (!TYPE_NAMES.includes(plain)) return undefined;
  return typeOf(readType(TYPES_BY_NAME[plain] ?? plain));
}

function inferBinary(checker: Checker, ast: Binary): Type {
  return call(
    checker,
    ast,
    ast.operator === "in" ? "@in" : `_${ast.operator}_`,
    [ast.left, ast.right],
    false,
  );
}

function inferLogic(checker: Checker, ast: Logic): Type {
  for (const term of ast.terms) {
    const type = typeFor(checker, term);
    if (!accepts(checker, type, BOOL)) {
      refuse(checker, term.at, `expected type 'bool' but found '${show(resolved(checker, type))}'`);
    }
  }
  return BOOL;
}

function inferConditional(checker: Checker, ast: Conditional): Type {
  return call(checker, ast, "_?_:_", [ast.condition, ast.yes, ast.no], false);
}

/** Joins the type of one more element of a literal with that of those before. */
function join(checker: Checker, before: Type | undefined, type: Type): Type {
  if (before === undefined) return type;
  return accepts(checker, before, type) ? mostGeneral(before, type) : DYN;
}

function mismatch(checker: Checker, wanted: Type, found: Type): string {
  const text = (type: Type): string => show(substitute(checker.known, type, true));
  return `expected type '${text(wanted)}' but found '${text(found)}'`;
}

/** What an optional element or entry holds. */
function unwrapped(checker: Checker, ast: Ast, type: Type, optional: boolean): Type {
  if (!optional) return type;
  if (type.name === "optional_type") return type.of[0] ?? DYN;
  return type.name === "dyn" ? type : refuse(checker, ast.at, mismatch(checker, optionalOf(type), type));
}

function inferList(checker: Checker, ast: ListLiteral): Type {
  if (!checker.mixed) checker.literals.push(ast);
  let type: Type | undefined;
  for (const { value, optional } of ast.elements) {
    type = join(checker, type, unwrapped(checker, value, typeFor(checker, value), optional));
  }
  return listOf(type ?? freshType(checker));
}

function inferMap(checker: Checker, ast: MapLiteral): Type {
  if (!checker.mixed) checker.literals.push(ast);
  let key: Type | undefined;
  let type: Type | undefined;
  for (const entry of ast.entries) {
    key = join(checker, key, typeFor(checker, entry.key));
    const held = unwrapped(checker, entry.value, typeFor(checker, entry.value), entry.optional);
    type = join(checker, type, held);
  }
  return mapOf(key ?? freshType(checker), type ?? freshType(checker));
}

function inferCall(checker: Checker, ast: Call): Type {
  const plain = ast.name.startsWith(".") ? ast.name.slice(1) : ast.name;
  if (ast.target === undefined) return call(checker, ast, plain, ast.args, false);
  const prefix = dotted(ast.target);
  const whole = prefix === undefined ? plain : `${prefix}.${plain}`;
  if (whole !== plain && functions.has(whole)) return call(checker, ast, whole, ast.args, false);
  return call(checker, ast, plain, [ast.target, ...ast.args], true);
}

/** The type of a call of a function; which overloads fit is noted. */
export function call(checker: Checker, ast: Ast, name: string, args: readonly Ast[], member: boolean): Type {
  const { mixed } = checker;
  checker.mixed ||= name === "format" && member;
  const [target, ...others] = args;
  const types = (member ? others : args).map((arg) => typeFor(checker, arg));
  if (member && target !== undefined) types.unshift(typeFor(checker, target));
  checker.mixed = mixed;
  const definition = functions.get(name);
  if (definition === undefined) return refuse(checker, ast.at, `undeclared reference to '${name}'`);
  const found = resolveOverload(checker, definition, types, member);
  if (found === undefined) {
    const shown = types.map((type) => show(substitute(checker.known, type, true)));
    const applied = member ? `${shown[0]}.(${shown.slice(1).join(", ")})` : `(${shown.join(", ")})`;
    return refuse(checker, ast.at, `found no matching overload for '${name}' applied to '${applied}'`);
  }
  checker.calls.set(ast, { name, args, overload: found.overload });
  return found.type;
}

/** Kubernetes wants the elements of a literal to have one type. */
function checkUniform(checker: Checker, literal: ListLiteral | MapLiteral): void {
  const typed = (ast: Ast, optional = false): readonly [Ast, Type] => {
    const type = checker.types.get(ast) ?? DYN;
    return [ast, optional ? (type.of[0] ?? DYN) : type];
  };
  if (literal.kind === "list") {
    return checkSame(
      checker,
      literal.elements.map((element) => typed(element.value, element.optional)),
    );
  }
  checkSame(
    checker,
    literal.entries.map((entry) => typed(entry.key)),
  );
  checkSame(
    checker,
    literal.entries.map((entry) => typed(entry.value, entry.optional)),
  );
}

function checkSame(checker: Checker, typed: readonly (readonly [Ast, Type])[]): void {
  const first = typed[0]?.[1];
  for (const [ast, type] of typed) {
    if (first !== undefined && !same(first, type)) {
      refuse(checker, ast.at, `expected type '${show(first)}' but found '${show(type)}'`);
    }
  }
}
