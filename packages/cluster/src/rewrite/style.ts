/** How a text is written: its line breaks, its indents, whether the dashes of lists stand deeper, whether it is JSON. */
import { isFilled, isJsonArray, isJsonObject, yamlScalar, type Json, type YamlStyle } from "@plimsoll/core";
import { isMap, isSeq, visit, type Node } from "yaml";
import { entriesOf } from "./node.ts";

export interface Style extends YamlStyle {
  readonly eol: string;
  /** Keys and texts are in double quotes, as JSON has them. */
  readonly json: boolean;
  /** One level of a JSON text that stands on many lines; empty where all is one line. */
  readonly indent: string;
}

export function styleOf(text: string, root: Node): Style {
  const json = /^\s*[[{]\s*(?:["\]}{]|$)/.test(text);
  const found = { step: 0, deep: undefined as boolean | undefined };
  visit(root, {
    Collection: (_, node) => {
      if (!isMap(node) || node.srcToken?.type !== "block-map") return undefined;
      for (const { slot } of entriesOf(text, node) ?? []) look(text, slot, found);
      return found.step > 0 && found.deep !== undefined ? visit.BREAK : undefined;
    },
  });
  return {
    eol: /\r?\n/.exec(text)?.[0] ?? "\n",
    step: found.step || 2,
    deepLists: found.deep ?? true,
    json,
    indent: json ? (/\n([ \t]+)"/.exec(text)?.[1] ?? "") : "",
  };
}

function look(
  text: string,
  { node, column }: { readonly node: Node | null; readonly column: number },
  found: { step: number; deep: boolean | undefined },
): void {
  if (!isMap(node) && !isSeq(node)) return;
  if (node.srcToken?.type === "flow-collection") return;
  const inner = entriesOf(text, node)?.[0]?.slot.column;
  if (inner === undefined) return;
  if (isSeq(node)) found.deep ??= inner > column;
  else if (found.step === 0 && inner > column) found.step = inner - column;
}

/** A value in flow style, behind a line with that indent. */
export function flowText(value: Json, style: Style, indent: string): string {
  if (style.json) {
    const lines = JSON.stringify(value, undefined, style.indent).split("\n");
    return lines.map((line, index) => (index === 0 ? line : indent + line)).join(style.eol);
  }
  if (!isFilled(value)) return yamlScalar(value);
  if (isJsonArray(value)) return `[${value.map((entry) => flowText(entry, style, indent)).join(", ")}]`;
  const entries = Object.entries(isJsonObject(value) ? value : {});
  return `{ ${entries.map(([key, entry]) => `${yamlScalar(key)}: ${flowText(entry ?? null, style, indent)}`).join(", ")} }`;
}

/** A scalar, in the quotes of the one whose place it takes. */
export function scalarLike(value: Json, old: string): string {
  if (typeof value !== "string") return yamlScalar(value);
  if (old.startsWith("'") && /^[\x20-\x7e]*$/.test(value)) return `'${value.replaceAll("'", "''")}'`;
  return old.startsWith('"') ? JSON.stringify(value) : yamlScalar(value);
}
