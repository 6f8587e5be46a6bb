/** Sprig's changes of case between words: `camelcase`, `snakecase`, `kebabcase`. */
import { define } from "../template/define.ts";
import type { Definition } from "../template/value.ts";
import { isSpace, lower, upper } from "./strings.ts";

type Word = "none" | "number" | "upper" | "alphabet" | "connector" | "punctuation" | "other";

function isConnector(char: string): boolean {
  return char === "-" || char === "_" || isSpace(char);
}

function isUpper(char: string): boolean {
  return /^\p{Lu}$/u.test(char);
}

function isAlphabet(char: string): boolean {
  return /^\p{L}$/u.test(char);
}

function isNumber(char: string): boolean {
  return /^\p{N}$/u.test(char);
}

function isPunctuation(char: string): boolean {
  return /^\p{P}$/u.test(char);
}

interface Piece {
  readonly type: Word;
  readonly word: string;
  readonly end: number;
}

/** The word that begins at a place. */
function wordAt(chars: readonly string[], start: number): Piece {
  const first = chars[start];
  if (first === undefined) return { type: "none", word: "", end: start };
  const run = (test: (char: string) => boolean, from = start + 1): number => {
    let end = from;
    while (end < chars.length && test(chars[end] ?? "")) end += 1;
    return end;
  };
  const piece = (type: Word, end: number): Piece => ({ type, word: chars.slice(start, end).join(""), end });
  const isLower = (char: string): boolean => isAlphabet(char) && !isUpper(char);
  if (isConnector(first)) return piece("connector", run(isConnector));
  if (isPunctuation(first)) return piece("punctuation", run(isPunctuation));
  if (isUpper(first)) {
    const second = chars[start + 1] ?? "";
    if (!isUpper(second)) return piece("upper", isAlphabet(second) ? run(isLower) : start + 1);
    const end = run(isUpper);
    return piece("upper", end < chars.length && isAlphabet(chars[end] ?? "") ? end - 1 : end);
  }
  if (isAlphabet(first)) return piece("alphabet", run(isLower));
  if (isNumber(first)) return piece("number", run(isNumber));
  return piece(
    "other",
    run((char) => !isConnector(char) && !isAlphabet(char) && !isNumber(char) && !isPunctuation(char)),
  );
}

function joinedBy(text: string, connector: string): string {
  const chars = [...text];
  let out = "";
  const write = ({ type, word }: Piece): void => {
    out += type === "connector" ? [...word].map(() => connector).join("") : lower(word);
  };
  const goesOn = ({ type }: Piece): boolean => type === "alphabet" || type === "number";
  const open = ({ type }: Piece): boolean => type !== "connector" && type !== "punctuation";
  let piece = wordAt(chars, 0);
  while (piece.end < chars.length) {
    if (piece.type !== "connector") write(piece);
    const before = piece;
    piece = wordAt(chars, piece.end);
    if (before.type === "number") {
      while (goesOn(piece)) {
        write(piece);
        piece = wordAt(chars, piece.end);
      }
      if (piece.type !== "none" && open(piece)) out += connector;
    } else if (before.type === "connector") write(before);
    else if (before.type !== "punctuation") {
      if (piece.type !== "number") {
        if (open(piece)) out += connector;
        continue;
      }
      if (piece.end >= chars.length) continue;
      const number = piece;
      piece = wordAt(chars, piece.end);
      if (piece.type !== "alphabet") {
        write(number);
        if (open(piece)) out += connector;
        continue;
      }
      out += connector;
      write(number);
      while (goesOn(piece)) {
        write(piece);
        piece = wordAt(chars, piece.end);
      }
      if (piece.type !== "none" && open(piece)) out += connector;
    }
  }
  write(piece);
  return out;
}

function pascal(text: string): string {
  const chars = [...text];
  let at = 0;
  let out = "";
  while (at < chars.length && isConnector(chars[at] ?? "")) {
    out += chars[at];
    at += 1;
  }
  if (at >= chars.length) return out;
  let wasUpper = isUpper(chars[at] ?? "");
  let current = upper(chars[at] ?? "");
  for (const char of chars.slice(at + 1)) {
    const before = current;
    current = char;
    if (isConnector(current) && isConnector(before)) {
      out += before;
      continue;
    }
    if (isConnector(before)) {
      wasUpper = isUpper(current);
      current = upper(current);
      continue;
    }
    if (wasUpper) {
      if (isUpper(current)) current = lower(current);
      else wasUpper = false;
    }
    out += before;
  }
  return out + current;
}

export const letters: readonly Definition[] = [
  define("camelcase", "string -> string", pascal),
  define("snakecase", "string -> string", (text: string) => joinedBy(text, "_")),
  define("kebabcase", "string -> string", (text: string) => joinedBy(text, "-")),
];
