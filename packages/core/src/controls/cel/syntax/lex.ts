/** Splits CEL source into tokens. */
import { errorAt } from "../failure.ts";

/** What a token is; names that are words of the language are `ident` too. */
export type TokenKind = "ident" | "escaped" | "int" | "uint" | "double" | "string" | "bytes" | "sign" | "end";

/** A token: its text as it was written, and its place in the source. */
export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  readonly at: number;
}

const BLANK = /(?:[\t \r\n\f]+|\/\/[^\n]*)+/y;
const NAME = /[A-Za-z_][A-Za-z0-9_]*/y;
const ESCAPED = /`[A-Za-z0-9_.\-/ ]+`/y;
const NUMBER =
  /0x[0-9a-fA-F]+[uU]?|\d+\.\d+(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+|\.\d+(?:[eE][+-]?\d+)?|\d+[uU]?/y;
const RAW = /[bB]?[rR](?:"""[^]*?"""|'''[^]*?'''|"[^"\n\r]*"|'[^'\n\r]*')/y;
const TEXT =
  /[bB]?(?:"""(?:\\[^]|[^\\])*?"""|'''(?:\\[^]|[^\\])*?'''|"(?:\\.|[^\\"\n\r])*"|'(?:\\.|[^\\'\n\r])*')/y;
const SIGN = /==|!=|<=|>=|&&|\|\||[-<>[\]{}().,!?:+*/%]/y;

/** The tokens of a source, ended by an `end`. Throws CelError at what is none. */
export function lex(source: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (true) {
    at += match(BLANK, source, at)?.length ?? 0;
    if (at >= source.length) break;
    const token = lexOne(source, at);
    tokens.push(token);
    at += token.text.length;
  }
  tokens.push({ kind: "end", text: "", at: source.length });
  return tokens;
}

function lexOne(source: string, at: number): Token {
  const literal = match(RAW, source, at) ?? match(TEXT, source, at);
  if (literal !== undefined) return { kind: /^b/i.test(literal) ? "bytes" : "string", text: literal, at };
  const number = match(NUMBER, source, at);
  if (number !== undefined) return { kind: numberKind(number), text: number, at };
  const name = match(NAME, source, at);
  if (name !== undefined) return { kind: "ident", text: name, at };
  const escaped = match(ESCAPED, source, at);
  if (escaped !== undefined) return { kind: "escaped", text: escaped, at };
  const sign = match(SIGN, source, at);
  if (sign !== undefined) return { kind: "sign", text: sign, at };
  const char = String.fromCodePoint(source.codePointAt(at) ?? 0);
  throw errorAt(
    source,
    at,
    /["'`]/.test(char) ? `unfinished ${char}` : `unexpected character ${JSON.stringify(char)}`,
  );
}

function match(pattern: RegExp, source: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(source)?.[0];
}

function numberKind(text: string): TokenKind {
  if (/u$/i.test(text)) return "uint";
  return !text.startsWith("0x") && /[.eE]/.test(text) ? "double" : "int";
}
