/** Writes a syntax tree as CEL source, and values as CEL literals. */
import type { Ast } from "./ast.ts";
import { decodeUtf8 } from "../values/text.ts";
import { Bytes, Double, Uint } from "../values/value.ts";
import type { Value } from "../values/value.ts";

const PRECEDENCE: Readonly<Record<string, number>> = {
  "||": 1,
  "&&": 2,
  "<": 3,
  "<=": 3,
  ">=": 3,
  ">": 3,
  "==": 3,
  "!=": 3,
  in: 3,
  "+": 4,
  "-": 4,
  "*": 5,
  "/": 5,
  "%": 5,
};
const UNARY = 6;
const MEMBER = 7;

/** The source of an expression. Parsing it gives an equal tree. */
export function print(ast: Ast): string {
  return write(ast, 0);
}

/** Writes an expression, in parentheses if it binds less than is needed where it stands. */
function write(ast: Ast, needed: number): string {
  const [text, binds] = parts(ast);
  return binds < needed ? `(${text})` : text;
}

function parts(ast: Ast): readonly [text: string, binds: number] {
  switch (ast.kind) {
    case "literal":
      return [printLiteral(ast.value), MEMBER];
    case "ident":
      return [ast.name, MEMBER];
    case "select":
      return [`${target(ast.operand)}.${ast.optional ? "?" : ""}${fieldText(ast.field)}`, MEMBER];
    case "index":
      return [`${target(ast.operand)}[${ast.optional ? "?" : ""}${print(ast.index)}]`, MEMBER];
    case "call": {
      const receiver = ast.target === undefined ? "" : `${target(ast.target)}.`;
      return [`${receiver}${ast.name}(${ast.args.map(print).join(", ")})`, MEMBER];
    }
    case "unary":
      return [`${ast.operator}${unaryOperand(ast.operand)}`, UNARY];
    case "binary": {
      const binds = PRECEDENCE[ast.operator] ?? 0;
      return [`${write(ast.left, binds)} ${ast.operator} ${write(ast.right, binds + 1)}`, binds];
    }
    case "logic": {
      const binds = PRECEDENCE[ast.operator] ?? 0;
      return [ast.terms.map((term) => write(term, binds + 1)).join(` ${ast.operator} `), binds];
    }
    case "conditional":
      return [`${write(ast.condition, 1)} ? ${write(ast.yes, 1)} : ${write(ast.no, 0)}`, 0];
    case "list":
      return [`[${ast.elements.map((e) => `${e.optional ? "?" : ""}${print(e.value)}`).join(", ")}]`, MEMBER];
    case "map":
      return [
        `{${ast.entries.map((e) => `${e.optional ? "?" : ""}${print(e.key)}: ${print(e.value)}`).join(", ")}}`,
        MEMBER,
      ];
    case "message": {
      const fields = ast.fields.map((f) => `${f.optional ? "?" : ""}${fieldText(f.name)}: ${print(f.value)}`);
      return [`${ast.type}{${fields.join(", ")}}`, MEMBER];
    }
  }
}

function target(ast: Ast): string {
  return ast.kind === "literal" && isNumeric(ast.value) ? `(${print(ast)})` : write(ast, MEMBER);
}

function unaryOperand(ast: Ast): string {
  return ast.kind === "literal" && isNumeric(ast.value) ? `(${print(ast)})` : write(ast, MEMBER);
}

function isNumeric(value: Value): boolean {
  return (
    typeof value === "number" || typeof value === "bigint" || value instanceof Double || value instanceof Uint
  );
}

function fieldText(name: string): string {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !/^(?:in|true|false|null)$/.test(name)
    ? name
    : `\`${name}\``;
}

/** A literal of a value that has one: null, bool, number, text or bytes. */
export function printLiteral(value: Value): string {
  if (typeof value === "string") return quote(value);
  if (value instanceof Bytes) return `b${quoteBytes(value.value)}`;
  if (value instanceof Uint) return `${value.value}u`;
  if (value instanceof Double) return withFraction(String(value.value));
  if (typeof value === "number" && !Number.isInteger(value)) return withFraction(String(value));
  return String(value);
}

function withFraction(text: string): string {
  return /[.e]/.test(text) ? text : `${text}.0`;
}

/** Text as a CEL literal, in single quotes unless only double ones avoid an escape. */
export function quote(text: string): string {
  const mark = text.includes("'") && !text.includes('"') ? '"' : "'";
  return mark + text.replace(/[\\'"\p{Cc}\p{Cs}]/gu, (char) => escape(char, mark)) + mark;
}

const ESCAPES: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t", "\\": "\\\\" };

function escape(char: string, mark: string): string {
  if ((char === "'" || char === '"') && char !== mark) return char;
  if (char === mark) return `\\${char}`;
  return ESCAPES[char] ?? `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

function quoteBytes(bytes: Uint8Array): string {
  const text = decodeUtf8(bytes);
  if (text !== undefined && /^[ -~]*$/.test(text)) return quote(text);
  return `'${Array.from(bytes, (byte) => `\\x${byte.toString(16).padStart(2, "0")}`).join("")}'`;
}

/** A double as `string()` writes it: as few digits as tell it apart, an exponent from 1e6 and below 1e-4. */
export function formatDouble(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "+Inf" : "-Inf";
  if (value === 0) return Object.is(value, -0) ? "-0" : "0";
  const [digits = "", exponent = "0"] = value.toExponential().split("e");
  const power = Number(exponent);
  if (power < -4 || power >= 6) {
    return `${digits}e${power < 0 ? "-" : "+"}${String(Math.abs(power)).padStart(2, "0")}`;
  }
  return String(value);
}
