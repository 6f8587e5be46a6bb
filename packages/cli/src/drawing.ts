/** Attack paths as drawings for other programs: Graphviz's DOT and Mermaid. Every step is drawn once. */
import { excerpt, type AttackPath, type AttackStep } from "@plimsoll/core";

interface Drawing {
  /** Names of vertices, by number. */
  readonly names: readonly string[];
  readonly steps: readonly { readonly from: number; readonly to: number; readonly step: AttackStep }[];
  readonly targets: ReadonlySet<number>;
}

/** A digraph; unsure steps are dashed, targets have a double border. */
export function dotOf(paths: readonly AttackPath[]): string {
  const { names, steps, targets } = drawingOf(paths);
  const quoted = (text: string): string => `"${clean(text).replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
  return [
    "digraph attack {",
    "  rankdir=LR; node [shape=box, fontname=Helvetica];",
    ...names.map(
      (name, at) => `  v${at} [label=${quoted(name)}${targets.has(at) ? ", peripheries=2" : ""}];`,
    ),
    ...steps.map(
      ({ from, to, step }) =>
        `  v${from} -> v${to} [label=${quoted(step.title)}${step.unsure.length > 0 ? ", style=dashed" : ""}];`,
    ),
    "}",
    "",
  ].join("\n");
}

/** A flowchart; unsure steps are dotted, targets are hexagons. */
export function mermaidOf(paths: readonly AttackPath[]): string {
  const { names, steps, targets } = drawingOf(paths);
  const quoted = (text: string): string =>
    `"${clean(text).replaceAll(/["&<>#;`|[\]{}()\\]/g, (character) => `#${character.codePointAt(0)};`)}"`;
  return [
    "flowchart LR",
    ...names.map((name, at) =>
      targets.has(at) ? `  v${at}{{${quoted(name)}}}` : `  v${at}[${quoted(name)}]`,
    ),
    ...steps.map(
      ({ from, to, step }) =>
        `  v${from} ${step.unsure.length > 0 ? "-.->" : "-->"}|${quoted(step.title)}| v${to}`,
    ),
    "",
  ].join("\n");
}

function clean(text: string): string {
  return excerpt(text, 160);
}

function drawingOf(paths: readonly AttackPath[]): Drawing {
  const numbers = new Map<string, number>();
  const number = (name: string): number => {
    const found = numbers.get(name) ?? numbers.size;
    numbers.set(name, found);
    return found;
  };
  const steps = new Map<string, Drawing["steps"][number]>();
  const targets = new Set<number>();
  for (const path of paths) {
    for (const step of path.steps) {
      const [from, to] = [number(step.from), number(step.to)];
      steps.set(`${from} ${to} ${step.by}`, { from, to, step });
    }
    const last = path.steps.at(-1);
    if (last !== undefined) targets.add(number(last.to));
  }
  return { names: [...numbers.keys()], steps: [...steps.values()], targets };
}
