import fc from "fast-check";
import { expect, test } from "vitest";
import type { Json } from "../../../model/json.ts";
import { createNumbers } from "../../alike.ts";
import { compile } from "../compile.ts";
import { parse } from "./parse.ts";
import { readsOf, type Read } from "./reads.ts";

const names = ["object", "pod", "container", "item"];

/**
 * Each: what stands in the text, and the places that it reads, the name first, `*` for each element, in brackets what of it
 * where that is not all; none where that cannot be told.
 */
const cases: readonly (readonly [string, readonly string[] | undefined])[] = [
  ["true", []],
  ["container.image == 'a'", ["container.image(a)"]],
  ["container.?securityContext.?privileged.orValue(false)", ["container.securityContext.privileged"]],
  ["has(pod.spec.volumes)", ["pod.spec.volumes(presence)"]],
  ["container.resources.requests[?'cpu'].orValue('1') == '1'", ["container.resources.requests.cpu(1)"]],
  ["container.ports[0].name == 'a'", ["container.ports"]],
  ["object.metadata.labels[container.name] == 'a'", ["object.metadata.labels", "container.name"]],
  [
    "container.ports.all(port, port.name != pod.spec.os.name)",
    ["container.ports.*.name", "pod.spec.os.name"],
  ],
  [
    "pod.spec.containers.exists(container, container.tty) || container.stdin",
    ["pod.spec.containers.*.tty", "container.stdin"],
  ],
  [
    "container.env.map(item, item.name, item.value) == [item]",
    ["container.env.*.name", "container.env.*.value", "item"],
  ],
  ["{'a': object}.size() == 1", ["object"]],
  ["pod.spec.a == pod.spec.a.b && pod.spec == pod.spec", ["pod.spec"]],
  ["(item.a ? pod : object).metadata.name == 'a'", ["item.a", "pod", "object"]],
  ["item.a + item.b == 'ab'", ["item.a", "item.b"]],
  ["item.?a.orValue(item.b) in ['x', 'y']", ["item.a(x y)", "item.b(x y)"]],
  ["item.?a.orValue(item.b + 'z') == 'x'", ["item.a", "item.b"]],
  ["item.a in ['x', item.b]", ["item.a", "item.b"]],
  ["'*' in item.verbs && size(item.names) == 0", ["item.verbs.*(*)", "item.names(size)"]],
  ["item.verbs.exists(v, v in ['x', 'y'])", ["item.verbs.*(x y)"]],
  ["item.verbs.exists(v, true)", ["item.verbs(size)"]],
  ["item.verbs.filter(v, v == 'x').size() == 1", ["item.verbs"]],
  [
    "item.pods.exists(p, p.ports.all(q, q.port > p.least))",
    ["item.pods.*.ports.*.port", "item.pods.*.least"],
  ],
  ["(item.?a.orValue([]) + item.b).all(each, has(each.c))", ["item.a.*.c(presence)", "item.b.*.c(presence)"]],
  ["item.a.exists(v, v == 'x') && item.a[0] == 'y'", ["item.a"]],
  ["item.a.exists(i, v, v == 'x')", ["item.a"]],
  ["item == 'a' && item.startsWith('b')", ["item"]],
  ["type(item.a) == string", ["item.a"]],
  [".object.a == 1", undefined],
];

function textOf({ slot, keys, only }: Read): string {
  const what = only === undefined ? "" : `(${typeof only === "string" ? only : only.join(" ")})`;
  return [names[slot], ...keys.map((key) => key ?? "*")].join(".") + what;
}

test.each(cases)("%s", (text, expected) => {
  expect(
    readsOf([parse(text)], names)
      ?.map(textOf)
      .sort(),
  ).toEqual(expected?.toSorted());
});

const leaf = fc.constantFrom<Json>("x", "y", "a long text that is none", "", 1, 0, true, null, [], {}, "x,y");
const value = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    leaf,
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom("a", "b", "x", "ports"), tie("value"), { maxKeys: 3 }),
  ),
})).value;

const texts = [
  "item.a == 'x'",
  "item.?a.orValue(item.b) in ['x', 'y']",
  "has(item.a.b) || item.b != 'y'",
  "'x' in item.a && size(item.b) == 1",
  "item.a.exists(v, v in ['x', 'y'])",
  "item.a.all(v, v.b == 'x' || has(v.a))",
  "item.a.exists_one(v, v.ports.exists(p, p == v.b))",
  "(item.?a.orValue([]) + item.?b.orValue([])).all(v, v.?x.orValue('') == 'x')",
  "item.a.map(v, v.b).size() == 2 || item.a.map(v, v) == item.b",
  "item.a.filter(v, v == 'x') == ['x']",
  "item.a.exists(v, true)",
];

test("what is the same where it is read is judged the same, at the same cost", () => {
  const item = fc.record({ a: value, b: value }, { requiredKeys: [] });
  for (const text of texts) {
    const program = compile(text, names);
    const reads = readsOf([program.ast], names)!;
    const known = new Map<string, unknown>();
    const numbers = createNumbers();
    const judged = fc.property(item, (each) => {
      const key = reads.map((read) => numbers.of(read.slot === 3 ? (each as Json) : null, read)).join();
      const said = program.evaluate([null, null, null, each]);
      if (known.has(key)) expect(said).toEqual(known.get(key));
      known.set(key, said);
    });
    fc.assert(judged, { numRuns: 400 });
  }
});
