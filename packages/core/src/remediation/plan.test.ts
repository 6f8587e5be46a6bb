import { expect, test } from "vitest";
import type { Edit, Report } from "../model/report.ts";
import type { EditVerdict, VerdictKind } from "../model/verdict.ts";
import { planOf } from "./plan.ts";

function edit(name: string, kind: VerdictKind | undefined, more: Partial<Edit> = {}): Edit {
  const fields = [{ missing: [{ text: "not seen", remedy: `wait for ${name}` }] }];
  return {
    id: name,
    title: name,
    resource: { apiVersion: "apps/v1", kind: "Deployment", namespace: "n", name },
    path: "",
    resolves: [`control-${name}:x`],
    severity: "high",
    operations: [],
    byHand: kind === "breaks",
    source: { file: "f" },
    ...(kind === undefined ? {} : { verdict: { verdict: kind, fields } as unknown as EditVerdict }),
    ...more,
  };
}

function plan(edits: readonly Edit[], chokePoints: NonNullable<Report["paths"]>["chokePoints"] = []) {
  const report = { edits, results: [], controls: [], paths: { chokePoints } } as unknown as Report;
  return planOf(report);
}

const stagesOf = (made: ReturnType<typeof planOf>) =>
  Object.fromEntries(made.stages.map(({ id, steps }) => [id, steps.map((step) => step.edit)]));

test("what was not seen enough is looked at, what nothing speaks against is tried, then the rest", () => {
  const made = plan([
    edit("a", "clear"),
    edit("b", "unknown"),
    edit("c", "breaks"),
    edit("d", "clear"),
    edit("e", "clear"),
    edit("f", "repaired"),
    edit("g", "clear"),
  ]);
  expect(stagesOf(made)).toEqual({
    observe: ["b"],
    warn: [],
    canary: ["a", "d"],
    enforce: ["e", "g", "f", "c"],
  });
  expect(made.stages[0]!.steps[0]!.before).toEqual(["wait for b"]);
  expect(made.controls).toEqual(["a", "b", "d", "e", "f", "g"].map((name) => `control-${name}`));
});

test("what cuts paths comes before what is graver, and what breaks less before what breaks more", () => {
  const edits = [
    edit("a", "unknown", { severity: "critical" }),
    edit("b", "unknown"),
    edit("c", "unknown", { breakRisk: "x" }),
  ];
  expect(stagesOf(plan(edits, [{ edits: ["b"], cut: 2 }])).observe).toEqual(["b", "a", "c"]);
});

test("canaries stand outside production, and platform components are left alone", () => {
  const made = plan([
    edit("a", "clear", { environment: "production" }),
    edit("b", "clear", { environment: "staging" }),
    edit("c", "clear", { system: "of the platform" }),
  ]);
  expect(stagesOf(made)).toMatchObject({ canary: ["b"], enforce: ["a"] });
  expect(made.left).toBe(1);
});
