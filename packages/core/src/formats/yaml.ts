/** Writes values as YAML in block style, strings quoted as JSON where plain ones could be read as something else. */
import { isJsonArray, isJsonObject, type Json, type JsonObject } from "../model/json.ts";

export interface YamlStyle {
  /** Blanks that an entry stands deeper than what holds it. */
  readonly step: number;
  /** Whether the dashes of a list stand deeper than the key above. */
  readonly deepLists: boolean;
}

const usual: YamlStyle = { step: 2, deepLists: true };

const plain = /^[A-Za-z][\w./-]*$/;
const reserved = /^(y|n|yes|no|on|off|true|false|null)$/i;

export function yamlOf(value: JsonObject): string {
  return yamlLines(value, "")
    .map((line) => `${line}\n`)
    .join("");
}

/** The lines of a mapping or list that holds something, each behind the indent. */
export function yamlLines(
  value: JsonObject | readonly Json[],
  indent: string,
  style: YamlStyle = usual,
): readonly string[] {
  if (isJsonArray(value)) return value.flatMap((entry) => item(entry, indent, style));
  return Object.entries(value).flatMap(([key, entry]) =>
    entry === undefined ? [] : keyed(`${indent}${yamlScalar(key)}:`, entry, indent, style),
  );
}

function keyed(key: string, value: Json, indent: string, style: YamlStyle): readonly string[] {
  if (!isFilled(value)) return [`${key} ${yamlScalar(value)}`];
  const deeper = isJsonArray(value) && !style.deepLists ? indent : indent + " ".repeat(style.step);
  return [key, ...yamlLines(value, deeper, style)];
}

function item(value: Json, indent: string, style: YamlStyle): readonly string[] {
  if (!isFilled(value)) return [`${indent}- ${yamlScalar(value)}`];
  const [first = "", ...rest] = yamlLines(value, `${indent}  `, style);
  return [`${indent}- ${first.trimStart()}`, ...rest];
}

/** A mapping or list that holds something: it takes lines of its own. */
export function isFilled(value: Json | undefined): value is JsonObject | readonly Json[] {
  if (isJsonArray(value)) return value.length > 0;
  return isJsonObject(value) && Object.values(value).some((entry) => entry !== undefined);
}

/** A value that takes no lines of its own: a scalar, `[]` or `{}`. */
export function yamlScalar(value: Json): string {
  if (isJsonArray(value)) return "[]";
  if (isJsonObject(value)) return "{}";
  if (typeof value !== "string") return JSON.stringify(value);
  return plain.test(value) && !reserved.test(value) ? value : JSON.stringify(value);
}
