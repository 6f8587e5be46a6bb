/** Makes data from clusters and files harmless where text is shown: one line, no control codes, no hidden direction. */

/** Controls (C0, DEL, C1), format characters (bidi, zero width, tags), line separators, lone surrogates, noncharacters, blank fillers. */
const hidden = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Noncharacter_Code_Point}\u115f\u1160\u3164\uffa0]/gu;
/** What a CI runner takes for a command: `::error` at the start of a line (any word may come to stand there), `##[error]` and `##vso[` anywhere. */
const workflowCommand = /(^|\s)::(?=[a-z])/gi;
const loggingCommand = /##(?=\[|vso\[)/gi;

const named: { readonly [character: string]: string } = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/** The text on one line, whatever is hidden in it written as an escape that can be seen: `\x1b`, `\u202e`, `\n`. */
export function sanitize(text: string): string {
  if (/^[ !"$-9;-~]*$/.test(text)) return text;
  return text
    .replaceAll(hidden, escapeOf)
    .replaceAll(workflowCommand, "$1\\::")
    .replaceAll(loggingCommand, "#\\#");
}

function escapeOf(character: string): string {
  const code = character.codePointAt(0)!;
  const hex = code.toString(16);
  if (named[character] !== undefined) return named[character];
  if (code < 0x100) return `\\x${hex.padStart(2, "0")}`;
  return code > 0xffff ? `\\u{${hex}}` : `\\u${hex.padStart(4, "0")}`;
}

/** Sanitised, and no longer than so many characters. */
export function excerpt(text: string, length: number): string {
  const clean = sanitize(text.length > length * 4 ? text.slice(0, length * 4) : text);
  return clean.length <= length ? clean : `${clean.slice(0, length - 1).replace(/\p{Cs}$/u, "")}…`;
}

/** JSON of a value on one line, the same value when parsed, in which nothing that a terminal or a runner obeys stands bare. */
export function jsonText(value: unknown): string {
  const text = JSON.stringify(value);
  // Plain ASCII holds nothing hidden once JSON has escaped its controls. Asked in one, these take twice as long.
  if (!/[^ -~]/.test(text) && !text.includes("##")) return text;
  return text.replaceAll(hidden, jsonEscapeOf).replaceAll(loggingCommand, "#\\u0023");
}

function jsonEscapeOf(character: string): string {
  return [...Array(character.length).keys()]
    .map((index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, "0")}`)
    .join("");
}

/** `1 finding`, `2 findings`. */
export function counted(count: number, noun: string): string {
  const many = /[^aeiou]y$/.test(noun) ? `${noun.slice(0, -1)}ies` : `${noun}s`;
  return `${grouped(count)} ${count === 1 ? noun : many}`;
}

/** `12,345`: what `toLocaleString("en-US")` gives for a whole number, which loads the tables of all languages first. */
export function grouped(count: number): string {
  return String(count).replaceAll(/\B(?=(?:\d{3})+$)/g, ",");
}
