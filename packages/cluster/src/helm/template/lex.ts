/** A template's text into tokens, as Go's text/template cuts it. */

export type TokenType =
  | "text"
  | "open"
  | "close"
  | "space"
  | "assign"
  | "declare"
  | "pipe"
  | "string"
  | "raw"
  | "char"
  | "variable"
  | "field"
  | "dot"
  | "number"
  | "identifier"
  | "keyword"
  | "bool"
  | "nil"
  | "("
  | ")"
  | "other"
  | "error"
  | "end";

export interface Token {
  readonly type: TokenType;
  readonly pos: number;
  readonly text: string;
}

const keywords: ReadonlySet<string> = new Set([
  "block",
  "break",
  "continue",
  "define",
  "else",
  "end",
  "if",
  "range",
  "template",
  "with",
]);
const spaces = /[ \t\r\n]*/y;
const patterns = {
  space: /[ \t\r\n]+/y,
  word: /[\p{L}\p{Nd}_]+/uy,
  string: /"(?:[^"\\\n]|\\[^\n])*"/y,
  raw: /`[^`]*`/y,
  char: /'(?:[^'\\\n]|\\[^\n])*'/y,
  number:
    /[+-]?(?:0[xX][0-9a-fA-F_]*(?:\.[0-9a-fA-F_]*)?(?:[pP][+-]?[0-9_]*)?|0[oO][0-7_]*|0[bB][01_]*|[0-9_]*(?:\.[0-9_]*)?(?:[eE][+-]?[0-9_]*)?)i?/y,
} as const;

/** Every token up to the end or the first error, which is the last token then. */
export function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let pos = 0;
  while (pos < text.length) {
    const open = text.indexOf("{{", pos);
    const end = open === -1 ? text.length : open;
    const trims = open !== -1 && /^-[ \t\r\n]/.test(text.slice(open + 2, open + 4));
    const raw = text.slice(pos, end);
    const kept = trims ? raw.replace(/[ \t\r\n]+$/, "") : raw;
    if (kept !== "") tokens.push({ type: "text", pos, text: kept });
    if (open === -1) break;
    const after = open + 2 + (trims ? 2 : 0);
    const next = text.startsWith("/*", after)
      ? comment(text, after, tokens)
      : action(text, open, after, tokens);
    if (next === undefined) return tokens;
    pos = next;
  }
  tokens.push({ type: "end", pos: text.length, text: "EOF" });
  return tokens;
}

/** Where the text goes on; nothing where there is an error. */
function comment(text: string, start: number, tokens: Token[]): number | undefined {
  const end = text.indexOf("*/", start + 2);
  if (end === -1) return fail(tokens, start, "unclosed comment");
  const close = closeAt(text, end + 2);
  if (close === undefined) return fail(tokens, start, "comment ends before closing delimiter");
  return close.next;
}

interface Close {
  readonly pos: number;
  readonly next: number;
}

/** The end of an action at a place, with the blanks that its trim marker takes. */
function closeAt(text: string, pos: number): Close | undefined {
  if (text.startsWith("}}", pos)) return { pos, next: pos + 2 };
  if (!/^[ \t\r\n]-\}\}/.test(text.slice(pos, pos + 4))) return undefined;
  return { pos: pos + 2, next: match(spaces, text, pos + 4) };
}

function match(pattern: RegExp, text: string, pos: number): number {
  pattern.lastIndex = pos;
  return pattern.test(text) ? pattern.lastIndex : pos;
}

function fail(tokens: Token[], pos: number, message: string): undefined {
  tokens.push({ type: "error", pos, text: message });
  return undefined;
}

function action(text: string, open: number, start: number, tokens: Token[]): number | undefined {
  tokens.push({ type: "open", pos: open, text: "{{" });
  let depth = 0;
  let pos = start;
  for (;;) {
    const close = closeAt(text, pos);
    if (close !== undefined) {
      if (depth > 0) return fail(tokens, pos, "unclosed left paren");
      tokens.push({ type: "close", pos: close.pos, text: "}}" });
      return close.next;
    }
    if (pos >= text.length) return fail(tokens, pos, "unclosed action");
    const token = tokenAt(text, pos);
    if (token.type === "(") depth += 1;
    if (token.type === ")") depth -= 1;
    if (depth < 0) return fail(tokens, pos, "unexpected right paren");
    tokens.push(token);
    if (token.type === "error") return undefined;
    pos = token.pos + token.text.length;
  }
}

const single: Readonly<Record<string, TokenType>> = { "=": "assign", "|": "pipe", "(": "(", ")": ")" };

function tokenAt(text: string, pos: number): Token {
  const char = text[pos] ?? "";
  const simple = single[char];
  if (simple !== undefined) return { type: simple, pos, text: char };
  if (/[ \t\r\n]/.test(char)) return spaceAt(text, pos);
  if (text.startsWith(":=", pos)) return { type: "declare", pos, text: ":=" };
  if (char === ":") return { type: "error", pos, text: "expected :=" };
  if (char === '"') return whole(text, pos, "string", "unterminated quoted string");
  if (char === "`") return whole(text, pos, "raw", "unterminated raw quoted string");
  if (char === "'") return whole(text, pos, "char", "unterminated character constant");
  if (char === "$" || (char === "." && !/[0-9]/.test(text[pos + 1] ?? ""))) return nameAt(text, pos, char);
  if (/[-+.0-9]/.test(char)) return numberAt(text, pos);
  const end = match(patterns.word, text, pos);
  if (end > pos) return wordAt(text, pos, end);
  if (/[!-~]/.test(char)) return { type: "other", pos, text: char };
  const point = text.codePointAt(pos) ?? 0;
  const hex = point.toString(16).toUpperCase().padStart(4, "0");
  return { type: "error", pos, text: `unrecognized character in action: U+${hex}` };
}

/** A space that belongs to a trim marker is left to it. */
function spaceAt(text: string, pos: number): Token {
  let end = match(patterns.space, text, pos);
  if (text.startsWith("-}}", end)) end -= 1;
  return { type: "space", pos, text: text.slice(pos, end) };
}

function whole(text: string, pos: number, type: "string" | "raw" | "char", complaint: string): Token {
  const end = match(patterns[type], text, pos);
  return end === pos ? { type: "error", pos, text: complaint } : { type, pos, text: text.slice(pos, end) };
}

function nameAt(text: string, pos: number, first: string): Token {
  const end = match(patterns.word, text, pos + 1);
  if (!endsWord(text, end)) return badCharacter(text, end);
  if (first === "$") return { type: "variable", pos, text: text.slice(pos, end) };
  return end === pos + 1
    ? { type: "dot", pos, text: "." }
    : { type: "field", pos, text: text.slice(pos, end) };
}

function numberAt(text: string, pos: number): Token {
  const end = match(patterns.number, text, pos);
  const bad = match(patterns.word, text, end) > end || end === pos;
  if (bad)
    return { type: "error", pos, text: `bad number syntax: ${JSON.stringify(text.slice(pos, end + 1))}` };
  return { type: "number", pos, text: text.slice(pos, end) };
}

function wordAt(text: string, pos: number, end: number): Token {
  if (!endsWord(text, end)) return badCharacter(text, end);
  const word = text.slice(pos, end);
  const type = keywords.has(word)
    ? "keyword"
    : word === "nil"
      ? "nil"
      : word === "true" || word === "false"
        ? "bool"
        : "identifier";
  return { type, pos, text: word };
}

function endsWord(text: string, end: number): boolean {
  return end >= text.length || /[ \t\r\n.,|:()]/.test(text[end] ?? "") || text.startsWith("}}", end);
}

function badCharacter(text: string, pos: number): Token {
  const point = text.codePointAt(pos) ?? 0;
  const hex = point.toString(16).toUpperCase().padStart(4, "0");
  return { type: "error", pos, text: `bad character U+${hex} '${String.fromCodePoint(point)}'` };
}
