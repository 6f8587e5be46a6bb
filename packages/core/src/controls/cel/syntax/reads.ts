/** What an expression reads of its variables: where two frames hold the same there, it gives the same for both. */
import { boundBy } from "../checker/macro.ts";
import { children } from "./ast.ts";
import type { Ast, Call } from "./ast.ts";

/** A key, or each element of a list and each key of a map. */
export type ReadKey = string | typeof ofEach;

export const ofEach = null;

/** A place that is read: a variable by its number among the names, and the keys from there. */
export interface Read {
  readonly slot: number;
  readonly keys: readonly ReadKey[];
  /**
   * What of it tells: whether it is there; how many it holds; which of these texts it is, any other being as good as
   * another. Absent: all that is in it.
   */
  readonly only?: "presence" | "size" | readonly string[];
}

/** The places read, none of which is inside another; `undefined` where that cannot be told. */
export function readsOf(asts: readonly Ast[], names: readonly string[]): readonly Read[] | undefined {
  const reads: Read[] = [];
  const scope: Scope = { names, bound: new Map(), into: reads };
  const isKnown = asts.every((ast) => collect(ast, scope));
  return isKnown ? outermost(reads) : undefined;
}

type Place = Pick<Read, "slot" | "keys">;

interface Scope {
  readonly names: readonly string[];
  /** Names that macros bind, with the places whose elements they stand for; none where those are read whole anyway. */
  readonly bound: ReadonlyMap<string, readonly Place[]>;
  readonly into: Read[];
}

function collect(ast: Ast, scope: Scope): boolean {
  const path = pathOf(ast);
  if (path !== undefined) {
    if (path.name.startsWith(".")) return false;
    return note(placesOf(path, scope), scope);
  }
  if (ast.kind === "binary" && (ast.operator === "==" || ast.operator === "!=")) {
    if (noteAmong(ast.left, textsIn([ast.right]), scope)) return true;
    if (noteAmong(ast.right, textsIn([ast.left]), scope)) return true;
  }
  if (ast.kind === "binary" && ast.operator === "in") {
    const listed =
      ast.right.kind === "list" ? textsIn(ast.right.elements.map(({ value }) => value)) : undefined;
    if (noteAmong(ast.left, listed, scope)) return true;
    const sought = textsIn([ast.left]);
    const lists = sought === undefined ? undefined : valuesOf(ast.right, scope);
    if (lists !== undefined) return note(lists, scope, "size") && note(lists.map(elementOf), scope, sought!);
  }
  return ast.kind === "call"
    ? collectCall(ast, scope)
    : children(ast).every((child) => collect(child, scope));
}

function collectCall(ast: Call, scope: Scope): boolean {
  const { target, args, name } = ast;
  const [first] = args;
  if (name === "has" && target === undefined && first !== undefined && args.length === 1) {
    const path = pathOf(first);
    if (path !== undefined && !path.name.startsWith(".") && path.keys.length > 0)
      return note(placesOf(path, scope), scope, "presence");
  }
  const sized =
    name === "size" && args.length + (target === undefined ? 0 : 1) === 1 ? (target ?? first) : undefined;
  const sizes = sized === undefined ? undefined : valuesOf(sized, scope);
  if (sizes !== undefined) return note(sizes, scope, "size");
  const count = boundBy(ast);
  return count === undefined
    ? children(ast).every((child) => collect(child, scope))
    : collectMacro(ast, count, scope);
}

/** Macros that look at elements one by one and give none of them out. */
const looking = new Set(["all", "exists", "exists_one", "map"]);

/** A name that a macro binds stands for the elements of the macro's range; it hides names like it. */
function collectMacro({ target, args, name }: Call, count: number, scope: Scope): boolean {
  const names = args.slice(0, count).flatMap((arg) => (arg.kind === "ident" ? [arg.name] : []));
  const ranges = count === 1 && looking.has(name) ? valuesOf(target!, scope) : undefined;
  if (ranges === undefined ? !collect(target!, scope) : !note(ranges, scope, "size")) return false;
  const elements = (ranges ?? []).map(elementOf);
  const bound = new Map([...scope.bound, ...names.map((each) => [each, elements] as const)]);
  return args.slice(count).every((arg) => collect(arg, { ...scope, bound }));
}

function elementOf({ slot, keys }: Place): Place {
  return { slot, keys: [...keys, ofEach] };
}

function note(places: readonly Place[], { into }: Scope, only?: Read["only"]): boolean {
  for (const place of places) into.push(only === undefined ? place : { ...place, only });
  return true;
}

/** Notes that a value is compared with texts alone; false where it is not known whose value it is. */
function noteAmong(value: Ast, texts: readonly string[] | undefined, scope: Scope): boolean {
  const places = texts === undefined ? undefined : valuesOf(value, scope, false);
  return places !== undefined && note(places, scope, texts!);
}

function textsIn(asts: readonly Ast[]): readonly string[] | undefined {
  const texts = asts.flatMap((ast) =>
    ast.kind === "literal" && typeof ast.value === "string" ? [ast.value] : [],
  );
  return texts.length === asts.length ? texts : undefined;
}

/**
 * The places one of which an expression gives the value of, or (`joins`) the lists that it joins; `undefined`: it may be
 * another value.
 */
function valuesOf(ast: Ast, scope: Scope, joins = true): readonly Place[] | undefined {
  const path = pathOf(ast);
  if (path !== undefined) return path.name.startsWith(".") ? undefined : knownPlaces(path, scope);
  if (ast.kind === "literal" || (ast.kind === "list" && ast.elements.length === 0)) return [];
  const parts =
    ast.kind === "call" && ast.name === "orValue" && ast.target !== undefined && ast.args.length === 1
      ? [ast.target, ast.args[0]!]
      : joins && ast.kind === "binary" && ast.operator === "+"
        ? [ast.left, ast.right]
        : [];
  if (parts.length === 0) return undefined;
  const found = parts.map((part) => valuesOf(part, scope, joins));
  return found.includes(undefined) ? undefined : found.flatMap((places) => places!);
}

interface NamedPath {
  readonly name: string;
  readonly keys: readonly string[];
}

/** As `placesOf`, where what a name stands for was not read whole already. */
function knownPlaces(path: NamedPath, scope: Scope): readonly Place[] | undefined {
  return scope.bound.get(path.name)?.length === 0 ? undefined : placesOf(path, scope);
}

function placesOf({ name, keys }: NamedPath, { bound, names }: Scope): readonly Place[] {
  const elements = bound.get(name);
  if (elements !== undefined)
    return elements.map(({ slot, keys: start }) => ({ slot, keys: [...start, ...keys] }));
  const slot = names.indexOf(name);
  return slot < 0 ? [] : [{ slot, keys }];
}

/** The name and constant keys that a chain of selects and indexes spells, `undefined` for anything else. */
function pathOf(ast: Ast): NamedPath | undefined {
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
    outer.only === undefined &&
    inner.slot === outer.slot &&
    inner.keys.length >= outer.keys.length &&
    outer.keys.every((key, index) => inner.keys[index] === key);
  // Whatever is read of each element tells how many there are.
  const isSizeOf = (read: Read, other: Read): boolean =>
    read.only === "size" &&
    read.slot === other.slot &&
    other.keys.length > read.keys.length &&
    other.keys[read.keys.length] === ofEach &&
    read.keys.every((key, index) => other.keys[index] === key);
  const once = new Map(reads.map((read) => [JSON.stringify(read), read]));
  const all = [...once.values()];
  return all.filter(
    (read) => !all.some((other) => other !== read && (isInside(read, other) || isSizeOf(read, other))),
  );
}
