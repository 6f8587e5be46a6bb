/** Kubernetes' named formats of text: names, label values, dates and others, with what each says of a text that is none. */
import { isDate } from "../values/date.ts";
import { matcher } from "../values/pattern.ts";
import { byteLength } from "../values/text.ts";
import { urlMistake } from "../values/url.ts";
import { Special, Optional, none, noOverload } from "../values/value.ts";
import type { Boxed } from "../values/value.ts";
import type { Value } from "../values/value.ts";
import { define } from "./registry.ts";
import type { FunctionDefinition } from "./registry.ts";

type Validate = (text: string) => readonly string[];

/** A format. `patternSize` is how long a pattern its check counts for in costs. */
export class Format extends Special {
  readonly type = "kubernetes.NamedFormat";
  readonly name: string;
  readonly validate: Validate;
  readonly pattern: number;

  constructor(name: string, validate: Validate, pattern: number) {
    super();
    this.name = name;
    this.validate = validate;
    this.pattern = pattern;
  }

  override equals(other: Boxed): boolean {
    return other instanceof Format && this.name === other.name;
  }

  override get patternSize(): number {
    return this.pattern;
  }
}

/** A rule of names: its pattern, the longest it may be, and the words for what does not match. */
interface Rule {
  readonly pattern: string;
  readonly most: number;
  /** What Kubernetes calls the bytes of which there are too many. */
  readonly unit: "bytes" | "characters";
  readonly words: string;
  readonly examples: readonly string[];
}

const LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
const KEY = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";
const KEY_WORDS =
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";

const label: Rule = {
  pattern: LABEL,
  most: 63,
  unit: "characters",
  words:
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character",
  examples: ["my-name", "123-abc"],
};
const subdomain: Rule = {
  pattern: `${LABEL}(\\.${LABEL})*`,
  most: 253,
  unit: "characters",
  words:
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
  examples: ["example.com"],
};
const oldLabel: Rule = {
  pattern: "[a-z]([-a-z0-9]*[a-z0-9])?",
  most: 63,
  unit: "characters",
  words:
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character",
  examples: ["my-name", "abc-123"],
};
const labelValue: Rule = {
  pattern: `(${KEY})?`,
  most: 63,
  unit: "bytes",
  words: `a valid label must be an empty string or consist of${KEY_WORDS.slice("must consist of".length)}`,
  examples: ["MyValue", "my_value", "12345"],
};

/** Whether a text matches a pattern as a whole; by RE2, as texts may be long. */
function matches(pattern: string, text: string): boolean {
  const test = matcher(`^(?:${pattern})$`);
  return typeof test === "function" && test(text);
}

function mismatch(words: string, pattern: string, examples: readonly string[]): string {
  const shown = examples.map((example) => `'${example}', `).join(" or ");
  return `${words} (e.g. ${shown}regex used for validation is '${pattern}')`;
}

function tooLong(most: number, unit: string): string {
  return `must be no more than ${most} ${unit}`;
}

function byRule(rule: Rule): Validate {
  return (text) => [
    ...(byteLength(text) > rule.most ? [tooLong(rule.most, rule.unit)] : []),
    ...(matches(rule.pattern, text) ? [] : [mismatch(rule.words, rule.pattern, rule.examples)]),
  ];
}

function validateLabel(text: string): readonly string[] {
  const found = byRule(label)(text);
  if (matches(label.pattern, text) || !matches(subdomain.pattern, text)) return found;
  return [...found.slice(0, -1), "must not contain dots"];
}

/** For a name that more will be appended to: a dash at the end is no mistake. */
function asPrefix(validate: Validate): Validate {
  return (text) => validate(text.length > 1 && text.endsWith("-") ? `${text.slice(0, -2)}a` : text);
}

function validateKey(text: string): readonly string[] {
  const parts = text.split("/");
  const words = mismatch(KEY_WORDS, KEY, ["MyName", "my.name", "123-abc"]);
  if (parts.length > 2) {
    return [
      `a valid label key ${words} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    ];
  }
  const name = parts.at(-1) ?? "";
  const prefix = parts.length === 2 ? (parts[0] ?? "") : undefined;
  const ofPrefix =
    prefix === ""
      ? ["must be non-empty"]
      : prefix === undefined
        ? []
        : byRule({ ...subdomain, unit: "bytes" })(prefix);
  return [
    ...ofPrefix.map((message) => `prefix part ${message}`),
    ...(name === ""
      ? ["name part must be non-empty"]
      : byteLength(name) > 63
        ? [`name part ${tooLong(63, "bytes")}`]
        : []),
    ...(matches(KEY, name) ? [] : [`name part ${words}`]),
  ];
}

function when(test: (text: string) => boolean, message: string): Validate {
  return (text) => (test(text) ? [] : [message]);
}

const UUID = /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{4})$/;
const CLOCK = /^([0-9]{2}):([0-9]{2}):([0-9]{2})(.[0-9]+)?(z|([+-][0-9]{2}:[0-9]{2}))$/;

function validateUrl(text: string): readonly string[] {
  const mistake = urlMistake(text);
  return mistake === undefined ? [] : [`parse ${JSON.stringify(text)}: ${mistake}`];
}

function isDateTime(text: string): boolean {
  const [date = "", clock] = text.toLowerCase().split("t");
  const [, hours = "", minutes = "", seconds = ""] = CLOCK.exec(clock ?? "") ?? [];
  return (
    clock !== undefined && isDate(date) && hours !== "" && hours <= "23" && minutes <= "59" && seconds <= "59"
  );
}

const TIME_PATTERN_SIZE = 71;

/** The formats by the names that expressions use. */
const FORMATS: ReadonlyMap<string, Format> = new Map([
  ["dns1123Label", new Format("DNS1123Label", validateLabel, 30)],
  ["dns1123Subdomain", new Format("DNS1123Subdomain", byRule(subdomain), 60)],
  ["dns1035Label", new Format("DNS1035Label", byRule(oldLabel), 30)],
  ["qualifiedName", new Format("QualifiedName", validateKey, 60)],
  ["dns1123LabelPrefix", new Format("DNS1123LabelPrefix", asPrefix(validateLabel), 30)],
  ["dns1123SubdomainPrefix", new Format("DNS1123SubdomainPrefix", asPrefix(byRule(subdomain)), 60)],
  ["dns1035LabelPrefix", new Format("DNS1035LabelPrefix", asPrefix(byRule(oldLabel)), 30)],
  ["labelValue", new Format("LabelValue", byRule(labelValue), 40)],
  ["uri", new Format("URI", validateUrl, 1103)],
  [
    "uuid",
    new Format(
      "uuid",
      when((text) => UUID.test(text), "does not match the UUID format"),
      70,
    ),
  ],
  [
    "byte",
    new Format(
      "byte",
      when((text) => BASE64.test(text), "invalid base64"),
      84,
    ),
  ],
  ["date", new Format("date", when(isDate, "invalid date"), TIME_PATTERN_SIZE)],
  ["datetime", new Format("datetime", when(isDateTime, "invalid datetime"), TIME_PATTERN_SIZE)],
]);

function validate(format: Value, text: Value): Value {
  if (!(format instanceof Format) || typeof text !== "string") return noOverload("validate", format, text);
  const messages = format.validate(text);
  return messages.length === 0 ? none : new Optional(messages);
}

/** The functions of this library. */
export const formats: readonly FunctionDefinition[] = [
  ...Array.from(FORMATS, ([name, format]) =>
    define(`format.${name}`, [`format.${name} () -> kubernetes.NamedFormat`], () => format),
  ),
  define("format.named", ["format-named (string) -> optional_type(kubernetes.NamedFormat)"], (name) => {
    if (typeof name !== "string") return noOverload("format.named", name);
    const format = FORMATS.get(name);
    return format === undefined ? none : new Optional(format);
  }),
  define(
    "validate",
    ["format-validate kubernetes.NamedFormat.(string) -> optional_type(list(string))"],
    validate,
  ),
];
