/** Reads a query string as data: bounded, no nesting, no key that means something to JavaScript. */
import { ProblemError } from "../api/problem.ts";

const mostKeys = 100;
const longest = 16 * 1024;

/** Credentials in an address end up in logs and histories: they are refused, not ignored. */
const secretNames =
  /^(?:access[_-]?token|id[_-]?token|token|auth(?:orization)?|bearer|jwt|api[_-]?key|password|session)$/i;
const jwt = /^ey[\w-]+\.[\w-]+\.[\w-]*$/;

export function parseQuery(text: string): { readonly [name: string]: string | readonly string[] } {
  if (text.length > longest) throw new ProblemError("too-large", "the query is too long");
  const parts = text === "" ? [] : text.split("&", mostKeys + 1);
  if (parts.length > mostKeys)
    throw new ProblemError("bad-request", `a query has at most ${mostKeys} parameters`);
  const found: { [name: string]: string | string[] } = Object.create(null);
  for (const [name, value] of new URLSearchParams(text)) {
    if (secretNames.test(name) || jwt.test(value))
      throw new ProblemError(
        "bad-request",
        "credentials belong into the Authorization header, not into the address",
      );
    const before = found[name];
    if (before === undefined) found[name] = value;
    else if (Array.isArray(before)) before.push(value);
    else found[name] = [before, value];
  }
  return found;
}
