/** Which values a chart's templates ask for, whether or not the chart sets them: near a line first. */
import { readdir, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";

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
export async function valuesReadIn(
  folder: string,
  cwd: string,
): Promise<{ readonly reads: readonly ValueRead[]; readonly names: ReadonlySet<string> }> {
  const reads: ValueRead[] = [];
  const names = new Set<string>();
  const entries = await readdir(resolve(cwd, folder, "templates"), { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && /\.(?:ya?ml|tpl|txt|json)$/.test(entry.name));
  for (const entry of files.slice(0, mostTemplates)) {
    const path = join(entry.parentPath, entry.name);
    const text = await readFile(path, "utf8");
    if (text.length > longest) continue;
    const file = join(folder, path.slice(resolve(cwd, folder).length + 1));
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
