/** Globs as `.Files.Glob` takes them: `*` stays in a folder, `**` does not; `?`, `[a-z]`, `[!a]`, `{a,b}`. */
import { RE2JS } from "re2js";

/** A pattern that is ill-formed matches everything, as in helm. */
export function globOf(pattern: string): (path: string) => boolean {
  const source = sourceOf(pattern);
  if (source === undefined) return () => true;
  const expression = RE2JS.compile(`(?s)^(?:${source})$`);
  return (path) => expression.matcher(path).find();
}

function sourceOf(pattern: string): string | undefined {
  let out = "";
  let braces = 0;
  for (let at = 0; at < pattern.length; at += 1) {
    const char = pattern[at] ?? "";
    if (char === "*") {
      const double = pattern[at + 1] === "*";
      out += double ? ".*" : "[^/]*";
      if (double) at += 1;
    } else if (char === "?") out += "[^/]";
    else if (char === "[") {
      const end = pattern.indexOf("]", at + 1);
      const body = pattern.slice(at + 1, end);
      if (end === -1 || body === "" || body === "!") return undefined;
      const negated = body.startsWith("!");
      out += `[${negated ? "^" : ""}${body.slice(negated ? 1 : 0).replaceAll(/[\\\]^[]/g, "\\$&")}]`;
      at = end;
    } else if (char === "{") {
      braces += 1;
      out += "(?:";
    } else if (char === "}" && braces > 0) {
      braces -= 1;
      out += ")";
    } else if (char === "," && braces > 0) out += "|";
    else if (char === "\\") {
      at += 1;
      out += (pattern[at] ?? "").replaceAll(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
    } else out += char.replaceAll(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
  }
  return braces === 0 ? out : undefined;
}
