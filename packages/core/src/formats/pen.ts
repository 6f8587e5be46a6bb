/** Writes for a terminal: colours and links where they are wanted, paragraphs with a hanging indent. */
import type { Severity } from "../model/finding.ts";
import type { FormatOptions } from "./shape.ts";
import { widthOf, wrapped } from "./width.ts";

export type Ink = "bold" | "dim" | "red" | "green" | "yellow" | "blue" | "magenta" | "cyan";

const codes: { readonly [I in Ink]: readonly [number, number] } = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  blue: [34, 39],
  magenta: [35, 39],
  cyan: [36, 39],
};

export const severityInk: { readonly [S in Severity]: Ink } = {
  critical: "magenta",
  high: "red",
  medium: "yellow",
  low: "blue",
};

export interface Pen {
  readonly width: number;
  readonly paint: (text: string, ...inks: readonly Ink[]) => string;
  /** An OSC 8 hyperlink, where the terminal has them and there is something to open. */
  readonly link: (text: string, uri: string | undefined) => string;
  /** Sanitised text as a paragraph: `head` before the first line, as many spaces before the others. */
  readonly paragraph: (head: string, text: string, ...inks: readonly Ink[]) => string;
  /** A section's title with a note beside it. */
  readonly title: (text: string, note: string) => string;
}

export function createPen(options: FormatOptions): Pen {
  const width = Math.max(40, Math.min(options.width, 140));
  const paint: Pen["paint"] = (text, ...inks) => {
    if (!options.color || text === "") return text;
    const open = inks.map((ink) => `\u001b[${codes[ink][0]}m`).join("");
    const close = inks
      .map((ink) => `\u001b[${codes[ink][1]}m`)
      .reverse()
      .join("");
    return `${open}${text}${close}`;
  };
  const paragraph: Pen["paragraph"] = (head, text, ...inks) => {
    const indent = widthOf(head);
    const lines = wrapped(text, width - indent);
    return lines
      .map((line, index) => `${index === 0 ? head : " ".repeat(indent)}${paint(line, ...inks)}\n`)
      .join("");
  };
  return {
    width,
    paint,
    paragraph,
    link: (text, uri) =>
      options.hyperlinks && uri !== undefined ? `\u001b]8;;${uri}\u001b\\${text}\u001b]8;;\u001b\\` : text,
    title: (text, note) => {
      const lines = wrapped(note, width - text.length - 2);
      const rest = lines.slice(1).map((line) => `${" ".repeat(text.length + 2)}${paint(line, "dim")}\n`);
      return `\n${paint(text, "bold")}  ${paint(lines[0] ?? "", "dim")}\n${rest.join("")}`;
    },
  };
}
