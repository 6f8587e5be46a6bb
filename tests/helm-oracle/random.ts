/** Random templates over known values and a random one: most of them run through, and every function is among their parts. */
import fc from "fast-check";

type Kind = "string" | "number" | "bool" | "list" | "dict" | "any";

const leaves: Readonly<Record<Exclude<Kind, "any">, readonly string[]>> = {
  string: [
    ".Values.name",
    ".Values.text",
    ".Values.lines",
    ".Values.unicode",
    ".Values.quote",
    ".Values.camel",
    ".Values.snake",
    ".Values.csv",
    ".Values.markup",
    ".Values.strings.block",
    ".Values.strings.colon",
    ".Values.map.c.d",
    ".Release.Name",
    '""',
    '"a b"',
    '"x\\ny"',
    "`raw`",
    '(include "t" .)',
    '(include "u" (dict "x" .Values.name))',
  ],
  number: [
    "0",
    "1",
    "-3",
    "7",
    "2.5",
    ".Values.int",
    ".Values.zero",
    ".Values.float",
    ".Values.negative",
    "1e3",
  ],
  bool: ["true", "false", ".Values.yes", ".Values.no", ".Release.IsInstall"],
  list: [
    ".Values.list",
    ".Values.numbers",
    ".Values.mixed",
    ".Values.none",
    '(list "b" 1 "a")',
    "(until 4)",
    ".Values.nested",
  ],
  dict: [".Values.map", ".Values.other", ".Values.bare", '(dict "k" "v" "n" 1)', ".Values.keys"],
};

/** The random value is taken in more often than others. */
const chance = [".Values.random", ".Values.random", ".Values.random", ".Values.random"];

type Pattern = readonly [string, ...Kind[]];

/** `%` stands for an argument of the kind beside it. */
const patterns: Readonly<Record<Exclude<Kind, "any">, readonly Pattern[]>> = {
  string: [
    ...[
      "upper",
      "lower",
      "title",
      "untitle",
      "trim",
      "nospace",
      "swapcase",
      "initials",
      "snakecase",
      "camelcase",
    ].map((name): Pattern => [`(${name} %)`, "string"]),
    ...[
      "kebabcase",
      "b64enc",
      "sha256sum",
      "adler32sum",
      "b32enc",
      "base",
      "clean",
      "regexQuoteMeta",
      "html",
      "js",
      "urlquery",
    ].map((name): Pattern => [`(${name} %)`, "string"]),
    ...[
      "quote",
      "squote",
      "toYaml",
      "toJson",
      "toPrettyJson",
      "toString",
      "typeOf",
      "kindOf",
      "print",
      "toRawJson",
    ].map((name): Pattern => [`(${name} %)`, "any"]),
    ["(quote % %)", "any", "any"],
    ["(indent 3 %)", "string"],
    ["(nindent 2 %)", "string"],
    ["(% | toYaml | nindent 4)", "any"],
    ["(trunc 5 %)", "string"],
    ["(trunc -4 %)", "string"],
    ["(abbrev 8 %)", "string"],
    ["(repeat 2 %)", "string"],
    ['(replace "a" % %)', "string", "string"],
    ["(trimSuffix % %)", "string", "string"],
    ["(trimPrefix % %)", "string", "string"],
    ["(trimAll % %)", "string", "string"],
    ["(join % %)", "string", "any"],
    ["(cat % %)", "any", "any"],
    ["(default % %)", "string", "string"],
    ["(ternary % % %)", "string", "string", "bool"],
    ['(printf "%%s=%%v" % %)', "string", "any"],
    ['(printf "%%q|%%-6s|%%5v" % % %)', "string", "string", "number"],
    ['(printf "%%d %%v" (int %) %)', "number", "number"],
    ["(wrap 7 %)", "string"],
    ['(regexReplaceAll "[aeiou]+" % "<${0}>")', "string"],
    ['(regexFind "[a-z]+ ?" %)', "string"],
    ['(index (splitList " " %) 0)', "string"],
    ["(tpl % .)", "string"],
    ['(tpl "{{ .Values.name }}:{{ . | typeOf }}" $)'],
    ['(required "r" %)', "string"],
    ['(first (splitList "o" %))', "string"],
    ["(seq % %)", "number", "number"],
  ],
  number: [
    ["(len %)", "string"],
    ["(len %)", "list"],
    ["(len %)", "dict"],
    ...["add", "sub", "mul", "max", "min"].map((name): Pattern => [`(${name} % %)`, "number", "number"]),
    ["(div % 3)", "number"],
    ["(mod % 4)", "number"],
    ["(add1 %)", "any"],
    ["(int %)", "any"],
    ["(int64 %)", "any"],
    ["(float64 %)", "any"],
    ["(addf % 0.1)", "number"],
    ["(mulf % %)", "number", "number"],
    ["(divf % 7)", "number"],
    ["(round % 1)", "number"],
    ["(floor %)", "number"],
    ["(ceil %)", "number"],
    ["(default % %)", "number", "number"],
    ["(atoi %)", "string"],
  ],
  bool: [
    ["(not %)", "any"],
    ["(and % %)", "any", "any"],
    ["(or % %)", "any", "any"],
    ["(eq % %)", "string", "string"],
    ["(ne % %)", "string", "any"],
    ["(lt (int %) (int %))", "number", "number"],
    ["(ge % %)", "string", "string"],
    ["(empty %)", "any"],
    ["(contains % %)", "string", "string"],
    ["(hasPrefix % %)", "string", "string"],
    ["(has % %)", "any", "list"],
    ["(hasKey % %)", "dict", "string"],
    ['(kindIs "string" %)', "any"],
    ["(deepEqual % %)", "any", "any"],
    ["(any % %)", "any", "any"],
    ["(all % %)", "any", "any"],
    ['(regexMatch "^[a-z ]+$" %)', "string"],
    ['(semverCompare ">=1.2-0" .Values.version)'],
  ],
  list: [
    ...["reverse", "uniq", "compact", "rest", "initial", "sortAlpha", "toStrings"].map((name): Pattern => [
      `(${name} %)`,
      "list",
    ]),
    ["(append % %)", "list", "any"],
    ["(prepend % %)", "list", "any"],
    ["(concat % %)", "list", "list"],
    ["(without % %)", "list", "any"],
    ["(list % %)", "any", "any"],
    ["(splitList % %)", "string", "string"],
    ["(keys % | sortAlpha)", "dict"],
    ["(chunk 2 %)", "list"],
    ["(until (len %))", "list"],
    ["(fromYamlArray (toYaml %))", "list"],
    ["(fromJsonArray (toJson %))", "list"],
    ['(pluck "a" % %)', "dict", "dict"],
    ['(regexSplit "[ ,]" % -1)', "string"],
    ["(slice % 0 0)", "list"],
  ],
  dict: [
    ["(dict % %)", "string", "any"],
    ["(dict % % % %)", "string", "any", "string", "any"],
    ['(pick % "a" "c")', "dict"],
    ["(omit % %)", "dict", "string"],
    ["(merge (deepCopy %) %)", "dict", "dict"],
    ["(mergeOverwrite (deepCopy %) %)", "dict", "dict"],
    ["(set (deepCopy %) % %)", "dict", "string", "any"],
    ["(fromYaml (toYaml %))", "dict"],
    ["(fromJson (toJson %))", "dict"],
    ["(deepCopy %)", "dict"],
    ["(split % %)", "string", "string"],
  ],
};

function fill(pattern: Pattern, depth: number): fc.Arbitrary<string> {
  const [text, ...kinds] = pattern;
  if (kinds.length === 0) return fc.constant(text);
  return fc.tuple(...kinds.map((kind) => expression(kind, depth - 1))).map((args) => {
    let at = 0;
    return text.replaceAll(/%%|%/g, (mark) => {
      if (mark === "%%") return "%";
      at += 1;
      return args[at - 1] ?? "";
    });
  });
}

function expression(kind: Kind, depth: number): fc.Arbitrary<string> {
  if (kind === "any") {
    const kinds = ["string", "number", "bool", "list", "dict"] as const;
    return fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom(...kinds).chain((one) => expression(one, depth)) },
      {
        weight: 1,
        arbitrary: fc.constantFrom(".Values.missing", ".Values.null_", "nil", ".Values.map.zz", ...chance),
      },
    );
  }
  const leaf = fc.constantFrom(...leaves[kind]);
  if (depth <= 0) return leaf;
  const node = fc.constantFrom(...patterns[kind]).chain((pattern) => fill(pattern, depth));
  return fc.oneof({ weight: 1, arbitrary: leaf }, { weight: 3, arbitrary: node });
}

const text = fc.constantFrom("a", " ", "\n", "  b: c\n", "- ", "x: ", "\n\n", "# z\n", "{ }", "'");
const open = fc.constantFrom("{{ ", "{{- ", "{{");
const close = fc.constantFrom(" }}", " -}}", "}}");

function action(body: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.tuple(open, body, close).map((parts) => parts.join(""));
}

function statement(depth: number): fc.Arbitrary<string> {
  const print = action(expression("any", 3));
  const flow = depth <= 0 ? [] : blocks(depth);
  return fc.oneof({ weight: 3, arbitrary: text }, { weight: 4, arbitrary: print }, ...flow);
}

function block(head: fc.Arbitrary<string>, depth: number, more = "{{ end }}"): fc.Arbitrary<string> {
  return fc
    .tuple(action(head), body(depth - 1), body(depth - 1), close)
    .map(([start, first, second, end]) => {
      return more === "" ? `${start}${first}{{- else }}${second}{{ end${end}` : `${start}${first}${more}`;
    });
}

function blocks(depth: number): readonly fc.WeightedArbitrary<string>[] {
  const list = expression("list", 2);
  const dict = expression("dict", 2);
  const any = expression("any", 2);
  return [
    {
      weight: 1,
      arbitrary: block(
        any.map((of) => `if ${of}`),
        depth,
        "",
      ),
    },
    {
      weight: 1,
      arbitrary: block(
        any.map((of) => `with $v := ${of}`),
        depth,
        "{{ $v }}{{ end }}",
      ).map(withRoot),
    },
    {
      weight: 1,
      arbitrary: block(
        list.map((of) => `range $i, $e := ${of}`),
        depth,
        "{{ $i }}={{ $e }},{{ end }}",
      ).map(withRoot),
    },
    {
      weight: 1,
      arbitrary: block(
        dict.map((of) => `range $k, $e := ${of}`),
        depth,
        '{{ $k | quote }}{{ if eq $k "c" }}{{ break }}{{ end }}{{ end }}',
      ).map(withRoot),
    },
    { weight: 1, arbitrary: action(any.map((of) => `$x := ${of}`)).map((set) => `${set}{{ $x | typeOf }}`) },
  ];
}

/** Inside `with` and `range` the dot is another: what is said of values is said of the root's. */
function withRoot(text: string): string {
  return text
    .replaceAll(/(?<![\w$)])\.(?=Values|Release)/g, "$$.")
    .replaceAll(/(include "t"|tpl [^{}]*?) \.\)/g, "$1 $$)");
}

function body(depth: number): fc.Arbitrary<string> {
  return fc.array(statement(depth), { minLength: 1, maxLength: 4 }).map((parts) => parts.join(""));
}

const head = '{{ define "t" -}}\n t:{{ .Release.Name }}\n  {{- end }}{{ define "u" }}[{{ .x }}]\n{{ end }}';

const template: fc.Arbitrary<string> = body(2).map((text) => head + text);

/** Characters that YAML minds, and some that are none of ASCII's; Go and Node know different editions of Unicode. */
const unit = fc.constantFrom(..."abcxyzABC0123456789 -_.:#,'\"\\/|>[]{}&*!%@`?=~<+\n\téß世🚢");

/** A value of any shape, as JSON. */
const value: fc.Arbitrary<string> = fc
  .jsonValue({ maxDepth: 4, stringUnit: unit })
  .map((json) => JSON.stringify(json));

export interface Scene {
  readonly template: string;
  readonly random: string;
}

export const scene: fc.Arbitrary<Scene> = fc.record({ template, random: value });

/** Nothing but the value, in all the ways that it can be written. */
export const written: fc.Arbitrary<Scene> = fc.record({
  template: fc.constant(
    "{{ toYaml .Values.random }}\n{{ toJson .Values.random }}\n{{ toPrettyJson .Values.random }}\n{{ .Values.random | quote }}\n" +
      '{{ .Values.random }}\n{{ toYaml (dict "a" (list .Values.random)) }}\n' +
      "{{ fromYamlArray (toYaml (list .Values.random)) | toRawJson }}",
  ),
  random: value,
});
