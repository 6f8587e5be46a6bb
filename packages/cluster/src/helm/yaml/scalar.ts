/** How go-yaml writes a text: plain where it reads back as one, else in quotes or as a block. */
import { plainScalar } from "../../scalar.ts";
import { RefusedError } from "../../limit.ts";
import { byteLength } from "../template/bytes.ts";

export type Style = "plain" | "single" | "double" | "literal";

/** Text while it is written, and the column that the next character will have. */
export interface Out {
  readonly parts: string[];
  column: number;
}

export function put(out: Out, text: string): void {
  out.parts.push(text);
  for (const _ of text) out.column += 1;
}

export function newLine(out: Out, indent: number): void {
  out.parts.push(`\n${" ".repeat(Math.max(0, indent))}`);
  out.column = Math.max(0, indent);
}

const base60 = /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/;
const timestamp =
  /^(?:[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt]|[ \t]+)[0-9]{1,2}:[0-9]{1,2}:[0-9]{1,2}(?:\.[0-9]+)?(?:Z|[+-][0-9]{1,2}:[0-9]{2}|[ \t]*)?)$/;

/** Whether a plain scalar would be read as something else. */
function resolvesToOther(text: string): boolean {
  if (/^[0-9]/.test(text) && timestamp.test(text) && isDate(text)) return true;
  if (base60.test(text)) return true;
  try {
    return typeof plainScalar(text) !== "string";
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    return true;
  }
}

function isDate(text: string): boolean {
  const [year = 0, month = 0, day = 0] = text
    .slice(0, 10)
    .split("-")
    .map((part) => Number.parseInt(part, 10));
  const last = new Date(Date.UTC(year, month, 0)).getUTCDate();
  return month >= 1 && month <= 12 && day >= 1 && day <= last;
}

const indicators = /^[#,[\]{}&*!|>'"%@`]|^[?:-](?:[ \n]|$)|:(?:[ \n]|$)|[ \n]#|^---|^\.\.\./;
const unprintable = /[^\n\x20-\x7e\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd]/;
/** A break that only YAML 1.1 knows makes a text many lines. */
const breaks = /[\n\u2028\u2029]/;

export function styleOf(text: string, key: boolean): Style {
  const wanted = text.includes("\n") ? "literal" : resolvesToOther(text) ? "double" : "plain";
  const special = unprintable.test(text) || / [\n\u2028\u2029]/.test(text);
  const many = breaks.test(text);
  let style: Style = key && many ? "double" : wanted;
  if (style === "plain" && (special || many || indicators.test(text) || /^[ \n]|[ \n]$/.test(text)))
    style = "single";
  if (style === "single" && (special || /[\n\u2028\u2029] /.test(text))) style = "double";
  if (style === "literal" && (text === "" || special || text.endsWith(" ") || key)) style = "double";
  return style;
}

export function isSimpleKey(text: string): boolean {
  return !breaks.test(text) && byteLength(text) <= 128;
}

/** Writes a text; `indent` is that of lines that follow, `width` where a line may be broken. */
export function writeText(
  out: Out,
  text: string,
  style: Style,
  indent: number,
  width: number,
  hint: number,
): void {
  if (style === "plain") writeWords(out, text, indent, width, false);
  else if (style === "single") {
    put(out, "'");
    writeWords(out, text, indent, width, true);
    put(out, "'");
  } else if (style === "double") writeDouble(out, text, indent, width);
  else writeLiteral(out, text, indent, hint);
}

function writeWords(out: Out, text: string, indent: number, width: number, quoted: boolean): void {
  const chars = [...text];
  let blank = false;
  chars.forEach((char, index) => {
    if (char !== " ") {
      put(out, quoted && char === "'" ? "''" : char);
      blank = false;
      return;
    }
    const inside = !quoted || (index > 0 && index < chars.length - 1);
    if (!blank && inside && out.column > width && chars[index + 1] !== " ") newLine(out, indent);
    else put(out, char);
    blank = true;
  });
}

const escapes: Readonly<Record<string, string>> = {
  "\0": "0",
  "\x07": "a",
  "\b": "b",
  "\t": "t",
  "\n": "n",
  "\v": "v",
  "\f": "f",
  "\r": "r",
  "\x1b": "e",
  '"': '"',
  "\\": "\\",
  "\x85": "N",
  "\xa0": "_",
  "\u2028": "L",
  "\u2029": "P",
};

/** `all`: after a byte order mark at its beginning go-yaml escapes every character of a text. */
function escaped(char: string, all: boolean): string | undefined {
  if (char === "\xa0" && !all) return undefined;
  const mustBe =
    unprintable.test(char) || breaks.test(char) || char === '"' || char === "\\" || char === "\ufeff";
  if (!mustBe && !all) return undefined;
  const known = escapes[char];
  if (known !== undefined) return `\\${known}`;
  const point = char.codePointAt(0) ?? 0;
  const hex = point.toString(16).toUpperCase();
  if (point <= 0xff) return `\\x${hex.padStart(2, "0")}`;
  return point <= 0xffff ? `\\u${hex.padStart(4, "0")}` : `\\U${hex.padStart(8, "0")}`;
}

function writeDouble(out: Out, text: string, indent: number, width: number): void {
  const chars = [...text];
  const all = text.startsWith("\ufeff");
  let blank = false;
  put(out, '"');
  chars.forEach((char, index) => {
    if (char !== " " || all) {
      put(out, escaped(char, all) ?? char);
      blank = false;
      return;
    }
    if (!blank && out.column > width && index > 0 && index < chars.length - 1) {
      newLine(out, indent);
      if (chars[index + 1] === " ") put(out, "\\");
    } else put(out, char);
    blank = true;
  });
  put(out, '"');
}

function writeLiteral(out: Out, text: string, indent: number, hint: number): void {
  const mark = /^[ \n]/.test(text) ? String(hint) : "";
  const chomp = text.endsWith("\n") ? (text === "\n" || text.endsWith("\n\n") ? "+" : "") : "-";
  put(out, `|${mark}${chomp}`);
  const lines = text.split("\n");
  if (text.endsWith("\n")) lines.pop();
  const pad = " ".repeat(Math.max(0, indent));
  for (const line of lines) out.parts.push(line === "" ? "\n" : `\n${pad}${line}`);
  out.column = (lines.at(-1)?.length ?? 0) + indent;
}
