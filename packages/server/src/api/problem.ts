/** How a request is refused: RFC 9457 problem details. Nothing that was asked with stands in it, least of all a credential. */
import { Type, type Static } from "typebox";
import { AuthError } from "../auth/error.ts";
import { StoreError } from "../store/error.ts";

export const problemShape = Type.Object({
  type: Type.Literal("about:blank"),
  title: Type.String(),
  status: Type.Integer(),
  /** For programs. */
  code: Type.String(),
  detail: Type.Optional(Type.String()),
});

export type Problem = Static<typeof problemShape>;

export const problemType = "application/problem+json";

export type ProblemCode =
  | "bad-request"
  | "unauthenticated"
  | "forbidden"
  | "not-found"
  | "too-large"
  | "too-many-requests"
  | "unavailable"
  | "not-ready"
  | "failure";

const kinds: { readonly [C in ProblemCode]: readonly [status: number, title: string] } = {
  "bad-request": [400, "The request is not understood"],
  unauthenticated: [401, "Log in first"],
  forbidden: [403, "Not allowed"],
  "not-found": [404, "There is no such thing"],
  "too-large": [413, "The request is too large"],
  "too-many-requests": [429, "Too many requests"],
  unavailable: [503, "It cannot be told now"],
  "not-ready": [503, "Nothing has been judged yet"],
  failure: [500, "The service failed"],
};

export class ProblemError extends Error {
  readonly code: ProblemCode;
  readonly detail: string | undefined;

  constructor(code: ProblemCode, detail?: string, options?: ErrorOptions) {
    super(detail ?? kinds[code][1], options);
    this.name = "ProblemError";
    this.code = code;
    this.detail = detail;
  }
}

export function problem(code: ProblemCode, detail?: string): Problem {
  const [status, title] = kinds[code];
  return { type: "about:blank", title, status, code, ...(detail === undefined ? {} : { detail }) };
}

/** What may be said of an error: ours in its words, of any other only that there was one. */
export function problemOf(error: unknown): Problem {
  if (error instanceof ProblemError) return problem(error.code, error.detail);
  if (error instanceof AuthError)
    return problem(error.code === "unavailable" ? "unavailable" : error.code, error.message);
  if (error instanceof StoreError)
    return problem(error.code === "bad-query" ? "bad-request" : "unavailable", error.message);
  if (codeIn(error) === "FST_ERR_CTP_INVALID_MEDIA_TYPE")
    return problem("bad-request", "the body is to be sent as content-type: application/json");
  return problem(codeOf(error));
}

function codeIn(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}

function codeOf(error: unknown): ProblemCode {
  if (!(error instanceof Error)) return "failure";
  const status = "statusCode" in error ? Number(error.statusCode) : 500;
  if (status === 413 || status === 414 || status === 431) return "too-large";
  if (status === 404 || status === 405) return "not-found";
  return status >= 400 && status < 500 ? "bad-request" : "failure";
}
