/** Answers of an API server that are no success, as errors that say why and what may be tried. */
import type { GapReason } from "@plimsoll/core";

/** A request that was not answered as hoped, after all retries. */
export class ApiError extends Error {
  readonly code: GapReason;
  readonly status: number;

  constructor(code: GapReason, message: string, status = 0, options?: ErrorOptions) {
    super(message, options);
    this.name = "ApiError";
    this.code = code;
    this.status = status;
  }
}

/** A refusal that says when to come again. */
export class ThrottledError extends ApiError {
  /** Milliseconds that the server asked to wait. */
  readonly after: number;

  constructor(code: GapReason, message: string, status: number, after: number) {
    super(code, message, status);
    this.name = "ThrottledError";
    this.after = after;
  }
}

const reasons: { readonly [status: number]: GapReason } = {
  401: "forbidden",
  403: "forbidden",
  404: "not-found",
  405: "not-found",
  410: "expired",
  429: "throttled",
};

/** The error of a status, with the server's own words, and the seconds that it asked to wait. */
export function refusalOf(status: number, words: string, retryAfter: number): ApiError {
  const code = reasons[status] ?? (status >= 500 ? "server-error" : "unsupported");
  const message = words === "" ? `${status}` : `${status}: ${words}`;
  return Number.isFinite(retryAfter) && retryAfter > 0
    ? new ThrottledError(status >= 500 ? "server-error" : code, message, status, retryAfter * 1000)
    : new ApiError(code, message, status);
}

/** What the server says itself, from its `Status`. */
export function wordsIn(body: Uint8Array): string {
  try {
    const text = Buffer.from(body.subarray(0, 64 * 1024)).toString("utf8");
    const status = JSON.parse(text) as { readonly message?: unknown };
    return typeof status.message === "string" ? status.message : "";
  } catch {
    return ""; // a proxy's page, or nothing
  }
}
