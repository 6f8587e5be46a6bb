/** Values to YAML, JSON, TOML, Base64, Base32 and back. */
import { base32Decoded, base32Encoded, base64Decoded } from "./binary.ts";
import { bytesOf, textOf } from "../template/bytes.ts";
import { aliases, beyond, define } from "../template/define.ts";
import { failure } from "../template/fault.ts";
import { dictOf, isDict, isList, listOf, type Definition, type Value } from "../template/value.ts";
import { tryRead } from "../yaml/read.ts";
import { writeYaml } from "../yaml/write.ts";
import { readJson, toJson } from "./json.ts";
import { writeToml } from "./toml.ts";

/** What cannot be written is nothing: helm swallows the error. */
function orNothing(write: () => string): string {
  try {
    return write();
  } catch (error) {
    if (error instanceof RangeError && error.message.startsWith("json:")) return "";
    throw error;
  }
}

function orFail(write: () => string): string {
  try {
    return write();
  } catch (error) {
    if (error instanceof RangeError && error.message.startsWith("json:")) throw failure(error.message);
    throw error;
  }
}

function fromYaml(text: string): Value {
  const read = tryRead(text);
  if ("error" in read) return dictOf([["Error", read.error]]);
  if (isDict(read.value)) return read.value;
  return read.value === null ? dictOf() : dictOf([["Error", notA("map[string]interface {}", read.value)]]);
}

function fromYamlArray(text: string): Value {
  const read = tryRead(text);
  if ("error" in read) return listOf([read.error]);
  if (isList(read.value)) return read.value;
  return read.value === null ? listOf([]) : listOf([notA("[]interface {}", read.value)]);
}

function notA(type: string, value: Value): string {
  return `error unmarshaling JSON: while decoding JSON: json: cannot unmarshal ${jsonKind(value)} into Go value of type ${type}`;
}

function jsonKind(value: Value): string {
  if (isDict(value)) return "object";
  if (isList(value)) return "array";
  return typeof value === "boolean" ? "bool" : typeof value;
}

function parsed(text: string): { readonly value: Value } | { readonly error: string } {
  try {
    return { value: readJson(text) };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { error: text.trim() === "" ? "unexpected end of JSON input" : "invalid character in JSON" };
  }
}

function fromJson(text: string): Value {
  const read = parsed(text);
  if ("error" in read) return dictOf([["Error", read.error]]);
  if (isDict(read.value)) return read.value;
  if (read.value === null) return dictOf();
  return dictOf([
    ["Error", `json: cannot unmarshal ${jsonKind(read.value)} into Go value of type map[string]interface {}`],
  ]);
}

function fromJsonArray(text: string): Value {
  const read = parsed(text);
  if ("error" in read) return listOf([read.error]);
  if (isList(read.value)) return read.value;
  if (read.value === null) return listOf([]);
  return listOf([`json: cannot unmarshal ${jsonKind(read.value)} into Go value of type []interface {}`]);
}

export const encodings: readonly Definition[] = [
  define("toYaml", "any -> string", (value: Value) => orNothing(() => writeYaml(value).replace(/\n$/, ""))),
  define("toYamlPretty", "any -> string", (value: Value) =>
    orNothing(() => writeYaml(value, true).replace(/\n$/, "")),
  ),
  define("fromYaml", "string -> any", fromYaml),
  define("fromYamlArray", "string -> any", fromYamlArray),
  define("toJson", "any -> string", (value: Value) => orNothing(() => toJson(value))),
  define("mustToJson", "any -> string", (value: Value) => orFail(() => toJson(value))),
  ...aliases(
    define("toPrettyJson", "any -> string", (value: Value) =>
      orNothing(() => toJson(value, { indent: "  " })),
    ),
    "mustToPrettyJson",
  ),
  ...aliases(
    define("toRawJson", "any -> string", (value: Value) => orFail(() => toJson(value, { html: false }))),
    "mustToRawJson",
  ),
  define("fromJson", "string -> any", fromJson),
  define("fromJsonArray", "string -> any", fromJsonArray),
  define("mustFromJson", "string -> any", (text: string) => {
    const read = parsed(text);
    if ("error" in read) throw failure(read.error);
    return read.value;
  }),
  define("toToml", "any -> string", writeToml),
  beyond("fromToml", "TOML is not read"),
  define("b64enc", "string -> string", (text: string) => bytesOf(text).toString("base64")),
  define("b64dec", "string -> string", base64Decoded),
  define("b32enc", "string -> string", (text: string) => base32Encoded(bytesOf(text))),
  define("b32dec", "string -> string", (text: string) => {
    const bytes = base32Decoded(text);
    return bytes === undefined ? "illegal base32 data" : textOf(bytes);
  }),
];
