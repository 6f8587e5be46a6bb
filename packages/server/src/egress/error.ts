/** Why something did not go out; whether trying again may help. */

export type EgressErrorCode =
  | "address" // a name or address that may not be spoken to
  | "redirect" // too many, or to where the request must not follow
  | "certificate"
  | "unreachable"
  | "timeout"
  | "answer"; // too long, or not as HTTP has it

export class EgressError extends Error {
  readonly code: EgressErrorCode;

  constructor(code: EgressErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "EgressError";
    this.code = code;
  }
}

const certificate = /^(?:CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|ERR_TLS|ERR_SSL|HOSTNAME_|EPROTO)/;

/** An error of Node's, named by its code alone: its message may hold what was sent. */
export function egressErrorOf(error: unknown): EgressError {
  if (error instanceof EgressError) return error;
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (certificate.test(code))
    return new EgressError("certificate", `its certificate or TLS version is not accepted (${code})`);
  if (code.startsWith("HPE_")) return new EgressError("answer", `an answer that is no HTTP (${code})`);
  return new EgressError("unreachable", code === "" ? "no connection" : `no connection (${code})`);
}
