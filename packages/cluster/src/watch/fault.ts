/** What can go wrong with a watch beyond an answer that is an error, and what then must be done. */

export type WatchFaultCode =
  /** A line that cannot be read, or is no event of this kind: never skipped, asked for again. */
  | "corrupt"
  /** A line over the limit: asking again would bring it again, so the state is listed. */
  | "oversize"
  /** Events in an order that cannot be: what came between is unknown, so the state is listed. */
  | "disorder"
  /** A list older than what was seen already. */
  | "stale"
  /** Silence on a stream that was lively, or where a bookmark was due. */
  | "silent"
  /** The end of a first state that was streamed does not come. */
  | "endless"
  /** A check found that what we hold is not what the server holds. */
  | "drift";

/** Thrown and caught inside the watch client. */
export class WatchFaultError extends Error {
  readonly code: WatchFaultCode;

  constructor(code: WatchFaultCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "WatchFaultError";
    this.code = code;
  }
}
