/** How Go prints values: `fmt.Sprint`, `fmt.Sprintf` and the `%v` of everything. */
import { byteLength, bytesOf } from "./bytes.ts";
import { ceilings, over, tick } from "./budget.ts";
import { fixedDigits, leadingDigits } from "./decimal.ts";
import { unsupported } from "./fault.ts";
import { quoted, runeCount } from "./quote.ts";
import { isObject, kindName, sortedKeys, typeName, type Struct, type Value } from "./value.ts";

/** `%v`. */
export function display(value: Value): string {
  tick();
  if (value === undefined || value === null) return "<nil>";
  if (typeof value === "number") return shortestFloat(value);
  if (!isObject(value)) return String(value);
  switch (value.kind) {
    case "int":
      return String(value.value);
    case "traced":
      return value.text;
    case "bytes":
      return `[${[...bytesOf(value.text)].join(" ")}]`;
    case "list":
      return `[${value.items.map(display).join(" ")}]`;
    case "dict":
      return `map[${sortedKeys(value)
        .map((key) => `${key}:${display(value.entries.get(key))}`)
        .join(" ")}]`;
    default:
      return structText(value);
  }
}

function structText(value: Struct): string {
  if (value.text !== undefined) return value.text;
  throw unsupported(`printing a ${value.type}`);
}

/** `fmt.Sprint`: a space between two values of which neither is a string. */
export function sprint(values: readonly Value[]): string {
  let out = "";
  values.forEach((value, index) => {
    const before = values[index - 1];
    if (index > 0 && kindName(value) !== "string" && kindName(before) !== "string") out += " ";
    out += display(value);
  });
  return out;
}

/** `fmt.Sprintln`. */
export function sprintln(values: readonly Value[]): string {
  return `${values.map(display).join(" ")}\n`;
}

interface Digits {
  readonly negative: boolean;
  readonly digits: string;
  /** Of the first digit. */
  readonly exponent: number;
}

function digitsOf(value: number, precision?: number): Digits {
  const negative = value < 0 || Object.is(value, -0);
  if (precision !== undefined) return { negative, ...leadingDigits(value, precision + 1) };
  const [mantissa = "0", exponent = "0"] = Math.abs(value).toExponential().split("e");
  return { negative, digits: mantissa.replace(".", ""), exponent: Number(exponent) };
}

function unusual(value: number): string | undefined {
  if (Number.isNaN(value)) return "NaN";
  return Number.isFinite(value) ? undefined : value > 0 ? "+Inf" : "-Inf";
}

/** `strconv.FormatFloat(value, 'g', -1, 64)`. */
export function shortestFloat(value: number): string {
  const odd = unusual(value);
  if (odd !== undefined) return odd;
  const { negative, digits, exponent } = digitsOf(value);
  const wide = exponent < -4 || exponent >= 6;
  return (negative ? "-" : "") + (wide ? scientific(digits, exponent) : positional(digits, exponent));
}

export function scientific(digits: string, exponent: number): string {
  const fraction = digits.length > 1 ? `.${digits.slice(1)}` : "";
  const size = String(Math.abs(exponent)).padStart(2, "0");
  return `${digits[0]}${fraction}e${exponent < 0 ? "-" : "+"}${size}`;
}

function positional(digits: string, exponent: number): string {
  if (exponent < 0) return `0.${"0".repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, "0");
  const fraction = digits.slice(exponent + 1);
  return fraction === "" ? whole : `${whole}.${fraction}`;
}

interface Verb {
  readonly flags: string;
  readonly width: number | undefined;
  readonly precision: number | undefined;
  readonly letter: string;
}

const verbPattern = /%([-+# 0]*)(\*|[0-9]+)?(?:\.(\*|[0-9]*))?(\[[^\]]*\])?([^]?)/gu;

/** `fmt.Sprintf`. Throws where a verb is one that no chart was seen to use. */
export function sprintf(pattern: string, values: readonly Value[]): string {
  let index = 0;
  const out = pattern.replaceAll(verbPattern, (whole, flags, width, precision, place, letter) => {
    if (width === "*" || precision === "*" || place !== undefined) throw unsupported(`the verb ${whole}`);
    if (letter === "") return "%!(NOVERB)";
    if (letter === "%") return "%";
    if (index >= values.length) return `%!${letter}(MISSING)`;
    const size = width === undefined ? undefined : Number(width);
    if ((size ?? 0) > ceilings.string) throw over("a string of more than 32 MiB");
    const digits = precision === undefined ? undefined : Number(precision || "0");
    index += 1;
    return formatted({ flags, width: size, precision: digits, letter }, values[index - 1]);
  });
  if (index >= values.length) return out;
  const extra = values
    .slice(index)
    .map((value) => (isNil(value) ? "<nil>" : `${typeName(value)}=${display(value)}`));
  return `${out}%!(EXTRA ${extra.join(", ")})`;
}

function isNil(value: Value): boolean {
  return value === undefined || value === null;
}

function formatted(verb: Verb, value: Value): string {
  tick();
  if (verb.letter === "T") return padded(verb, typeName(value));
  if (isNil(value)) return verb.letter === "v" ? padded(verb, "<nil>") : `%!${verb.letter}(<nil>)`;
  if (typeof value === "number") return formatFloat(verb, value);
  if (typeof value === "boolean") {
    return verb.letter === "v" || verb.letter === "t" ? padded(verb, String(value)) : bad(verb, value);
  }
  if (typeof value === "string") return formatString(verb, value);
  if (isObject(value)) {
    if (value.kind === "int") return formatInt(verb, value.value, value);
    if (value.kind === "traced") return formatString(verb, value.text);
    if (value.kind === "bytes" && /[sqxX]/.test(verb.letter)) return formatString(verb, value.text);
    if (value.kind === "struct" && value.text !== undefined && /[vsqxX]/.test(verb.letter)) {
      return formatString(verb, value.text);
    }
    if (value.kind === "list") return `[${value.items.map((item) => formatted(verb, item)).join(" ")}]`;
    if (value.kind === "dict") {
      const entries = sortedKeys(value).map(
        (key) => `${formatted(verb, key)}:${formatted(verb, value.entries.get(key))}`,
      );
      return `map[${entries.join(" ")}]`;
    }
  }
  if (verb.letter === "v" && verb.flags === "") return padded(verb, display(value));
  throw unsupported(`%${verb.flags}${verb.letter} of a ${typeName(value)}`);
}

function bad(verb: Verb, value: Value): string {
  return `%!${verb.letter}(${typeName(value)}=${display(value)})`;
}

function padded({ flags, width }: Verb, text: string): string {
  const missing = (width ?? 0) - runeCount(text);
  if (missing <= 0) return text;
  return flags.includes("-") ? text + " ".repeat(missing) : " ".repeat(missing) + text;
}

function formatString(verb: Verb, value: string): string {
  const { flags, precision, letter } = verb;
  if (flags === "#" && letter === "v" && precision === undefined) return padded(verb, quoted(value));
  if (flags.includes("#") || flags.includes("+")) throw unsupported(`%${flags}${letter} of a string`);
  if (flags.includes("0") && (verb.width ?? 0) > byteLength(value))
    throw unsupported(`%0${letter} of a string`);
  const cut = precision === undefined ? value : [...value].slice(0, precision).join("");
  if (letter === "v" || letter === "s") return padded(verb, cut);
  if (letter === "q") return padded(verb, quoted(cut));
  if (letter === "x" || letter === "X") {
    const hex = bytesOf(value).subarray(0, precision).toString("hex");
    return padded(verb, letter === "x" ? hex : hex.toUpperCase());
  }
  return bad(verb, value);
}

const radixes: Readonly<Record<string, number>> = { d: 10, v: 10, b: 2, o: 8, O: 8, x: 16, X: 16 };

function formatInt(verb: Verb, value: bigint, whole: Value): string {
  const { flags, width, precision, letter } = verb;
  if (letter === "c" && value >= 0n && value <= 0x10ffffn)
    return padded(verb, String.fromCodePoint(Number(value)));
  if (letter === "q") return padded(verb, quoted(String.fromCodePoint(Number(value)), "'"));
  if (letter === "U") return padded(verb, `U+${value.toString(16).toUpperCase().padStart(4, "0")}`);
  const radix = radixes[letter];
  if (radix === undefined) return bad(verb, whole);
  const sign = value < 0n ? "-" : flags.includes("+") ? "+" : flags.includes(" ") ? " " : "";
  let digits = (value < 0n ? -value : value).toString(radix);
  if (letter === "X") digits = digits.toUpperCase();
  const prefix = prefixOf(letter, flags);
  if (precision !== undefined) digits = digits.padStart(precision, "0");
  else if (flags.includes("0") && !flags.includes("-") && width !== undefined) {
    digits = digits.padStart(width - sign.length, "0");
  }
  return padded(verb, sign + prefix + digits);
}

function prefixOf(letter: string, flags: string): string {
  if (letter === "O") return "0o";
  if (!flags.includes("#")) return "";
  return { b: "0b", o: "0", x: "0x", X: "0X" }[letter] ?? "";
}

function formatFloat(verb: Verb, value: number): string {
  const { flags, width, letter } = verb;
  const text = floatText(verb, value);
  if (text === undefined) return bad(verb, value);
  const sign = text.startsWith("-") ? "-" : flags.includes("+") ? "+" : flags.includes(" ") ? " " : "";
  const digits = text.replace(/^[-+]/, "");
  const zeros = flags.includes("0") && !flags.includes("-") && Number.isFinite(value) && letter !== "";
  if (zeros && width !== undefined) return sign + digits.padStart(width - sign.length, "0");
  return padded(verb, sign + digits);
}

function floatText({ flags, precision, letter }: Verb, value: number): string | undefined {
  if (!/[veEfFgG]/.test(letter)) {
    if (/[bxX]/.test(letter)) throw unsupported(`%${letter} of a float64`);
    return undefined;
  }
  const odd = unusual(value);
  if (odd !== undefined) return odd;
  if (flags.includes("#")) throw unsupported(`%#${letter} of a float64`);
  const text = plainFloat(letter, precision, value);
  return /[EG]/.test(letter) ? text.toUpperCase() : text;
}

function plainFloat(letter: string, precision: number | undefined, value: number): string {
  if (letter === "f" || letter === "F") return fixed(value, precision ?? 6);
  if (letter === "e" || letter === "E") {
    if ((precision ?? 6) > 100) throw unsupported("a precision of more than 100");
    const { negative, digits, exponent } = digitsOf(value, precision ?? 6);
    return (negative ? "-" : "") + scientific(digits, exponent);
  }
  if (precision === undefined) return shortestFloat(value);
  if (precision > 100) throw unsupported("a precision of more than 100");
  const most = Math.max(1, precision);
  const { negative, digits, exponent } = digitsOf(value, most - 1);
  const kept = digits.replace(/0+$/, "") || "0";
  const limit = most > kept.length && kept.length >= exponent + 1 ? kept.length : most;
  const wide = exponent < -4 || exponent >= limit;
  return (negative ? "-" : "") + (wide ? scientific(kept, exponent) : positional(kept, exponent));
}

function fixed(value: number, precision: number): string {
  if (precision > 100) throw unsupported("a precision of more than 100");
  return (value < 0 || Object.is(value, -0) ? "-" : "") + fixedDigits(value, precision);
}
