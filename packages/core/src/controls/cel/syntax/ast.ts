/** The syntax tree of a CEL expression, as it was written: macros are still calls. */
import type { Value } from "../values/value.ts";

/** An expression. `at` is where it starts in the source (for an operator or a call: where that is). */
export type Ast =
  | Literal
  | Ident
  | Select
  | Index
  | Call
  | Unary
  | Binary
  | Logic
  | Conditional
  | ListLiteral
  | MapLiteral
  | Message;

/** A value that is written out. */
export interface Literal {
  readonly kind: "literal";
  readonly at: number;
  readonly value: Value;
}

/** A name; one that starts with a dot is looked up as it is in the outermost scope. */
export interface Ident {
  readonly kind: "ident";
  readonly at: number;
  readonly name: string;
}

/** `operand.field`, or `operand.?field`. */
export interface Select {
  readonly kind: "select";
  readonly at: number;
  readonly operand: Ast;
  readonly field: string;
  readonly optional: boolean;
}

/** `operand[index]`, or `operand[?index]`. */
export interface Index {
  readonly kind: "index";
  readonly at: number;
  readonly operand: Ast;
  readonly index: Ast;
  readonly optional: boolean;
}

/** `name(args)`, or `target.name(args)`; a function or a macro. */
export interface Call {
  readonly kind: "call";
  readonly at: number;
  readonly target?: Ast;
  readonly name: string;
  readonly args: readonly Ast[];
}

/** `!operand`, or `-operand`. */
export interface Unary {
  readonly kind: "unary";
  readonly at: number;
  readonly operator: "!" | "-";
  readonly operand: Ast;
}

/** The operators between two operands, apart from `&&` and `||`. */
export type BinaryOperator = "<" | "<=" | ">=" | ">" | "==" | "!=" | "in" | "+" | "-" | "*" | "/" | "%";

/** `left operator right`. */
export interface Binary {
  readonly kind: "binary";
  readonly at: number;
  readonly operator: BinaryOperator;
  readonly left: Ast;
  readonly right: Ast;
}

/** Two or more terms joined by one operator. */
export interface Logic {
  readonly kind: "logic";
  readonly at: number;
  readonly operator: "&&" | "||";
  readonly terms: readonly Ast[];
}

/** `condition ? yes : no`. */
export interface Conditional {
  readonly kind: "conditional";
  readonly at: number;
  readonly condition: Ast;
  readonly yes: Ast;
  readonly no: Ast;
}

/** `[elements]`. */
export interface ListLiteral {
  readonly kind: "list";
  readonly at: number;
  readonly elements: readonly Element[];
}

/** An element of a list literal; an optional one is left out where it has no value. */
export interface Element {
  readonly value: Ast;
  readonly optional: boolean;
}

/** `{entries}`. */
export interface MapLiteral {
  readonly kind: "map";
  readonly at: number;
  readonly entries: readonly Entry[];
}

/** An entry of a map literal; an optional one is left out where it has no value. */
export interface Entry {
  readonly key: Ast;
  readonly value: Ast;
  readonly optional: boolean;
}

/** `type{field: value}`: parsed, but of no type that Kubernetes offers. */
export interface Message {
  readonly kind: "message";
  readonly at: number;
  readonly type: string;
  readonly fields: readonly MessageField[];
}

/** A field of a message; an optional one is left out where it has no value. */
export interface MessageField {
  readonly name: string;
  readonly value: Ast;
  readonly optional: boolean;
}

/** The expressions directly in an expression, in the order of the source. */
export function children(ast: Ast): readonly Ast[] {
  switch (ast.kind) {
    case "literal":
    case "ident":
      return [];
    case "select":
    case "unary":
      return [ast.operand];
    case "index":
      return [ast.operand, ast.index];
    case "call":
      return ast.target === undefined ? ast.args : [ast.target, ...ast.args];
    case "binary":
      return [ast.left, ast.right];
    case "logic":
      return ast.terms;
    case "conditional":
      return [ast.condition, ast.yes, ast.no];
    case "list":
      return ast.elements.map((element) => element.value);
    case "map":
      return ast.entries.flatMap((entry) => [entry.key, entry.value]);
    case "message":
      return ast.fields.map((field) => field.value);
  }
}

/** An expression with each expression directly in it changed. */
export function mapChildren(ast: Ast, change: (child: Ast) => Ast): Ast {
  switch (ast.kind) {
    case "literal":
    case "ident":
      return ast;
    case "select":
    case "unary":
      return { ...ast, operand: change(ast.operand) };
    case "index":
      return { ...ast, operand: change(ast.operand), index: change(ast.index) };
    case "call": {
      const call = ast.target === undefined ? ast : { ...ast, target: change(ast.target) };
      return { ...call, args: ast.args.map((arg) => change(arg)) };
    }
    case "binary":
      return { ...ast, left: change(ast.left), right: change(ast.right) };
    case "logic":
      return { ...ast, terms: ast.terms.map(change) };
    case "conditional":
      return { ...ast, condition: change(ast.condition), yes: change(ast.yes), no: change(ast.no) };
    case "list":
      return { ...ast, elements: ast.elements.map((e) => ({ ...e, value: change(e.value) })) };
    case "map":
      return {
        ...ast,
        entries: ast.entries.map((e) => ({ ...e, key: change(e.key), value: change(e.value) })),
      };
    case "message":
      return { ...ast, fields: ast.fields.map((f) => ({ ...f, value: change(f.value) })) };
  }
}

/** The name that idents and selects spell, or undefined. */
export function dotted(ast: Ast): string | undefined {
  if (ast.kind === "ident") return ast.name;
  if (ast.kind !== "select" || ast.optional) return undefined;
  const start = dotted(ast.operand);
  return start === undefined ? undefined : `${start}.${ast.field}`;
}
