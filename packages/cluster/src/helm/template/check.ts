/** Values held against the types that functions ask for. */
import { parameterNames } from "./define.ts";
import { failure } from "./fault.ts";
import { show, type Expression } from "./node.ts";
import { intOf, isDict, isInt, isList, isObject, typeName, type Parameter, type Value } from "./value.ts";

export function canBeNil(type: Parameter): boolean {
  return type === "any" || type === "value" || type === "dict" || type === "list" || type === "strings";
}

/** A constant takes the type that is asked for. */
export function constant(
  type: Parameter | undefined,
  node: Extract<Expression, { readonly node: "bool" | "number" | "string" }>,
): Value {
  switch (type) {
    case undefined:
    case "any":
    case "value":
      return literal(node);
    case "string":
      if (node.node === "string") return node.value;
      throw failure(`expected string; found ${show(node)}`);
    case "bool":
      if (node.node === "bool") return node.value;
      throw failure(`expected bool; found ${show(node)}`);
    case "int":
    case "int64":
      if (node.node === "number" && node.int !== undefined) return intOf(node.int, type);
      throw failure(`expected integer; found ${show(node)}`);
    case "float64":
      if (node.node === "number" && node.float !== undefined) return node.float;
      throw failure(`expected float; found ${show(node)}`);
    default:
      throw failure(`can't handle ${show(node)} for arg of type ${parameterNames[type]}`);
  }
}

/** A value where a type is asked for; functions that ask for anything are not told what is absent from what is nil. */
export function assigned(value: Value, type: Parameter | undefined): Value {
  if (type === undefined || type === "value") return value;
  if (value === undefined || (value === null && canBeNil(type) && type !== "any")) {
    if (canBeNil(type)) {
      if (value === undefined || type === "any") return null;
    } else throw failure(`invalid value; expected ${parameterNames[type]}`);
  }
  if (type === "any" || accepts(type, value)) return value;
  const got = value === null ? "interface {}" : typeName(value);
  throw failure(`wrong type for value; expected ${parameterNames[type]}; got ${got}`);
}

function accepts(type: Parameter, value: Value): boolean {
  switch (type) {
    case "string":
      return typeof value === "string" || (isObject(value) && value.kind === "traced");
    case "bool":
      return typeof value === "boolean";
    case "float64":
      return typeof value === "number";
    case "int":
    case "int64":
      return isInt(value) && value.type === type;
    case "dict":
      return isDict(value) && value.type !== "map[string]string" && value.type !== "engine.files";
    case "list":
      return isList(value) && value.type === "[]interface {}";
    case "strings":
      return isList(value) && value.type === "[]string";
    case "time":
      return isObject(value) && value.kind === "struct" && value.type === "time.Time";
    default:
      return true;
  }
}

/** A constant where nothing is known of the type. */
export function literal(node: Extract<Expression, { readonly node: "bool" | "number" | "string" }>): Value {
  if (node.node !== "number") return node.value;
  return node.isFloat ? node.float : intOf(node.int ?? 0n);
}
