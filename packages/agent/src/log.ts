/** What a process on a node says of itself: one line of JSON each, for whoever reads the node's logs. */

declare const __PLIMSOLL_VERSION__: string | undefined;

/** Of the bundle; `source` where there is none. */
export const ownVersion = typeof __PLIMSOLL_VERSION__ === "string" ? __PLIMSOLL_VERSION__ : "source";

export function log(level: "info" | "warn" | "error", event: string, more: object = {}): void {
  process.stderr.write(`${JSON.stringify({ time: new Date().toISOString(), level, event, ...more })}\n`);
}
