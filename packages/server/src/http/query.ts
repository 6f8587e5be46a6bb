/** Reads a query string as data: bounded, no nesting, no key that means something to JavaScript. */
import { ProblemError } from "../api/problem.ts";

const mostKeys = 100;
const longest = 16 * 1024;

/** Credentials in an address end up in logs and histories: they are refused, not ignored. */
const secretNames =
  /^(?:access[_-]?token|id[_-]?token|token|auth(?:orization)?|bearer|jwt|api[_-]?key|password|session)$/i;
const jwt = /^ey[\w-]+\.[\w-]+\.[\w-]*$/;

/** Where a query keeps why it is refused: whoever calls the parser has no way yet to answer. */
const refusal = Symbol("refusal");

export interface Query {
  readonly [name: string]: string | readonly string[];
  readonly [refusal]?: ProblemError;
}

/** Never throws; `refuse` does, once there is somebody to be told. */
export function parseQuery(text: string): Query {
  try {
    return parsed(text);
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    return { [refusal]: error };
  }
}

export function refuseQuery(query: unknown): void {
  const found = (query as Query | undefined)?.[refusal];
  if (found !== undefined) throw found;
}

function parsed(text: string): Query {
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
