/** Which values templates of a chart ask for, whether or not they are set. */
import type { ChartPart } from "@plimsoll/cluster";

/** `.Values.a.b` at a line of a template. */
export interface ValueRead {
  readonly path: readonly string[];
  readonly file: string;
  readonly line: number;
}

const mostTemplates = 500;
const longest = 1024 * 1024;
const asked =
  /\.Values((?:\.[A-Za-z_]\w*)+)|\bindex\s+\$?\.Values((?:\s+"[^"\n]+")+)|(?<![\w.$)])((?:\.[A-Za-z_]\w*)+)/g;

/** Those by their whole path, and the names that are asked of something else: `.securityContext` within a `with`. */
export function valuesReadIn(templates: ChartPart["templates"]): {
  readonly reads: readonly ValueRead[];
  readonly names: ReadonlySet<string>;
} {
  const reads: ValueRead[] = [];
  const names = new Set<string>();
  for (const { file, text } of templates.slice(0, mostTemplates)) {
    if (text.length > longest) continue;
    for (const [index, line] of text.split("\n").entries()) {
      for (const [action] of line.matchAll(/\{\{.*?\}\}/g))
        for (const [, dotted, indexed, other] of action.matchAll(asked)) {
          const steps =
            dotted?.slice(1).split(".") ??
            [...(indexed ?? "").matchAll(/"([^"]+)"/g)].map((found) => found[1]!);
          if (steps.length > 0) reads.push({ path: steps, file, line: index + 1 });
          for (const name of other?.slice(1).split(".") ?? []) names.add(name);
          for (const name of steps) names.add(name);
        }
    }
  }
  return { reads, names };
}
