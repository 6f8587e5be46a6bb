/** `.helmignore`: which files of a chart's folder are no part of the chart. */
import { failure } from "../template/fault.ts";

/** Whether a path (with `/`, relative to the chart) is left out. */
export type Ignore = (path: string, isFolder: boolean) => boolean;

interface Rule {
  readonly pattern: RegExp;
  readonly negates: boolean;
  readonly foldersOnly: boolean;
  /** Only the last part of a path is looked at. */
  readonly byName: boolean;
}

/** Go's `filepath.Match`: neither `*` nor `?` goes over a `/`. */
function matcher(pattern: string): RegExp {
  let out = "";
  for (let at = 0; at < pattern.length; at += 1) {
    const char = pattern[at] ?? "";
    if (char === "*") out += "[^/]*";
    else if (char === "?") out += "[^/]";
    else if (char === "[") {
      const end = pattern.indexOf("]", at + 2);
      if (end === -1) throw failure(`.helmignore: syntax error in pattern ${JSON.stringify(pattern)}`);
      const body = pattern.slice(at + 1, end).replace(/^\^/, "");
      const negated = pattern[at + 1] === "^" ? "^/" : "";
      out += `[${negated}${body.replaceAll(/[\\\]^[]/g, "\\$&")}]`;
      at = end;
    } else if (char === "\\") {
      at += 1;
      out += escaped(pattern[at] ?? "");
    } else out += escaped(char);
  }
  return new RegExp(`^${out}$`, "su");
}

function escaped(char: string): string {
  return char.replaceAll(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}

/** Helm's own rule comes last. */
export function readIgnore(text: string): Ignore {
  const lines = text.replace(/^\ufeff/, "").split(/\r?\n/);
  const rules = [...lines, "templates/.?*"].flatMap((line) => ruleOf(line.trim()));
  return (path, isFolder) => {
    for (const rule of rules) {
      const name = rule.byName ? path.slice(path.lastIndexOf("/") + 1) : path;
      const matches = rule.pattern.test(name);
      if (rule.negates) {
        if ((rule.foldersOnly && !isFolder) || !matches) return true;
      } else if (matches && (!rule.foldersOnly || isFolder)) return true;
    }
    return false;
  };
}

function ruleOf(line: string): readonly Rule[] {
  if (line === "" || line.startsWith("#")) return [];
  if (line.includes("**")) throw failure(".helmignore: double-star (**) syntax is not supported");
  const negates = line.startsWith("!");
  let rest = negates ? line.slice(1) : line;
  const foldersOnly = rest.endsWith("/");
  if (foldersOnly) rest = rest.slice(0, -1);
  const byName = !rest.includes("/");
  return [{ pattern: matcher(rest.replace(/^\//, "")), negates, foldersOnly, byName }];
}
