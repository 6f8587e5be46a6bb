/** Runs a template: text and actions in order, as Go's text/template does, and notes where each piece came from. */
import { ceilings, over, spend, take } from "./budget.ts";
import { byteLength } from "./bytes.ts";
import { pipeline, setVariable } from "./expression.ts";
import { failure, RenderError } from "./fault.ts";
import { display } from "./format.ts";
import { show, type Branch, type Expression, type Pipe, type Statement } from "./node.ts";
import type { Template } from "./parse.ts";
import { siteAt, type Program, type State } from "./state.ts";
import { write, writeTraced, type Sink, type Site } from "./trace.ts";
import { intOf, isInt, isObject, sortedKeys, truth, type Value } from "./value.ts";

/** Steps that a piece of output costs: each is kept with its place. */
const writing = 4;

type Flow = "break" | "continue" | undefined;

export function execute(
  program: Program,
  template: Template,
  data: Value,
  sink: Sink,
  via: Site | undefined,
): void {
  if (program.depth >= ceilings.depth) throw over(`templates that call one another ${ceilings.depth} deep`);
  const at: Expression = { node: "dot", pos: 0 };
  const variables = [{ name: "$", value: data }];
  const state: State = { program, template, sink, via, variables, at, pos: 0 };
  program.depth += 1;
  const before = take(program.budget);
  try {
    walk(state, data, template.body);
  } catch (error) {
    if (isStackOverflow(error)) {
      // A text of `tpl` has no line: who asked for it has one.
      if (template.origin.chart === undefined) throw error;
      const { message } = over("templates or values nested too deeply");
      throw new RenderError("budget", placed(state, message), true, { cause: error });
    }
    if (!(error instanceof RenderError) || error.placed) throw error;
    throw new RenderError(error.reason, placed(state, error.message), true, { cause: error });
  } finally {
    take(before);
    program.depth -= 1;
  }
}

/** V8 says it in two ways: one where a regular expression was about to be read. */
function isStackOverflow(error: unknown): boolean {
  if (error instanceof RangeError) return error.message.includes("call stack");
  return error instanceof SyntaxError && error.message.includes("Stack overflow");
}

/** As Go words it: template, line and column, the define that ran, what it was about. */
function placed({ template, at }: State, message: string): string {
  const { origin, name } = template;
  const before = origin.text.slice(0, at.pos);
  const line = before.split("\n").length;
  const column = byteLength(before.slice(before.lastIndexOf("\n") + 1));
  const what = show(at);
  const about = what.length > 20 ? `${what.slice(0, 20)}...` : what;
  const place = `${origin.name}:${line}:${column}`;
  return `template: ${place}: executing ${JSON.stringify(name)} at <${about}>: ${message}`;
}

function walk(state: State, dot: Value, body: readonly Statement[]): Flow {
  for (const statement of body) {
    const flow = step(state, dot, statement);
    if (flow !== undefined) return flow;
  }
  return undefined;
}

function step(state: State, dot: Value, statement: Statement): Flow {
  state.at = statement;
  spend(state.program.budget, 1);
  switch (statement.node) {
    case "text":
      spend(state.program.budget, writing, statement.text.length);
      write(state.sink, statement.text, siteAt(state, statement.pos), true);
      return undefined;
    case "action": {
      state.pos = statement.pos;
      const value = pipeline(state, dot, statement.pipe);
      if (statement.pipe.names.length === 0) print(state, value, statement.pos);
      return undefined;
    }
    case "break":
    case "continue":
      return statement.node;
    case "template":
      callTemplate(state, dot, statement);
      return undefined;
    case "range":
      return range(state, dot, statement);
    default:
      return branch(state, dot, statement);
  }
}

function print(state: State, value: Value, pos: number): void {
  const site = siteAt(state, pos);
  const text = value === undefined ? "<no value>" : display(value);
  spend(state.program.budget, writing, text.length);
  if (isObject(value) && value.kind === "traced") writeTraced(state.sink, text, value.spans, site);
  else write(state.sink, text, site);
}

function callTemplate(state: State, dot: Value, statement: Statement & { readonly node: "template" }): void {
  const { program, sink } = state;
  const template = program.templates.get(statement.name);
  if (template === undefined) throw failure(`template ${JSON.stringify(statement.name)} not defined`);
  state.pos = statement.pos;
  const data = statement.pipe === undefined ? undefined : pipeline(state, dot, statement.pipe);
  execute(program, template, data, sink, siteAt(state, statement.pos));
}

function branch(state: State, dot: Value, { node, pipe, body, otherwise }: Branch): Flow {
  const known = state.variables.length;
  state.pos = pipe.pos;
  const value = pipeline(state, dot, pipe);
  const flow = truth(value)
    ? walk(state, node === "with" ? value : dot, body)
    : otherwise === undefined
      ? undefined
      : walk(state, dot, otherwise);
  state.variables.length = known;
  return flow;
}

function range(state: State, dot: Value, statement: Branch): Flow {
  const { pipe, body, otherwise } = statement;
  const known = state.variables.length;
  state.pos = pipe.pos;
  const over = pipeline(state, dot, pipe);
  const mark = state.variables.length;
  let ran = false;
  for (const [index, item] of entriesOf(state, over, pipe)) {
    ran = true;
    spend(state.program.budget, 1);
    declare(state, pipe, index, item, mark);
    const flow = walk(state, item, body);
    state.variables.length = mark;
    if (flow === "break") break;
  }
  const flow = ran || otherwise === undefined ? undefined : walk(state, dot, otherwise);
  state.variables.length = known;
  return flow;
}

function declare(state: State, { names, assigns }: Pipe, index: Value, item: Value, mark: number): void {
  const [first, second] = names;
  if (first === undefined) return;
  const values = second === undefined ? [item] : [index, item];
  [first, second].forEach((name, at) => {
    if (name === undefined) return;
    if (assigns) setVariable(state, name, values[at]);
    else state.variables[mark - names.length + at]!.value = values[at];
  });
}

function* entriesOf(state: State, over: Value, pipe: Pipe): Generator<readonly [Value, Value]> {
  if (over === undefined || over === null) return;
  if (isInt(over)) {
    if (pipe.names.length > 1)
      throw failure(`can't use ${over.value} to iterate over more than one variable`);
    for (let index = 0n; index < over.value; index += 1n) yield [undefined, intOf(index, over.type)];
  } else if (isObject(over) && over.kind === "list") {
    // A Go slice has its length once and for all; what is set in it meanwhile is seen.
    const { length } = over.items;
    for (let index = 0; index < length; index += 1) yield [intOf(index), nilInside(over.items[index])];
  } else if (isObject(over) && over.kind === "dict") {
    for (const key of sortedKeys(over)) yield [key, nilInside(over.entries.get(key))];
  } else throw failure(`range can't iterate over ${display(over)}`);
  state.at = pipe;
}

/** An absent value in a list or map is a nil interface. */
function nilInside(value: Value): Value {
  return value === undefined ? null : value;
}
