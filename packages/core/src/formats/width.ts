/** How wide text stands in a terminal, and how it is broken into lines without cutting words. */

const combining = /^[\p{Mn}\p{Me}]$/u;
const emoji = /^\p{Emoji_Presentation}$/u;

/** Ranges of East Asian Wide and Fullwidth characters (Unicode 16, EastAsianWidth.txt), first and last. */
const wideRanges: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0x33ff],
  [0x3400, 0x4dbf],
  [0x4e00, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe10, 0xfe19],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x16fe0, 0x18dff],
  [0x1b000, 0x1b2ff],
  [0x1f200, 0x1f2ff],
  [0x20000, 0x3fffd],
];

function characterWidth(character: string): number {
  const code = character.codePointAt(0)!;
  if (code < 0x300) return 1;
  if (combining.test(character)) return 0;
  return wideRanges.some(([first, last]) => code >= first && code <= last) || emoji.test(character) ? 2 : 1;
}

/** The colours and links that a pen writes; data is sanitised, so no others can be there. */
const penStroke = /\p{Cc}\[\d+m|\p{Cc}\]8;;\P{Cc}*\p{Cc}\\/gu;
const atom = /\p{Cc}\[\d+m|\p{Cc}\]8;;\P{Cc}*\p{Cc}\\|./gsu;

/** Columns that a line of sanitised text takes, colours and links aside. */
export function widthOf(text: string): number {
  if (/^[ -~]*$/.test(text)) return text.length;
  let width = 0;
  for (const character of text.replaceAll(penStroke, "")) width += characterWidth(character);
  return width;
}

/** The text with spaces after it, to so many columns; a longer one as it is. */
export function padded(text: string, columns: number): string {
  return text + " ".repeat(Math.max(0, columns - widthOf(text)));
}

/** A word too long for a line, broken after the separators of paths and names, and around wide characters. */
function piecesOf(word: string): readonly string[] {
  const pieces: string[] = [];
  let open = "";
  let ended = false;
  const close = (): void => {
    if (open !== "") pieces.push(open);
    open = "";
  };
  for (const part of word.match(atom) ?? []) {
    const separator = /^[/.,:=[\]-]$/.test(part);
    const wide = !part.startsWith("\u001b") && characterWidth(part) === 2;
    if ((ended && !separator && !part.startsWith("\u001b")) || wide) close();
    open += part;
    ended = separator || wide || (ended && part.startsWith("\u001b"));
  }
  close();
  return pieces;
}

/**
 * Lines no wider than `columns`, broken at spaces; a word that is wider by itself is broken at its separators, and one
 * without any stands whole on a line of its own, so that it can be copied.
 */
export function wrapped(text: string, columns: number): readonly string[] {
  const lines: string[] = [];
  let line = "";
  const put = (part: string, joint: string): void => {
    if (line === "") line = part;
    else if (widthOf(line) + widthOf(joint) + widthOf(part) <= columns) line += joint + part;
    else {
      lines.push(line);
      line = part;
    }
  };
  for (const word of text.split(/ +/)) {
    if (word === "") continue;
    if (widthOf(word) <= columns) put(word, " ");
    else piecesOf(word).forEach((piece, index) => put(piece, index === 0 ? " " : ""));
  }
  if (line !== "") lines.push(line);
  return lines;
}
