/** The user's mistake where core is not loaded yet: its `UserError` would cost the start of every command. */
export class UsageError extends Error {
  readonly code = "usage";
  readonly hint: string;

  constructor(message: string, hint: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "UsageError";
    this.hint = hint;
  }
}
