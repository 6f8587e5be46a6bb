/**
 * Attack paths as drawings for other programs: Graphviz's DOT and Mermaid. Every step is drawn once; the permissions that
 * give it stand between its ends, so that it shows which role many ways have in common.
 */
import { excerpt, type AttackPath, type AttackStep } from "@plimsoll/core";

interface Drawing {
  /** Names of vertices, by number. */
  readonly names: readonly string[];
  readonly lines: readonly Line[];
  readonly targets: ReadonlySet<number>;
  /** Vertices that are permissions. */
  readonly rights: ReadonlySet<number>;
}

interface Line {
  readonly from: number;
  readonly to: number;
  readonly text: string;
  readonly unsure: boolean;
}

/** A digraph; unsure steps are dashed, targets have a double border, permissions are notes. */
export function dotOf(paths: readonly AttackPath[]): string {
  const { names, lines, targets, rights } = drawingOf(paths);
  const shape = (at: number): string =>
    rights.has(at) ? ", shape=note" : targets.has(at) ? ", peripheries=2" : "";
  const quoted = (text: string): string => `"${clean(text).replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
  return [
    "digraph attack {",
    "  rankdir=LR; node [shape=box, fontname=Helvetica];",
    ...names.map((name, at) => `  v${at} [label=${quoted(name)}${shape(at)}];`),
    ...lines.map(
      ({ from, to, text, unsure }) =>
        `  v${from} -> v${to} [label=${quoted(text)}${unsure ? ", style=dashed" : ""}];`,
    ),
    "}",
    "",
  ].join("\n");
}

/** A flowchart; unsure steps are dotted, targets are hexagons, permissions have round ends. */
export function mermaidOf(paths: readonly AttackPath[]): string {
  const { names, lines, targets, rights } = drawingOf(paths);
  const node = (name: string, at: number): string => {
    if (rights.has(at)) return `  v${at}([${quoted(name)}])`;
    return targets.has(at) ? `  v${at}{{${quoted(name)}}}` : `  v${at}[${quoted(name)}]`;
  };
  const quoted = (text: string): string =>
    `"${clean(text).replaceAll(/["&<>#;`|[\]{}()\\]/g, (character) => `#${character.codePointAt(0)};`)}"`;
  return [
    "flowchart LR",
    ...names.map(node),
    ...lines.map(
      ({ from, to, text, unsure }) => `  v${from} ${unsure ? "-.->" : "-->"}|${quoted(text)}| v${to}`,
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
  const lines = new Map<string, Line>();
  const rights = new Set<number>();
  const draw = (from: number, to: number, text: string, unsure: boolean): void => {
    lines.set(`${from} ${to} ${text}`, { from, to, text, unsure });
  };
  const drawStep = ({ from: start, to: end, title, unsure, rights: needed = [] }: AttackStep): void => {
    const [from, to, isUnsure] = [number(start), number(end), unsure.length > 0];
    if (needed.length === 0) draw(from, to, title, isUnsure);
    for (const { may, role, binding, others } of needed) {
      const permission = number(`${role}: may ${may}`);
      rights.add(permission);
      draw(from, permission, others === 0 ? binding : `${binding} and ${others} more`, false);
      draw(permission, to, title, isUnsure);
    }
  };
  const targets = new Set<number>();
  for (const path of paths) {
    for (const step of path.steps) drawStep(step);
    const last = path.steps.at(-1);
    if (last !== undefined) targets.add(number(last.to));
  }
  return { names: [...numbers.keys()], lines: [...lines.values()], targets, rights };
}
