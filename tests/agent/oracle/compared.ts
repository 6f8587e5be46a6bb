/** What the agent tells of a service beside what strace saw, in the same words. */
import type { ObservationDetail } from "@plimsoll/core";
import type { Deeds } from "./strace.ts";

export const kinds = ["execs", "files", "libraries", "peers"] as const;

export function deedsOf(details: readonly ObservationDetail[]): Deeds {
  const of = (lines: (detail: ObservationDetail) => readonly string[]): ReadonlySet<string> =>
    new Set(details.flatMap(lines));
  return {
    execs: of((each) => (each.kind === "exec" ? [each.args.join(" ")] : [])),
    files: of((each) => (each.kind === "file" ? [each.path] : [])),
    libraries: of((each) => (each.kind === "library" ? [each.path] : [])),
    peers: of((each) => (each.kind === "connection" ? [peerText(each)] : [])),
  };
}

function peerText({
  operation,
  protocol,
  port,
  peer,
}: Extract<ObservationDetail, { kind: "connection" }>): string {
  const address = peer?.address?.replace("::ffff:", "") ?? "";
  if (operation === "listen") return `listen ${protocol} ${port}`;
  return operation === "connect"
    ? `connect ${protocol} ${address}:${port}`
    : `accept ${protocol} ${port} from ${address}`;
}

/** Devices that every container has say nothing of it, and are not kept: see `detail.ts`. */
const unkept = /^\/dev\/(null|zero|full|random|urandom|tty|console|ptmx|pts\/\d+)$/;

/** What the one saw and the other did not. */
export function missedBy(ours: Deeds, oracle: Deeds): readonly string[] {
  return kinds.flatMap((kind) =>
    [...oracle[kind]]
      .filter((each) => !ours[kind].has(each) && !unkept.test(each))
      .map((each) => `${kind}: ${each}`),
  );
}

export function countsOf(ours: Deeds, oracle: Deeds): readonly string[] {
  return kinds.map((kind) => `${ours[kind].size} / ${oracle[kind].size}`);
}

export function lineOf(cells: readonly string[]): string {
  return cells.map((text) => text.padEnd(16)).join("");
}
