/** Tokens into the syntax tree; every `define` and `block` is a template of its own. */
import { RenderError } from "./fault.ts";
import { tokensOf, type Token, type TokenType } from "./lex.ts";
import type { Branch, Command, Expression, Pipe, Statement } from "./node.ts";
import { show } from "./node.ts";
import { numberNode } from "./numeral.ts";
import { unquote } from "./quote.ts";
import type { Origin } from "./trace.ts";

export interface Template {
  readonly name: string;
  readonly origin: Origin;
  readonly body: readonly Statement[];
}

interface Parser {
  readonly origin: Origin;
  readonly tokens: readonly Token[];
  readonly isFunction: (name: string) => boolean;
  readonly templates: Template[];
  at: number;
  vars: string[];
  ranges: number;
  depth: number;
}

/** Parentheses in parentheses, and blocks in blocks: Go allows ten thousand of the first, no chart has a hundred. */
const deepest = 300;

/** The text itself comes last. Throws `RenderError` on the first thing that is ill-formed. */
export function parseTemplate(origin: Origin, isFunction: (name: string) => boolean): readonly Template[] {
  const tokens = tokensOf(origin.text);
  const parser: Parser = {
    origin,
    tokens,
    isFunction,
    templates: [],
    at: 0,
    vars: ["$"],
    ranges: 0,
    depth: 0,
  };
  const body: Statement[] = [];
  while (peek(parser).type !== "end") {
    const start = parser.at;
    if (next(parser).type === "open" && nextSolid(parser).text === "define") {
      definition(parser);
      continue;
    }
    parser.at = start;
    const item = statement(parser);
    if (item.item !== "statement") throw fault(parser, `unexpected {{${item.item}}}`);
    body.push(item.statement);
  }
  parser.templates.push({ name: origin.name, origin, body });
  return parser.templates;
}

function definition(parser: Parser): void {
  const name = templateName(parser, "define clause");
  expect(parser, "close", "define clause");
  nested(parser, name, "define clause");
}

/** The body of a template inside another: it sees none of the variables around it. */
function nested(parser: Parser, name: string, context: string): void {
  const { vars, ranges } = parser;
  parser.vars = ["$"];
  parser.ranges = 0;
  const { body, end } = list(parser);
  if (end !== "end") throw fault(parser, `unexpected {{else}} in ${context}`);
  parser.templates.push({ name, origin: parser.origin, body });
  parser.vars = vars;
  parser.ranges = ranges;
}

type Item = { readonly item: "statement"; readonly statement: Statement } | { readonly item: "end" | "else" };

function statement(parser: Parser): Item {
  const token = nextSolid(parser);
  if (token.type === "text") {
    return { item: "statement", statement: { node: "text", pos: token.pos, text: token.text } };
  }
  if (token.type !== "open") throw unexpected(parser, token, "input");
  const start = parser.at;
  const word = nextSolid(parser);
  if (word.type !== "keyword") {
    parser.at = start;
    const pos = peekSolid(parser).pos;
    return {
      item: "statement",
      statement: { node: "action", pos, pipe: pipeline(parser, "command", "close") },
    };
  }
  return control(parser, word);
}

function control(parser: Parser, word: Token): Item {
  switch (word.text) {
    case "end":
      expect(parser, "close", "end");
      return { item: "end" };
    case "else": {
      const following = peekSolid(parser);
      if (following.text !== "if" && following.text !== "with") expect(parser, "close", "else");
      return { item: "else" };
    }
    case "break":
    case "continue": {
      expect(parser, "close", `{{${word.text}}}`);
      if (parser.ranges === 0) throw fault(parser, `{{${word.text}}} outside {{range}}`);
      return { item: "statement", statement: { node: word.text, pos: word.pos } };
    }
    case "if":
    case "with":
    case "range":
      return { item: "statement", statement: branch(parser, word.text) };
    case "template":
      return { item: "statement", statement: call(parser) };
    case "block":
      return { item: "statement", statement: block(parser) };
    default:
      throw unexpected(parser, word, "command");
  }
}

function branch(parser: Parser, node: Branch["node"]): Branch {
  if (parser.depth >= deepest) throw fault(parser, "blocks nested too deeply");
  parser.depth += 1;
  const known = parser.vars.length;
  const pipe = pipeline(parser, node, "close");
  if (node === "range") parser.ranges += 1;
  const { body, end } = list(parser);
  if (node === "range") parser.ranges -= 1;
  const otherwise = end === "end" ? undefined : alternative(parser, node);
  parser.vars.length = known;
  parser.depth -= 1;
  return { node, pos: pipe.pos, pipe, body, otherwise };
}

function alternative(parser: Parser, node: Branch["node"]): readonly Statement[] {
  const word = peek(parser);
  if (node !== "range" && word.type === "keyword" && word.text === node) {
    next(parser);
    return [branch(parser, node)];
  }
  const { body, end } = list(parser);
  if (end !== "end") throw fault(parser, "expected end; found {{else}}");
  return body;
}

function list(parser: Parser): { readonly body: readonly Statement[]; readonly end: "end" | "else" } {
  const body: Statement[] = [];
  while (peekSolid(parser).type !== "end") {
    const item = statement(parser);
    if (item.item !== "statement") return { body, end: item.item };
    body.push(item.statement);
  }
  throw fault(parser, "unexpected EOF");
}

function call(parser: Parser): Statement {
  const { pos } = peekSolid(parser);
  const name = templateName(parser, "template clause");
  const start = parser.at;
  if (nextSolid(parser).type === "close") return { node: "template", pos, name, pipe: undefined };
  parser.at = start;
  return { node: "template", pos, name, pipe: pipeline(parser, "template clause", "close") };
}

function block(parser: Parser): Statement {
  const { pos } = peekSolid(parser);
  const name = templateName(parser, "block clause");
  const pipe = pipeline(parser, "block clause", "close");
  nested(parser, name, "block clause");
  return { node: "template", pos, name, pipe };
}

function templateName(parser: Parser, context: string): string {
  const token = nextSolid(parser);
  if (token.type !== "string" && token.type !== "raw") throw unexpected(parser, token, context);
  const name = unquote(token.text);
  if (name === undefined) throw fault(parser, "invalid syntax");
  return name;
}

function pipeline(parser: Parser, context: string, end: TokenType): Pipe {
  const { pos } = peekSolid(parser);
  const { names, assigns } = declarations(parser, context);
  const commands: Command[] = [];
  for (;;) {
    const start = parser.at;
    const token = nextSolid(parser);
    if (token.type === end) break;
    if (!operands.has(token.type)) throw unexpected(parser, token, context);
    parser.at = start;
    commands.push(command(parser));
  }
  if (commands.length === 0) throw fault(parser, `missing value for ${context}`);
  commands.slice(1).forEach(({ args }, index) => {
    if (/^(?:bool|dot|nil|number|string)$/.test(args[0]?.node ?? ""))
      throw fault(parser, `non executable command in pipeline stage ${index + 2}`);
  });
  return { node: "pipe", pos, names, assigns, commands };
}

const operands: ReadonlySet<TokenType> = new Set([
  "bool",
  "char",
  "dot",
  "field",
  "identifier",
  "number",
  "nil",
  "raw",
  "string",
  "variable",
  "(",
]);

function declarations(parser: Parser, context: string): Pick<Pipe, "names" | "assigns"> {
  const names: string[] = [];
  for (;;) {
    const start = parser.at;
    const name = nextSolid(parser);
    const sign = name.type === "variable" ? nextSolid(parser) : name;
    const comma = sign.type === "other" && sign.text === ",";
    if (name.type !== "variable" || (sign.type !== "assign" && sign.type !== "declare" && !comma)) {
      parser.at = start;
      return { names, assigns: false };
    }
    names.push(name.text);
    parser.vars.push(name.text);
    if (!comma) return { names, assigns: sign.type === "assign" };
    if (context !== "range" || names.length >= 2) throw fault(parser, `too many declarations in ${context}`);
    const { type } = peekSolid(parser);
    if (type !== "variable" && type !== "close" && type !== ")")
      throw fault(parser, "range can only initialize variables");
  }
}

function command(parser: Parser): Command {
  const { pos } = peekSolid(parser);
  const args: Expression[] = [];
  for (;;) {
    peekSolid(parser);
    skipSpace(parser);
    const arg = operand(parser);
    if (arg !== undefined) args.push(arg);
    const token = next(parser);
    if (token.type === "space") continue;
    if (token.type === "close" || token.type === ")") parser.at -= 1;
    else if (token.type !== "pipe") throw unexpected(parser, token, "operand");
    break;
  }
  if (args.length === 0) throw fault(parser, "empty command");
  return { node: "command", pos, args };
}

function operand(parser: Parser): Expression | undefined {
  const base = term(parser);
  if (base === undefined || peek(parser).type !== "field") return base;
  const { pos } = peek(parser);
  const names: string[] = [];
  while (peek(parser).type === "field") names.push(next(parser).text.slice(1));
  switch (base.node) {
    case "field":
      return { ...base, pos, names: [...base.names, ...names] };
    case "variable":
      return { ...base, pos, names: [...base.names, ...names] };
    case "bool":
    case "string":
    case "number":
    case "nil":
    case "dot":
      throw fault(parser, `unexpected . after term ${JSON.stringify(show(base))}`);
    default:
      return { node: "chain", pos, of: base, names };
  }
}

function term(parser: Parser): Expression | undefined {
  const token = nextSolid(parser);
  const { pos, text } = token;
  switch (token.type) {
    case "identifier":
      if (!parser.isFunction(text)) throw fault(parser, `function ${JSON.stringify(text)} not defined`);
      return { node: "identifier", pos, name: text };
    case "dot":
    case "nil":
      return { node: token.type, pos };
    case "variable":
      if (!parser.vars.includes(text)) throw fault(parser, `undefined variable ${JSON.stringify(text)}`);
      return { node: "variable", pos, name: text, names: [] };
    case "field":
      return { node: "field", pos, names: [text.slice(1)] };
    case "bool":
      return { node: "bool", pos, value: text === "true" };
    case "char":
    case "number":
      return number(parser, token);
    case "string":
    case "raw": {
      const value = unquote(text);
      if (value === undefined) throw fault(parser, "invalid syntax");
      return { node: "string", pos, quoted: text, value };
    }
    case "(":
      return parenthesis(parser);
    default:
      parser.at -= 1;
      return undefined;
  }
}

function number(parser: Parser, { text, pos }: Token): Expression {
  const node = numberNode(text, pos);
  if (node !== undefined) return node;
  const rare = /i$|^[+-]?0[xX].*[.pP]/.test(text);
  if (rare) throw new RenderError("unsupported", `${place(parser, pos)}: the number ${text}`, true);
  throw fault(parser, `bad number syntax: ${JSON.stringify(text)}`);
}

function parenthesis(parser: Parser): Expression {
  if (parser.depth >= deepest) throw fault(parser, "max expression depth exceeded");
  parser.depth += 1;
  const pipe = pipeline(parser, "parenthesized pipeline", ")");
  parser.depth -= 1;
  return pipe;
}

function peek(parser: Parser): Token {
  return parser.tokens[Math.min(parser.at, parser.tokens.length - 1)]!;
}

function next(parser: Parser): Token {
  const token = peek(parser);
  parser.at += 1;
  return token;
}

function skipSpace(parser: Parser): void {
  while (peek(parser).type === "space") parser.at += 1;
}

function nextSolid(parser: Parser): Token {
  skipSpace(parser);
  return next(parser);
}

function peekSolid(parser: Parser): Token {
  skipSpace(parser);
  return peek(parser);
}

function expect(parser: Parser, type: TokenType, context: string): void {
  const token = nextSolid(parser);
  if (token.type !== type) throw unexpected(parser, token, context);
}

function unexpected(parser: Parser, token: Token, context: string): RenderError {
  if (token.type === "error") return fault(parser, token.text);
  const what = token.type === "end" ? "EOF" : `<${token.text}>`;
  return fault(parser, `unexpected ${what} in ${context}`);
}

function fault(parser: Parser, message: string): RenderError {
  const { pos } = parser.tokens[Math.min(Math.max(0, parser.at - 1), parser.tokens.length - 1)]!;
  return new RenderError("template", `parse error at (${place(parser, pos)}): ${message}`, true);
}

function place({ origin }: Parser, pos: number): string {
  return `${origin.name}:${origin.text.slice(0, pos).split("\n").length}`;
}
