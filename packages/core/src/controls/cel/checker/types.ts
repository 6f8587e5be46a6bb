/** The static types of CEL, written as text and read from it, and when one fits where another is wanted. */

/**
 * A type: a name, and the types it is made of. `list(int)` is named list; a type parameter (one upper-case letter in
 * a signature, or made by the checker) is a `param`.
 */
export interface Type {
  readonly name: string;
  readonly param: boolean;
  readonly of: readonly Type[];
}

const simple = new Map<string, Type>();

/** A type that is made of no others. */
export function named(name: string): Type {
  const known = simple.get(name);
  if (known !== undefined) return known;
  const made: Type = { name, param: false, of: [] };
  simple.set(name, made);
  return made;
}

/** The types that are named most; dyn is that of what is known only when it is read. */
export const DYN: Type = named("dyn");
export const BOOL: Type = named("bool");
export const INT: Type = named("int");
export const STRING: Type = named("string");
export const NULL: Type = named("null");

/** A list of a type, a map of two, an optional of one, the type of a type. */
export const listOf = (of: Type): Type => ({ name: "list", param: false, of: [of] });
export const mapOf = (key: Type, value: Type): Type => ({ name: "map", param: false, of: [key, value] });
export const optionalOf = (of: Type): Type => ({ name: "optional_type", param: false, of: [of] });
export const typeOf = (of: Type): Type => ({ name: "type", param: false, of: [of] });
export const paramOf = (name: string): Type => ({ name, param: true, of: [] });

/** A type as text, which tells it from all others. */
export function show(type: Type): string {
  return type.of.length === 0 ? type.name : `${type.name}(${type.of.map(show).join(", ")})`;
}

/** The type of a text such as `map(string, list(A))`. */
export function readType(text: string): Type {
  const at = text.indexOf("(");
  if (at < 0) return /^[A-Z]$/.test(text) ? paramOf(text) : named(text);
  return { name: text.slice(0, at), param: false, of: readTypes(text.slice(at + 1, -1)) };
}

/** The types of a text with commas between them. */
export function readTypes(text: string): Type[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let i = 0; i <= text.length; i++) {
    const char = text[i];
    if (char === "(") depth++;
    if (char === ")") depth--;
    if ((char === "," && depth === 0) || char === undefined) {
      const part = text.slice(start, i).trim();
      if (part !== "") parts.push(part);
      start = i + 1;
    }
  }
  return parts.map(readType);
}

/** What type parameters were found to be, by their names. */
export type Substitution = ReadonlyMap<string, Type>;

/** A type with its parameters replaced by what is known of them; the others become dyn where `close`. */
export function substitute(known: Substitution, type: Type, close: boolean): Type {
  if (type.param) {
    const found = known.get(type.name);
    if (found !== undefined) return substitute(known, found, close);
    return close ? DYN : type;
  }
  return type.of.length === 0 ? type : { ...type, of: type.of.map((part) => substitute(known, part, close)) };
}

/** Whether two types are the same. */
export function same(a: Type, b: Type): boolean {
  return (
    a === b ||
    (a.name === b.name && a.of.length === b.of.length && a.of.every((part, i) => same(part, b.of[i] ?? DYN)))
  );
}

const SCALARS = new Set(["bool", "bytes", "double", "int", "string", "uint", "dyn", "list", "map", "type"]);

/** Whether null is a value of a type: of none of CEL's own but time. */
function isNullable(type: Type): boolean {
  return !SCALARS.has(type.name);
}

/** What is known after `a` was found to fit `b`, both one by one; undefined where they do not fit. */
export function unify(known: Substitution, a: readonly Type[], b: readonly Type[]): Substitution | undefined {
  const next = new Map(known);
  return fitAll(next, a, b) ? next : undefined;
}

function fitAll(known: Map<string, Type>, a: readonly Type[], b: readonly Type[]): boolean {
  return a.length === b.length && a.every((type, i) => fits(known, type, b[i] ?? DYN));
}

function fits(known: Map<string, Type>, a: Type, b: Type): boolean {
  if (b.param) {
    const { valid, bound } = assign(known, a, b);
    if (valid) return true;
    if (bound) return false;
  }
  if (a.param) return assign(known, b, a).valid;
  if (a.name === "dyn" || b.name === "dyn") return true;
  if (a.name === "null") return b.name === "null" || isNullable(b);
  if (b.name === "null") return isNullable(a);
  if (a.name === "type") return b.name === "type";
  return a.name === b.name && fitAll(known, a.of, b.of);
}

/** Notes a type for a parameter, or checks it against the one noted. */
function assign(
  known: Map<string, Type>,
  type: Type,
  param: Type,
): { readonly valid: boolean; readonly bound: boolean } {
  if (type.param && type.name === param.name) return { valid: true, bound: true };
  const found = known.get(param.name);
  if (found === undefined) {
    if (!isFree(known, param, type)) return { valid: false, bound: false };
    known.set(param.name, type);
    return { valid: true, bound: false };
  }
  if (same(type, found) && type.param === found.param) return { valid: true, bound: true };
  if (!fits(known, type, found)) return { valid: false, bound: true };
  const general = mostGeneral(type, found);
  if (isFree(known, param, general)) known.set(param.name, general);
  return { valid: true, bound: true };
}

/** Whether a parameter does not occur in a type. */
function isFree(known: Substitution, param: Type, type: Type): boolean {
  if (!type.param) return type.of.every((part) => isFree(known, param, part));
  if (type.name === param.name) return false;
  const found = known.get(type.name);
  return found === undefined || isFree(known, param, found);
}

/** The less specific of two types that fit each other. */
export function mostGeneral(a: Type, b: Type): Type {
  return isAsGeneral(a, b) ? a : b;
}

function isAsGeneral(a: Type, b: Type): boolean {
  if (a.name === "dyn" || a.param) return true;
  if (b.name === "dyn" || b.param || a.name !== b.name) return false;
  if (a.name === "type") return true;
  return a.of.length === b.of.length && a.of.every((part, i) => isAsGeneral(part, b.of[i] ?? DYN));
}

/** The types that have a name as values. */
export const TYPE_NAMES: readonly string[] = [
  ..."bool bytes double google.protobuf.Duration google.protobuf.Timestamp int list map null_type".split(" "),
  ..."optional_type string type uint net.IP net.CIDR".split(" "),
];
