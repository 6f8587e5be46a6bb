import { expect, test } from "vitest";
import type { Json } from "../../model/json.ts";
import { aggregation, type ClusterRole } from "./aggregate.ts";
import { componentsOf } from "./components.ts";

function clusterRole(
  name: string,
  labels: { readonly [key: string]: string },
  selectors: readonly Json[],
  verb?: string,
): ClusterRole {
  const rule = { groups: [""], resources: ["pods"], names: [], urls: [] };
  return { name, labels, selectors, rules: verb === undefined ? [] : [{ verbs: [verb], ...rule }] };
}

function gatheredVerbs(roles: readonly ClusterRole[], name: string): string {
  return (aggregation(roles)(name)?.rules ?? [])
    .map(({ rule, origin }) => `${rule.verbs[0]}<${origin}`)
    .join();
}

const to = (label: string): Json => ({ matchLabels: { [label]: "yes" } });
const leaf = clusterRole("leaf", { a: "yes" }, [], "get");

test.each([
  ["one", [leaf, clusterRole("all", {}, [to("a")])], "get<leaf"],
  ["its own rules are overwritten", [leaf, clusterRole("all", {}, [to("a")], "delete")], "get<leaf"],
  ["unless it selects nobody", [clusterRole("all", {}, [to("a")], "delete")], "delete<all"],
  [
    "or nobody who has any",
    [clusterRole("bare", { a: "yes" }, []), clusterRole("all", {}, [to("a")], "delete")],
    "delete<all",
  ],
  ["or only itself", [clusterRole("all", { a: "yes" }, [to("a")], "delete")], "delete<all"],
  [
    "through another",
    [leaf, clusterRole("mid", { b: "yes" }, [to("a")]), clusterRole("all", {}, [to("b")])],
    "get<leaf",
  ],
  [
    "in the order of selectors, then names",
    [
      leaf,
      clusterRole("z", { b: "yes" }, [], "list"),
      clusterRole("y", { b: "yes" }, [], "watch"),
      clusterRole("all", {}, [to("b"), to("a")]),
    ],
    "watch<y,list<z,get<leaf",
  ],
  [
    "equal rules once",
    [leaf, clusterRole("twin", { a: "yes" }, [], "get"), clusterRole("all", {}, [to("a")])],
    "get<leaf",
  ],
  [
    "and names a role that it selects",
    [clusterRole("else", {}, [], "get"), leaf, clusterRole("all", {}, [to("a")])],
    "get<leaf",
  ],
  [
    "an empty selector takes every role",
    [leaf, clusterRole("other", {}, [], "list"), clusterRole("all", {}, [{}])],
    "get<leaf,list<other",
  ],
  [
    "a circle ends",
    [
      leaf,
      clusterRole("all", { b: "yes" }, [to("c"), to("a")]),
      clusterRole("back", { c: "yes" }, [to("b")]),
    ],
    "get<leaf",
  ],
] as const)("gathers: %s", (_, roles, expected) => {
  expect(gatheredVerbs(roles, "all")).toBe(expected);
});

test("a role without an aggregation rule gathers nothing", () => {
  expect(aggregation([leaf])("leaf")).toBeUndefined();
});

test("what is written into a circle may go round in it", () => {
  const roles = (verb?: string): readonly ClusterRole[] => [
    leaf,
    clusterRole("all", { b: "yes" }, [to("c"), to("a")], verb),
    clusterRole("back", { c: "yes" }, [to("b")]),
    clusterRole("outside", {}, [to("c")]),
  ];
  expect([undefined, "delete"].map((verb) => aggregation(roles(verb))("outside")?.complete)).toEqual([
    true,
    false,
  ]);
});

test("a circle of 5,000 roles shares one set of rules", () => {
  const roles = Array.from({ length: 5000 }, (_, at) => [
    clusterRole(`all-${at}`, { [`l${at}`]: "yes" }, [to(`l${(at + 1) % 5000}`), to(`own${at}`)]),
    clusterRole(`own-${at}`, { [`own${at}`]: "yes" }, [], `verb${at}`),
  ]).flat();
  const gather = aggregation(roles);
  const sizes = new Set(Array.from({ length: 5000 }, (_, at) => gather(`all-${at}`)!.rules.length));
  expect([...sizes]).toEqual([5000]);
});

test("a chain of 5,000 roles ends at a limit, and says so", () => {
  const roles = Array.from({ length: 5000 }, (_, at) => [
    clusterRole(`all-${at}`, { [`l${at}`]: "yes" }, [to(`l${at + 1}`), to(`own${at}`)]),
    clusterRole(`own-${at}`, { [`own${at}`]: "yes" }, [], `verb${at}`),
  ]).flat();
  const gather = aggregation(roles);
  const all = Array.from({ length: 5000 }, (_, at) => gather(`all-${at}`)!);
  expect(all[0]!.rules.length).toBe(5000);
  expect(all.filter(({ complete }) => !complete).length).toBeGreaterThan(0);
});

test("parts of a graph: what a part needs has a smaller number", () => {
  const edges = [[1], [2], [0, 3], [4], [], [5, 3]];
  const parts = componentsOf(6, (node) => edges[node]!);
  expect([...parts]).toEqual([2, 2, 2, 1, 0, 3]);
});
