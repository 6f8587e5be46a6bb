import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { applyOperations, completeExample, exampleSnapshot, formats, scan } from "@plimsoll/core";
import type { Control, Example, Resource, Result, Snapshot } from "@plimsoll/core";
import { expect, test } from "vitest";
import { library } from "./index.ts";

const { controls, frameworks } = library;
const options = { toolVersion: "test", frameworks: [], everyResult: true };

function snapshotOf({ version, images = [] }: Example, resources: readonly Resource[]): Snapshot {
  return { ...exampleSnapshot(resources, version), images };
}

function judge(control: Control, example: Example, resources: readonly Resource[]): readonly Result[] {
  return scan(snapshotOf(example, resources), library, { ...options, controls: [control.id] }).results;
}

function outcomes(control: Control, example: Example): readonly string[] {
  return judge(control, example, completeExample(example)).map((result) => result.result);
}

function camelCase(id: string): string {
  return id.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}

const folder = join(import.meta.dirname, "controls");
const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter(
  (path) =>
    path.includes("/") && path.endsWith(".ts") && !path.endsWith(".test.ts") && !path.includes("fixtures"),
);

test("a control's file, id, export and list entry agree", async () => {
  const found: string[] = [];
  for (const file of files) {
    const exports: Record<string, unknown> = await import(join(folder, file));
    const declared = Object.entries(exports).filter(([, value]) => isControl(value));
    for (const [name, value] of declared) {
      const { id } = value as Control;
      expect(basename(file, ".ts")).toBe(id);
      expect(name).toBe(camelCase(id));
      found.push(id);
    }
  }
  expect(controls.map(({ id }) => id).sort()).toEqual(found.sort());
});

function isControl(value: unknown): boolean {
  return typeof value === "object" && value !== null && "examples" in value && "severity" in value;
}

test("ids are taken once", () => {
  expect(new Set(controls.map(({ id }) => id)).size).toBe(controls.length);
  expect(new Set(frameworks.map(({ id }) => id)).size).toBe(frameworks.length);
});

test.each(controls.map((control) => [control.id, control] as const))(
  "%s: words, examples and fix hold",
  (_, control) => {
    for (const text of [control.title, control.why, control.remediation])
      expect(text.trim().length).toBeGreaterThan(15);
    expect(firstSentence(control.remediation), "the title of its edit").toMatch(instruction);
    for (const equivalent of control.equivalents) expect(equivalent).toMatch(/^[a-z-]+:[\w./*-]+$/i);
    expect(control.examples.pass.length).toBeGreaterThan(0);
    expect(control.examples.fail.length).toBeGreaterThan(0);
    for (const example of control.examples.pass) {
      const seen = outcomes(control, example);
      expect(seen, JSON.stringify(example)).not.toContain("fail");
      expect(seen, JSON.stringify(example)).not.toContain("unknown");
    }
    const fixed = control.examples.fail.map((example) => {
      expect(outcomes(control, example), JSON.stringify(example)).toContain("fail");
      return control.fix !== undefined && fixes(control, example);
    });
    expect(fixed.includes(true), "no example is fixed").toBe(control.fix !== undefined);
  },
);

/** The first sentence of a remedy is the title of the edit: short, and it says what to do. */
const instruction =
  /^(Add|Allow|Append|Bind|Change|Correct|Create|Declare|Delete|Deploy|Drain|Enable|Give|Leave|Let|Limit|Lower|Make|Map|Mount|Move|Name|Put|Rebuild|Remove|Replace|Rewrite|Run|Set|Sign|Split|Take|Upgrade|Use|Write|Label|List) .{5,130}$/s;

function firstSentence(text: string): string {
  return /^(.*?[.!])(?=\s+[A-Z`])/s.exec(text)?.[1] ?? text;
}

/**
 * Applies each finding's patch in turn until none is left; a fix that does not end in passing is no fix. False where a
 * place gets no patch, which the control must have said.
 */
function fixes(control: Control, example: Example): boolean {
  let resources: readonly Resource[] = completeExample(example);
  for (let round = 0; round < 20; round += 1) {
    const finding = judge(control, example, resources).find((result) => result.result === "fail");
    if (finding === undefined) return true;
    if (finding.fix === undefined) {
      if (!finding.path.includes("ephemeralContainers"))
        expect(control.noFix, `${finding.id} has no patch`).toBeDefined();
      return false;
    }
    const { namespace = "", name } = finding.resource;
    resources = resources.map((resource) =>
      resource.kind === finding.resource.kind &&
      resource.metadata.name === name &&
      (resource.metadata.namespace ?? "") === namespace
        ? applyOperations(resource, finding.fix!.operations)
        : resource,
    );
  }
  return expect.unreachable(`${control.id} still fails after its fix: ${JSON.stringify(resources)}`);
}

test("each control differs from every other on an example", () => {
  const examples = controls.flatMap(({ examples: { pass, fail } }) => [...pass, ...fail]);
  const verdicts = new Map<string, string>();
  const scans = examples.map((example) =>
    scan(snapshotOf(example, completeExample(example)), library, {
      ...options,
      controls: controls.map(({ id }) => id),
    }),
  );
  const twins: string[] = [];
  for (const { id } of controls) {
    const verdict = scans
      .map(
        ({ results }) =>
          results.filter((result) => result.control === id && result.result === "fail").length > 0,
      )
      .join();
    const twin = verdicts.get(verdict);
    if (twin !== undefined) twins.push(`${id} = ${twin}`);
    verdicts.set(verdict, id);
  }
  expect(twins).toEqual([]);
});

test("frameworks list each requirement once and say why one is met by hand", () => {
  for (const framework of frameworks) {
    const ids = framework.requirements.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const requirement of framework.requirements) {
      if (requirement.controls.length === 0)
        expect(requirement.manual ?? "", `${framework.id}/${requirement.id}`).not.toBe("");
      for (const id of requirement.controls)
        expect(
          controls.some((control) => control.id === id),
          id,
        ).toBe(true);
    }
  }
});

test.each(formats.map((format) => [format.id, format] as const))(
  "%s is brief where it says the same of findings alone",
  (_, format) => {
    const failing = controls.slice(0, 60).flatMap(({ examples }) => examples.fail.slice(0, 1));
    const snapshot = exampleSnapshot(failing.flatMap((example) => completeExample(example)));
    const of = (brief: boolean): string => {
      const report = scan(snapshot, library, { toolVersion: "test", brief });
      expect(report.results.length).toBeGreaterThan(60);
      return [...format.write(report, { color: false, width: 100, hyperlinks: false, all: true })].join("");
    };
    expect(of(true) === of(false)).toBe(format.brief === true);
  },
);
