/** Why a request is not answered. Says nothing about the credential itself. */

/** `unavailable`: what decides could not be asked in time, so the answer is no. */
export type AuthErrorCode = "unauthenticated" | "forbidden" | "unavailable";

export class AuthError extends Error {
  readonly code: AuthErrorCode;

  constructor(code: AuthErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "AuthError";
    this.code = code;
  }
}
