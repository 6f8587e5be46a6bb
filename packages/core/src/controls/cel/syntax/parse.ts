/** Parses CEL: source text to syntax tree, by recursive descent with a limit on depth. */
import type { Ast, BinaryOperator, Element, Entry, MessageField } from "./ast.ts";
import { children } from "./ast.ts";
import { errorAt } from "../failure.ts";
import { lex } from "./lex.ts";
import type { Token } from "./lex.ts";
import { readBytes, readDouble, readInt, readText, readUint } from "./literal.ts";
import { codePoints } from "../values/text.ts";
import type { Value } from "../values/value.ts";

/** How deep expressions may nest, and how many code points a source may have: the limits of Kubernetes. */
export const DEPTH_LIMIT = 250;
export const SIZE_LIMIT = 100_000;

const RESERVED = new Set(
  "as break const continue else false for function if import in let loop package namespace null return true var void while".split(
    " ",
  ),
);
const KEYWORDS = new Set(["in", "true", "false", "null"]);

interface State {
  readonly source: string;
  readonly tokens: readonly Token[];
  readonly depths: Map<Ast, number>;
  next: number;
  nesting: number;
}

/** The syntax tree of a source. Throws CelError at the first mistake. */
export function parse(source: string): Ast {
  if (source.length > SIZE_LIMIT && codePoints(source) > SIZE_LIMIT) {
    throw errorAt(source, 0, `an expression has at most ${SIZE_LIMIT} characters`);
  }
  const state: State = { source, tokens: lex(source), depths: new Map(), next: 0, nesting: 0 };
  const ast = expression(state);
  if (peek(state).kind !== "end") throw unexpected(state);
  return ast;
}

function peek(state: State, ahead = 0): Token {
  return state.tokens[state.next + ahead] ?? { kind: "end", text: "", at: state.source.length };
}

function isSign(token: Token, text: string): boolean {
  return token.kind === "sign" && token.text === text;
}

function take(state: State, text: string): boolean {
  if (!isSign(peek(state), text)) return false;
  state.next++;
  return true;
}

function expect(state: State, text: string): void {
  if (!take(state, text)) throw unexpected(state, `'${text}'`);
}

function unexpected(state: State, wanted?: string): Error {
  const { kind, text, at } = peek(state);
  const found = kind === "end" ? "unexpected end" : `unexpected ${JSON.stringify(text)}`;
  return errorAt(state.source, at, wanted === undefined ? found : `${found}, expected ${wanted}`);
}

/** Notes the depth of a tree and refuses one too deep. */
function built<T extends Ast>(state: State, ast: T): T {
  let depth = 0;
  for (const child of children(ast)) depth = Math.max(depth, state.depths.get(child) ?? 0);
  if (depth >= DEPTH_LIMIT)
    throw errorAt(state.source, ast.at, `expressions nest at most ${DEPTH_LIMIT} deep`);
  state.depths.set(ast, depth + 1);
  return ast;
}

function expression(state: State): Ast {
  if (++state.nesting > DEPTH_LIMIT) {
    throw errorAt(state.source, peek(state).at, `expressions nest at most ${DEPTH_LIMIT} deep`);
  }
  const condition = logic(state, "||");
  const { at } = peek(state);
  if (!take(state, "?")) {
    state.nesting--;
    return condition;
  }
  const yes = logic(state, "||");
  expect(state, ":");
  const no = expression(state);
  state.nesting--;
  return built(state, { kind: "conditional", at, condition, yes, no });
}

function logic(state: State, operator: "&&" | "||"): Ast {
  const operand = (): Ast => (operator === "||" ? logic(state, "&&") : binary(state, 0));
  const first = operand();
  const { at } = peek(state);
  if (!isSign(peek(state), operator)) return first;
  const terms = [first];
  while (take(state, operator)) terms.push(operand());
  return built(state, { kind: "logic", at, operator, terms });
}

const LEVELS: readonly (readonly string[])[] = [
  ["<", "<=", ">=", ">", "==", "!=", "in"],
  ["+", "-"],
  ["*", "/", "%"],
];

function binary(state: State, level: number): Ast {
  const operators = LEVELS[level];
  if (operators === undefined) return unary(state);
  let left = binary(state, level + 1);
  while (true) {
    const { kind, text, at } = peek(state);
    if ((kind !== "sign" && text !== "in") || !operators.includes(text)) return left;
    state.next++;
    const right = binary(state, level + 1);
    left = built(state, { kind: "binary", at, operator: text as BinaryOperator, left, right });
  }
}

function unary(state: State): Ast {
  const { text, at } = peek(state);
  if (isSign(peek(state), "!")) return negated(state, at, "!");
  const isSigned = isSign(peek(state), "-") && !isNumber(peek(state, 1));
  return text === "-" && isSigned ? negated(state, at, "-") : member(state);
}

/** Takes a run of one operator; two of them cancel each other out. */
function negated(state: State, at: number, operator: "!" | "-"): Ast {
  let count = 0;
  while (take(state, operator)) count++;
  const operand = member(state);
  return count % 2 === 0 ? operand : built(state, { kind: "unary", at, operator, operand });
}

function isNumber(token: Token): boolean {
  return token.kind === "int" || token.kind === "double";
}

function member(state: State): Ast {
  let ast = primary(state);
  while (true) {
    const { at } = peek(state);
    if (take(state, ".")) ast = built(state, selection(state, at, ast));
    else if (take(state, "[")) {
      const optional = take(state, "?");
      const index = expression(state);
      expect(state, "]");
      ast = built(state, { kind: "index", at, operand: ast, index, optional });
    } else return ast;
  }
}

function selection(state: State, at: number, operand: Ast): Ast {
  const optional = take(state, "?");
  const { kind } = peek(state);
  const field = fieldName(state);
  if (kind === "ident" && !optional && take(state, "(")) {
    return { kind: "call", at, target: operand, name: field, args: list(state, ")", false, expression) };
  }
  return { kind: "select", at, operand, field, optional };
}

function fieldName(state: State): string {
  const { kind, text } = peek(state);
  if (kind !== "escaped" && (kind !== "ident" || KEYWORDS.has(text))) throw unexpected(state, "a field name");
  state.next++;
  return kind === "escaped" ? text.slice(1, -1) : text;
}

/** Items between commas up to a closing sign, which is taken. */
function list<T>(state: State, close: string, trailing: boolean, item: (state: State) => T): T[] {
  const items: T[] = [];
  if (take(state, close)) return items;
  if (trailing && isSign(peek(state), ",") && isSign(peek(state, 1), close)) {
    state.next += 2;
    return items;
  }
  while (true) {
    items.push(item(state));
    if (take(state, close)) return items;
    expect(state, ",");
    if (trailing && take(state, close)) return items;
  }
}

function primary(state: State): Ast {
  const { kind, text, at } = peek(state);
  if (kind === "ident" && !KEYWORDS.has(text)) return name(state, "");
  if (kind === "ident" && text !== "in") {
    state.next++;
    return built(state, { kind: "literal", at, value: text === "null" ? null : text === "true" });
  }
  if (kind !== "sign" && kind !== "end" && kind !== "escaped" && kind !== "ident") return literal(state, "");
  if (take(state, "-")) return isNumber(peek(state)) ? literal(state, "-") : fail(state);
  if (take(state, ".")) return name(state, ".");
  if (take(state, "(")) {
    const ast = expression(state);
    expect(state, ")");
    return ast;
  }
  if (take(state, "[")) return built(state, { kind: "list", at, elements: list(state, "]", true, element) });
  if (take(state, "{")) return built(state, { kind: "map", at, entries: list(state, "}", true, entry) });
  return fail(state);
}

function fail(state: State): never {
  throw unexpected(state, "an expression");
}

function element(state: State): Element {
  const optional = take(state, "?");
  return { optional, value: expression(state) };
}

function entry(state: State): Entry {
  const optional = take(state, "?");
  const key = expression(state);
  expect(state, ":");
  return { optional, key, value: expression(state) };
}

function messageField(state: State): MessageField {
  const optional = take(state, "?");
  const field = fieldName(state);
  expect(state, ":");
  return { optional, name: field, value: expression(state) };
}

function name(state: State, dot: string): Ast {
  const { kind, text, at } = peek(state);
  if (kind !== "ident" || KEYWORDS.has(text)) throw unexpected(state, "a name");
  const type = messageName(state);
  if (type !== undefined) {
    return built(state, {
      kind: "message",
      at,
      type: dot + type,
      fields: list(state, "}", true, messageField),
    });
  }
  if (RESERVED.has(text)) throw errorAt(state.source, at, `${text} is a reserved word`);
  state.next++;
  if (take(state, "(")) {
    return built(state, { kind: "call", at, name: dot + text, args: list(state, ")", false, expression) });
  }
  return built(state, { kind: "ident", at, name: dot + text });
}

/** Takes `a.b.C{` and gives its name; takes nothing where that is not next. */
function messageName(state: State): string | undefined {
  let ahead = 1;
  while (isSign(peek(state, ahead), ".") && peek(state, ahead + 1).kind === "ident") ahead += 2;
  if (!isSign(peek(state, ahead), "{")) return undefined;
  const parts = state.tokens.slice(state.next, state.next + ahead);
  state.next += ahead + 1;
  return parts.map((token) => token.text).join("");
}

function literal(state: State, sign: string): Ast {
  const { kind, text } = peek(state);
  const at = peek(state).at - sign.length;
  state.next++;
  const value = literalValue(kind, sign + text);
  if (value === undefined) throw errorAt(state.source, at, `invalid ${kind} literal`);
  return built(state, { kind: "literal", at, value });
}

function literalValue(kind: Token["kind"], text: string): Value | undefined {
  if (kind === "int") return readInt(text);
  if (kind === "uint") return readUint(text);
  if (kind === "double") return readDouble(text);
  return kind === "bytes" ? readBytes(text) : readText(text);
}
