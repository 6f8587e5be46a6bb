/** Writes our own resources as YAML: block style, strings quoted as JSON where plain ones could be read as something else. */
import { isJsonArray, isJsonObject, type Json, type JsonObject } from "@plimsoll/core";

const plain = /^[A-Za-z][\w./-]*$/;
const reserved = /^(y|n|yes|no|on|off|true|false|null)$/i;

export function yamlOf(value: JsonObject): string {
  return mapping(value, "").slice(1);
}

/** Text of a value after its key: on the same line for a scalar, on the following ones else. */
function nested(value: Json, indent: string): string {
  if (isJsonArray(value)) return value.length === 0 ? " []\n" : sequence(value, indent);
  if (isJsonObject(value)) return Object.keys(value).length === 0 ? " {}\n" : mapping(value, indent);
  return ` ${scalar(value)}\n`;
}

function mapping(value: JsonObject, indent: string): string {
  const lines = Object.entries(value)
    .filter(([, entry]) => entry !== undefined)
    .map(([key, entry]) => `${indent}${text(key)}:${nested(entry ?? null, `${indent}  `)}`);
  return `\n${lines.join("")}`;
}

function sequence(list: readonly Json[], indent: string): string {
  return `\n${list.map((entry) => `${indent}-${item(entry, indent)}`).join("")}`;
}

function item(entry: Json, indent: string): string {
  const block = nested(entry, `${indent}  `);
  return block.startsWith("\n") ? ` ${block.slice(1).trimStart()}` : block;
}

function scalar(value: null | boolean | number | string): string {
  return typeof value === "string" ? text(value) : JSON.stringify(value);
}

function text(value: string): string {
  return plain.test(value) && !reserved.test(value) ? value : JSON.stringify(value);
}
