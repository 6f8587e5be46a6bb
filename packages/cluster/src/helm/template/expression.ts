/** Values of expressions: pipelines, fields, and calls of functions and methods, as Go's text/template makes them. */
import { spend } from "./budget.ts";
import { assigned, canBeNil, constant, literal } from "./check.ts";
import { parameterNames, resultOf } from "./define.ts";
import { failure, RenderError } from "./fault.ts";
import { show, type Command, type Expression, type Pipe } from "./node.ts";
import { missing, siteAt, type Final, type State } from "./state.ts";
import { lineSpans } from "./trace.ts";
import {
  dictOf,
  isInt,
  isObject,
  nilList,
  plain,
  truth,
  typeName,
  type Definition,
  type Parameter,
  type Traced,
  type Value,
} from "./value.ts";

export function pipeline(state: State, dot: Value, pipe: Pipe): Value {
  state.at = pipe;
  let value: Final = missing;
  for (const part of pipe.commands) {
    const given: Value = command(state, dot, part, value);
    value = given === null ? undefined : given;
  }
  const result = value === missing ? undefined : value;
  for (const name of pipe.names) {
    if (pipe.assigns) setVariable(state, name, result);
    else state.variables.push({ name, value: result });
  }
  return result;
}

export function setVariable(state: State, name: string, value: Value): void {
  const variable = state.variables.findLast((known) => known.name === name);
  if (variable === undefined) throw failure(`undefined variable: ${name}`);
  variable.value = value;
}

function variableOf(state: State, name: string): Value {
  const variable = state.variables.findLast((known) => known.name === name);
  if (variable === undefined) throw failure(`undefined variable: ${name}`);
  return variable.value;
}

function command(state: State, dot: Value, { args }: Command, final: Final): Value {
  const first = args[0]!;
  switch (first.node) {
    case "field":
      state.at = first;
      return fieldChain(state, dot, dot, first.names, args, final, first);
    case "chain":
      return chain(state, dot, first, args, final);
    case "identifier":
      return callFunction(state, dot, first, args, final);
    case "variable":
      return variable(state, dot, first, args, final);
    case "pipe":
      notFunction(args, final);
      return pipeline(state, dot, first);
    default:
      state.at = first;
      notFunction(args, final);
      return constantOf(first, dot);
  }
}

type Plain = Extract<Expression, { readonly node: "bool" | "number" | "string" | "dot" | "nil" }>;

function constantOf(node: Plain, dot: Value): Value {
  if (node.node === "dot") return dot;
  if (node.node === "nil") throw failure("nil is not a command");
  return literal(node as Exclude<Plain, { readonly node: "dot" | "nil" }>);
}

function notFunction(args: readonly Expression[], final: Final): void {
  if (args.length > 1 || final !== missing)
    throw failure(`can't give argument to non-function ${show(args[0]!)}`);
}

function variable(
  state: State,
  dot: Value,
  node: Extract<Expression, { readonly node: "variable" }>,
  args: readonly Expression[],
  final: Final,
): Value {
  state.at = node;
  const value = variableOf(state, node.name);
  if (node.names.length > 0) return fieldChain(state, dot, value, node.names, args, final, node);
  if (args.length > 0) notFunction(args, final);
  return value;
}

function chain(
  state: State,
  dot: Value,
  node: Extract<Expression, { readonly node: "chain" }>,
  args: readonly Expression[],
  final: Final,
): Value {
  state.at = node;
  if (node.of.node === "nil") throw failure(`indirection through explicit nil in ${show(node)}`);
  const base = argument(state, dot, undefined, node.of);
  return fieldChain(state, dot, base, node.names, args, final, node);
}

function fieldChain(
  state: State,
  dot: Value,
  base: Value,
  names: readonly string[],
  args: readonly Expression[],
  final: Final,
  node: Expression,
): Value {
  let value = base;
  names.forEach((name, index) => {
    const last = index === names.length - 1;
    value = field(state, dot, value, name, last ? args : [], last ? final : missing, node);
  });
  return value;
}

function field(
  state: State,
  dot: Value,
  of: Value,
  name: string,
  args: readonly Expression[],
  final: Final,
  node: Expression,
): Value {
  if (of === undefined) return undefined;
  if (of === null) throw failure(`nil pointer evaluating interface {}.${name}`);
  const hasArguments = args.length > 1 || final !== missing;
  if (isObject(of)) {
    const method = "methods" in of ? of.methods?.get(name) : undefined;
    if (method !== undefined) return invoke(state, dot, method, args, final, node);
    if (of.kind === "dict") {
      if (hasArguments) throw failure(`${name} is not a method but has arguments`);
      const value = of.entries.get(name);
      if (value === undefined) return of.type === "map[string]string" ? "" : null;
      return value;
    }
    if (of.kind === "struct" && of.fields.has(name)) {
      if (hasArguments) throw failure(`${name} has arguments but cannot be invoked as function`);
      return of.fields.get(name);
    }
  }
  throw failure(`can't evaluate field ${name} in type ${typeName(of)}`);
}

function callFunction(
  state: State,
  dot: Value,
  node: Extract<Expression, { readonly node: "identifier" }>,
  args: readonly Expression[],
  final: Final,
): Value {
  state.at = node;
  const definition = state.program.functions.get(node.name);
  if (definition === undefined) throw failure(`${JSON.stringify(node.name)} is not a defined function`);
  if (node.name === "and" || node.name === "or") return shortCircuit(state, dot, node.name, args, final);
  return invoke(state, dot, definition, args, final, node);
}

/** `and` and `or` look at no more arguments than they need. */
function shortCircuit(
  state: State,
  dot: Value,
  name: string,
  args: readonly Expression[],
  final: Final,
): Value {
  let value: Value;
  if (args.length < 2 && final === missing)
    throw failure(`wrong number of args for ${name}: want at least 1 got 0`);
  for (const arg of args.slice(1)) {
    value = argument(state, dot, "value", arg);
    if (truth(value) === (name === "or")) return value;
  }
  return final === missing ? value : final;
}

function invoke(
  state: State,
  dot: Value,
  definition: Definition,
  args: readonly Expression[],
  final: Final,
  node: Expression,
): Value {
  const values = argumentsOf(state, dot, definition, args, final);
  spend(state.program.budget, 1 + weightOf(values));
  let given: Value;
  state.program.site = siteAt(state, state.pos);
  try {
    given = call(definition, values);
  } catch (error) {
    state.at = node;
    if (!(error instanceof RenderError) || error.reason !== "template") throw error;
    throw new RenderError("template", `error calling ${definition.name}: ${error.message}`, false, {
      cause: error,
    });
  }
  if (typeof given === "string") spend(state.program.budget, given.length >>> 6, given.length);
  return given;
}

/** Long texts cost something even where little comes of them. */
function weightOf(values: readonly Value[]): number {
  let weight = 0;
  for (const value of values) {
    if (typeof value === "string") weight += value.length >>> 6;
    else if (isObject(value) && value.kind === "traced") weight += value.text.length >>> 6;
  }
  return weight;
}

function call(definition: Definition, values: readonly Value[]): Value {
  const { parameters, rest, result, traces } = definition;
  if (traces === true) return resultOf(result, definition.call(...(values as never[])));
  const bare = values.map((value, index) => bareOf(value, parameters[index] ?? rest));
  const given = resultOf(result, definition.call(...(bare as never[])));
  return typeof given === "string" ? withLines(definition.name, values, given) : given;
}

/** Integers of a function's own types are JavaScript numbers to it; a nil map or list is an empty one. */
function bareOf(value: Value, type: Definition["rest"]): unknown {
  const simple = plain(value);
  if (simple === null && type === "dict") return dictOf();
  if (simple === null && (type === "list" || type === "strings")) return nilList();
  if ((type === "int" || type === "int64") && isInt(simple)) return Number(simple.value);
  return simple;
}

const unlike = /sum$|^b64|^b32|^tpl$/;

/** A function that keeps the number of lines is taken to have kept each line in its place. */
function withLines(name: string, values: readonly Value[], text: string): Value {
  const traced = values.filter((value): value is Traced => isObject(value) && value.kind === "traced");
  const [only] = traced;
  if (only === undefined || traced.length > 1 || unlike.test(name) || text === "") return text;
  if (only.text.split("\n").length !== text.split("\n").length) return text;
  return { kind: "traced", text, spans: lineSpans(only.text, only.spans, text) };
}

/** All arguments, the one that the pipeline brings last. `args[0]` is the function itself. */
function argumentsOf(
  state: State,
  dot: Value,
  { name, parameters, rest }: Definition,
  args: readonly Expression[],
  final: Final,
): readonly Value[] {
  const written = args.slice(1);
  const count = written.length + (final === missing ? 0 : 1);
  if (rest === undefined ? count !== parameters.length : count < parameters.length) {
    const least = rest === undefined ? "" : "at least ";
    const got = rest === undefined ? count : written.length;
    throw failure(`wrong number of args for ${name}: want ${least}${parameters.length} got ${got}`);
  }
  const values = written.map((arg, index) => argument(state, dot, parameters[index] ?? rest, arg));
  if (final !== missing) values.push(assigned(final, parameters[written.length] ?? rest));
  return values;
}

function argument(state: State, dot: Value, type: Parameter | undefined, node: Expression): Value {
  state.at = node;
  switch (node.node) {
    case "dot":
      return assigned(dot, type);
    case "nil":
      if (type === undefined || canBeNil(type)) return null;
      throw failure(`cannot assign nil to ${parameterNames[type]}`);
    case "field":
      return assigned(fieldChain(state, dot, dot, node.names, [node], missing, node), type);
    case "variable":
      return assigned(variable(state, dot, node, [], missing), type);
    case "pipe":
      return assigned(pipeline(state, dot, node), type);
    case "identifier":
      return assigned(callFunction(state, dot, node, [], missing), type);
    case "chain":
      return assigned(chain(state, dot, node, [], missing), type);
    default:
      return constant(type, node);
  }
}
