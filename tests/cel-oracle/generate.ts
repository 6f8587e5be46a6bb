/**
 * Writes random CEL expressions over the scenes, one a line: `node generate.ts <count> <seed> > random.txt`.
 * Most compile and many fail, so that errors, their absorption and their costs are compared too.
 */

type Kind = "int" | "string" | "bool" | "list" | "map" | "dyn" | "optional";

interface Scope {
  readonly strings: readonly string[];
  readonly dyns: readonly string[];
}

let state = Number(process.argv[3] ?? 1);

/** A number from 0 up to, not with, a limit (mulberry32). */
function random(limit: number): number {
  state = (state + 0x6d2b79f5) | 0;
  let t = Math.imul(state ^ (state >>> 15), 1 | state);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((((t ^ (t >>> 14)) >>> 0) / 4294967296) * limit) | 0;
}

function pick<T>(items: readonly T[]): T {
  return items[random(items.length)] as T;
}

const CONTAINER = "object.spec.containers";
const DYNS = [
  "object.metadata.name",
  "object.kind",
  "object.spec.replicas",
  "object.spec.priority",
  "object.spec.hostNetwork",
  "object.spec.nodeSelector",
  CONTAINER,
  `${CONTAINER}[0]`,
  `${CONTAINER}[1].name`,
  `${CONTAINER}[0].securityContext`,
  `${CONTAINER}[2].securityContext.privileged`,
  "object.metadata.labels",
  "object.metadata.labels.app",
  "object.metadata.annotations.empty",
  "object.metadata.annotations.note",
  "object.nope",
  "object.nope.deeper",
  "params.spec.max",
  "params.spec.allowed",
  "variables.any",
  "oldObject",
];
const FIELDS = [
  "name",
  "image",
  "securityContext",
  "privileged",
  "ports",
  "env",
  "spec",
  "nope",
  "app",
  "tier",
  "k",
];

const GENERATORS: Readonly<Record<Kind, readonly ((depth: number, scope: Scope) => string)[]>> = {
  int: [
    () => String(random(5)),
    () => String(random(2000) - 1000),
    () => "variables.count",
    (d, s) => `${make("string", d, s)}.size()`,
    (d, s) => `size(${make(pick(["list", "map", "string", "dyn"]), d, s)})`,
    (d, s) =>
      `(${make("int", d, s)} ${pick(["+", "-", "*", "/", "%"])} ${make(pick(["int", "int", "dyn"]), d, s)})`,
    (d, s) => `${make("string", d, s)}.indexOf(${make("string", d, s)})`,
    (d, s) => `int(${make(pick(["string", "dyn", "int"]), d, s)})`,
    (d, s) => `${make("list", d, s)}.map(x, 1).sum()`,
    (d, s) => `(${make("bool", d, s)} ? ${make("int", d, s)} : ${make("int", d, s)})`,
    (d, s) => `-(${make("int", d, s)})`,
  ],
  string: [
    () => pick(['""', '"a"', '"web"', '"a text of more than ten characters"', "'ü🚢'", '"Pod"', '"app"']),
    () =>
      pick([
        "request.operation",
        "variables.name",
        "request.userInfo.username",
        "namespaceObject.metadata.name",
      ]),
    (_d, s) => pick([...s.strings, '"x"']),
    (d, s) => `(${make("string", d, s)} + ${make(pick(["string", "dyn"]), d, s)})`,
    (d, s) => `string(${make(pick(["int", "dyn", "bool"]), d, s)})`,
    (d, s) => `${make("string", d, s)}.${pick(["lowerAscii", "upperAscii", "trim"])}()`,
    (d, s) => `${make("string", d, s)}.replace(${make("string", d, s)}, ${make("string", d, s)})`,
    (d, s) => `${make("string", d, s)}.substring(${make("int", d, s)})`,
    (d, s) => `${make("list", d, s)}.map(x, string(x)).join(${make("string", d, s)})`,
    (d, s) => `${make(pick(["string", "dyn"]), d, s)}.find("[a-z]+")`,
    (d, s) => `"%s:%s".format([${make(pick(["string", "dyn"]), d, s)}, ${make(pick(["int", "dyn"]), d, s)}])`,
    (d, s) => `(${make("bool", d, s)} ? ${make("string", d, s)} : ${make(pick(["string", "dyn"]), d, s)})`,
    (d, s) => `${make("optional", d, s)}.orValue("none")`,
  ],
  bool: [
    () => pick(["true", "false"]),
    (d, s) => `(${make("bool", d, s)} ${pick(["&&", "||"])} ${make(pick(["bool", "dyn"]), d, s)})`,
    (d, s) => `(${make("bool", d, s)} && ${make("bool", d, s)} && ${make("bool", d, s)})`,
    (d, s) => `!${make(pick(["bool", "dyn"]), d, s)}`,
    (d, s) => comparison(pick(["==", "!="]), pick(["int", "string", "dyn", "list", "map", "optional"]), d, s),
    (d, s) => comparison(pick(["<", "<=", ">", ">="]), pick(["int", "string", "dyn"]), d, s),
    (d, s) =>
      `${make(pick(["string", "dyn"]), d, s)}.${pick(["startsWith", "endsWith", "contains"])}(${make("string", d, s)})`,
    (d, s) =>
      `${make(pick(["string", "dyn"]), d, s)}.matches(${pick(['"^[a-z-]+$"', '"b"', '"(?i)POD"', '""'])})`,
    (d, s) =>
      `(${make(pick(["string", "int", "dyn"]), d, s)} in ${make(pick(["list", "map", "dyn"]), d, s)})`,
    (d, s) => `(${make("dyn", d, s)} in ${pick(['["Pod", "web"]', "[1, 2, 3]", '["ALL"]', "[1.5]"])})`,
    (d, s) => `has(${make("dyn", d, s)}.${pick(FIELDS)})`,
    (d, s) =>
      `${make("list", d, s)}.${pick(["all", "exists", "exists_one"])}(x, ${make("bool", d, within(s, "x"))})`,
    (d, s) =>
      `${make("list", d, s)}.${pick(["all", "exists", "existsOne"])}(i, x, ${make("bool", d, within(s, "x"))})`,
    (d, s) => `${make("optional", d, s)}.hasValue()`,
    (d, s) =>
      `sets.${pick(["contains", "intersects", "equivalent"])}(${make("list", d, s)}, ${make("list", d, s)})`,
    (d, s) => `${make("dyn", d, s)}.all(x, ${make("bool", d, within(s, "x"))})`,
    (d, s) => `${make("dyn", d, s)}.exists(x, ${make("bool", d, within(s, "x"))})`,
  ],
  list: [
    () =>
      pick(["[]", "[1, 2, 3]", '["a", "b"]', "variables.names", "request.userInfo.groups", '[["x"], []]']),
    () => pick([CONTAINER, `${CONTAINER}[0].args`, "object.spec.volumes"]),
    (d, s) => `[${make("string", d, s)}, ${make("string", d, s)}]`,
    (d, s) => `[${make("int", d, s)}]`,
    (d, s) => `[${make("dyn", d, s)}, ${make("dyn", d, s)}]`,
    (d, s) => `[?${make("optional", d, s)}]`,
    (d, s) => `(${make("list", d, s)} + ${make("list", d, s)})`,
    (d, s) => `${make("list", d, s)}.map(x, ${make(pick(["int", "string", "dyn"]), d, within(s, "x"))})`,
    (d, s) =>
      `${make("list", d, s)}.map(x, ${make("bool", d, within(s, "x"))}, ${make("dyn", d, within(s, "x"))})`,
    (d, s) => `${make("list", d, s)}.filter(x, ${make("bool", d, within(s, "x"))})`,
    (d, s) => `${make("list", d, s)}.transformList(i, x, ${make("dyn", d, within(s, "x"))})`,
    (d, s) => `${make("string", d, s)}.split(${make("string", d, s)})`,
    (d, s) => `${make("list", d, s)}.${pick(["reverse", "distinct"])}()`,
    (d, s) => `${make("list", d, s)}.slice(0, ${random(3)})`,
    (d, s) => `${make("list", d, s)}.sortBy(x, ${make(pick(["int", "string", "dyn"]), d, within(s, "x"))})`,
    (d, s) => `${make("optional", d, s)}.orValue([])`,
  ],
  map: [
    () => pick(["{}", '{"a": 1}', '{1: "x"}', "namespaceObject.metadata.labels"]),
    (d, s) => `{${make("string", d, s)}: ${make("dyn", d, s)}}`,
    (d, s) => `{"k": ${make("int", d, s)}}`,
    (d, s) => `{?"k": ${make("optional", d, s)}}`,
    (d, s) => `${make("list", d, s)}.transformMap(i, x, ${make("dyn", d, within(s, "x"))})`,
  ],
  dyn: [
    (_d, s) => pick([...DYNS, ...s.dyns]),
    (_d, s) => pick([...DYNS, ...s.dyns]),
    (d, s) => `${make("dyn", d, s)}.${pick(FIELDS)}`,
    (d, s) => `${make("dyn", d, s)}[${make(pick(["int", "string", "dyn"]), d, s)}]`,
    (d, s) => `${make("optional", d, s)}.orValue(${make("dyn", d, s)})`,
    (d, s) => `dyn(${make(pick(["int", "string", "list", "map", "bool"]), d, s)})`,
    (d, s) => `(${make("bool", d, s)} ? ${make("dyn", d, s)} : ${make("dyn", d, s)})`,
    (d, s) => `(${make("dyn", d, s)} ${pick(["+", "-", "*"])} ${make("dyn", d, s)})`,
    (d, s) => `${make("dyn", d, s)}.first().orValue(${make("dyn", d, s)})`,
  ],
  optional: [
    () => pick(["optional.none()", "optional.of(1)", 'optional.of("a")']),
    (d, s) => `${make("dyn", d, s)}.?${pick(FIELDS)}`,
    (d, s) => `${make("dyn", d, s)}.?${pick(FIELDS)}.?${pick(FIELDS)}`,
    (d, s) => `${make("dyn", d, s)}.?${pick(FIELDS)}.${pick(FIELDS)}`,
    (d, s) => `${make(pick(["list", "dyn", "map"]), d, s)}[?${make(pick(["int", "string", "dyn"]), d, s)}]`,
    (d, s) => `optional.of(${make("dyn", d, s)})`,
    (d, s) => `optional.ofNonZeroValue(${make("dyn", d, s)})`,
    (d, s) => `${make("optional", d, s)}.or(${make("optional", d, s)})`,
    (d, s) => `${make("optional", d, s)}.optMap(o, ${make("dyn", d, within(s, "o"))})`,
    (d, s) => `${make("optional", d, s)}.optFlatMap(o, ${make("optional", d, within(s, "o"))})`,
    (d, s) => `${make("optional", d, s)}.${pick(FIELDS)}`,
  ],
};

function within(scope: Scope, name: string): Scope {
  return {
    strings: scope.strings,
    dyns: [...scope.dyns, name, name, name, `${name}.name`, `${name}.securityContext`],
  };
}

function comparison(operator: string, kind: Kind, depth: number, scope: Scope): string {
  return `(${make(kind, depth, scope)} ${operator} ${make(pick([kind, kind, "dyn"]), depth, scope)})`;
}

/** An expression of about a kind: sometimes of dyn instead. */
function make(kind: Kind, depth: number, scope: Scope): string {
  const generators = GENERATORS[kind];
  if (depth <= 0) return (generators[0] as (depth: number, scope: Scope) => string)(0, scope);
  return pick(generators)(depth - 1, scope);
}

for (let i = 0; i < Number(process.argv[2] ?? 100); i++) {
  const kind = pick<Kind>(["int", "string", "bool", "bool", "bool", "list", "map", "dyn", "optional"]);
  console.log(make(kind, 1 + random(5), { strings: [], dyns: [] }));
}
