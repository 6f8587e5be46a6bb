/** Why a template has no output. Thrown and caught inside this folder; outside it is a gap. */

export type FaultReason =
  /** Helm would fail as well. */
  | "template"
  /** Helm can do it and this renderer cannot. */
  | "unsupported"
  /** It asks for more steps, depth or text than is given. */
  | "budget";

interface RenderErrorOptions extends ErrorOptions {
  readonly place?: { readonly path: string; readonly line?: number };
}

export class RenderError extends Error {
  readonly reason: FaultReason;
  /** Whether the message already says where. */
  readonly placed: boolean;
  /** The file of the chart, from its folder on. */
  readonly place: { readonly path: string; readonly line?: number } | undefined;

  constructor(reason: FaultReason, message: string, placed = false, options: RenderErrorOptions = {}) {
    super(message, options);
    this.name = "RenderError";
    this.reason = reason;
    this.placed = placed;
    this.place = options.place;
  }
}

export function unsupported(what: string): RenderError {
  return new RenderError("unsupported", what);
}

/** What a function says when it fails. */
export function failure(message: string): RenderError {
  return new RenderError("template", message);
}
