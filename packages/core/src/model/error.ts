/** The user's mistake: told in one line with a hint; the command ends with 2. */
export type UserErrorCode =
  | "usage"
  | "unknown-id"
  | "no-input"
  | "bad-control"
  | "bad-snapshot"
  | "bad-config"
  | "no-cluster"
  | "output";

export class UserError extends Error {
  readonly code: UserErrorCode;
  readonly hint: string;

  constructor(code: UserErrorCode, message: string, hint = "", options?: ErrorOptions) {
    super(message, options);
    this.name = "UserError";
    this.code = code;
    this.hint = hint;
  }
}
