/** Values to YAML, byte for byte as helm's `toYaml` (sigs.k8s.io/yaml over go-yaml 2) and `toYamlPretty` (go-yaml 3). */
import { tick } from "../template/budget.ts";
import { bytesOf } from "../template/bytes.ts";
import { unsupported } from "../template/fault.ts";
import { shortestFloat } from "../template/format.ts";
import { isObject, plain, type Value } from "../template/value.ts";
import { jsonNumber } from "../functions/json.ts";
import { compareKeys } from "./order.ts";
import { isSimpleKey, newLine, put, styleOf, writeText, type Out } from "./scalar.ts";

interface Manner {
  /** Where lines are broken. */
  readonly width: number;
  /** Whether lists in maps are indented. */
  readonly indented: boolean;
  readonly number: (value: number) => string;
}

/** A number goes through JSON, and what looks like an integer there is written as one. */
function throughJson(value: number): string {
  const text = jsonNumber(value);
  if (/^-?[0-9]+$/.test(text)) {
    const whole = BigInt(text);
    if (whole < 2n ** 64n && whole >= -(2n ** 63n)) return text === "-0" ? "0" : text;
  }
  return shortestFloat(value);
}

const usual: Manner = { width: 80, indented: false, number: throughJson };
const pretty: Manner = { width: Number.MAX_SAFE_INTEGER, indented: true, number: shortestFloat };

/** Ends with a line break. */
export function writeYaml(value: Value, prettily = false): string {
  const out: Out = { parts: [], column: 0 };
  writeNode(out, value, prettily ? pretty : usual, -2, "root");
  return `${out.parts.join("")}\n`.replace(/\n{2,}$/, (ends) => (endsOpen(value) ? ends : "\n"));
}

/** A text at the end may close with line breaks of its own. */
function endsOpen(value: Value): boolean {
  const simple = plain(value);
  if (typeof simple === "string") return simple.endsWith("\n");
  if (isObject(simple) && simple.kind === "list") return endsOpen(simple.items.at(-1));
  if (isObject(simple) && simple.kind === "dict") {
    return endsOpen(simple.entries.get([...simple.entries.keys()].sort(compareKeys).at(-1) ?? ""));
  }
  return false;
}

type Place = "root" | "key" | "item";

/** `indent` is that of the collection around it. */
function writeNode(out: Out, value: Value, manner: Manner, indent: number, place: Place): void {
  tick(8);
  const simple = plain(value);
  if (simple === undefined || simple === null) leaf(out, "null", place);
  else if (typeof simple === "string") writeString(out, simple, manner, indent, place);
  else if (typeof simple === "number") leaf(out, manner.number(simple), place);
  else if (typeof simple === "boolean") leaf(out, String(simple), place);
  else if (simple.kind === "int") leaf(out, String(simple.value), place);
  else if (simple.kind === "bytes") {
    writeString(out, bytesOf(simple.text).toString("base64"), manner, indent, place);
  } else if (simple.kind === "list") writeList(out, simple.items, simple.nil === true, manner, indent, place);
  else if (simple.kind === "dict") writeDict(out, simple.entries, manner, indent, place);
  else if (simple.json !== undefined) writeNode(out, simple.json(), manner, indent, place);
  else throw unsupported(`YAML of a ${simple.type}`);
}

function leaf(out: Out, text: string, place: Place): void {
  if (place !== "root" && out.parts.length > 0) put(out, " ");
  put(out, text);
}

function writeString(
  out: Out,
  text: string,
  { width, indented }: Manner,
  indent: number,
  place: Place,
): void {
  if (indented && /[\t\u{10000}-\u{10ffff}]/u.test(text)) {
    throw unsupported("toYamlPretty of a text with tabs or characters above U+FFFF");
  }
  const sound = text.includes("\u0085") ? folded(text.toWellFormed()) : text.toWellFormed();
  if (place !== "root") put(out, " ");
  writeText(out, sound, styleOf(sound, false), Math.max(indent, 0) + 2, width, 2);
}

/** JSON leaves U+0085 as it is, and YAML, which it is read as, takes it for a line break to fold. */
function folded(text: string): string {
  return text.replaceAll(/[ \t]*((?:\u0085[ \t]*)+)/g, (_, breaks: string) => {
    const count = breaks.split("\u0085").length - 1;
    return count === 1 ? " " : "\n".repeat(count - 1);
  });
}

function writeList(
  out: Out,
  items: readonly Value[],
  nil: boolean,
  manner: Manner,
  indent: number,
  place: Place,
): void {
  if (nil || items.length === 0) {
    leaf(out, nil ? "null" : "[]", place);
    return;
  }
  const own = place === "key" && !manner.indented ? indent : indent + 2;
  items.forEach((item, index) => {
    if (place === "item" && index === 0) put(out, " ");
    else if (place !== "root" || index > 0) newLine(out, own);
    put(out, "-");
    writeNode(out, item, manner, own, "item");
  });
}

function writeDict(
  out: Out,
  entries: ReadonlyMap<string, Value>,
  manner: Manner,
  indent: number,
  place: Place,
): void {
  if (entries.size === 0) {
    leaf(out, "{}", place);
    return;
  }
  const own = indent + 2;
  [...entries.keys()].sort(compareKeys).forEach((key, index) => {
    if (place === "item" && index === 0) put(out, " ");
    else if (place !== "root" || index > 0) newLine(out, own);
    const simple = writeKey(out, key.toWellFormed(), own);
    writeNode(out, entries.get(key), manner, own, simple ? "key" : "item");
  });
}

/** A key that is long or of many lines gets a `?` before it; what follows then begins on the line of its `:`. */
function writeKey(out: Out, key: string, indent: number): boolean {
  const simple = isSimpleKey(key);
  if (!simple) put(out, "? ");
  writeText(out, key, styleOf(key, simple), indent + 2, simple ? Number.MAX_SAFE_INTEGER : 80, 2);
  if (!simple) newLine(out, indent);
  put(out, ":");
  return simple;
}
