/** What fault classes are made of: refusals, changed lines, and what they may lay hands on. */
import type { ApiServer, Refusal } from "./apiserver.ts";
import type { Kernel } from "./kernel.ts";
import type { Kind } from "./store.ts";

/** What a fault may lay hands on. */
export interface Scene {
  readonly kernel: Kernel;
  readonly server: ApiServer;
  readonly kinds: readonly Kind[];
  /** How many changes a second there are. */
  readonly change: (kind: Kind) => void;
  /** What the taker of changes does; it takes them by default. */
  taker: "takes" | "throws" | "hangs" | "dawdles";
  /** What ends the calls that the taker does not come back from. */
  readonly hung: (() => void)[];
  /** The token that the client is given when it asks. */
  token: string;
  /** Ends the watch client as `kill -9` would, and starts another from nothing. */
  readonly restart: () => void;
}

export interface FaultClass {
  readonly id: string;
  /** Sets in; answers what ends it. */
  readonly begin: (scene: Scene) => () => void;
  /** Milliseconds within which all must be seen after its end. */
  readonly within: number;
  /** Waits so long between beginning and end; default up to 8 s. */
  readonly lasts?: readonly [number, number];
  /** Its lively stream must have been silent for this long, at the most; such classes change things all the while. */
  readonly busy?: boolean;
}

export const nothing = (): void => undefined;

export function refusing(server: ApiServer, refuse: ApiServer["faults"]["refuse"]): () => void {
  server.faults.refuse = refuse!;
  return () => delete server.faults.refuse;
}

/** The next so many requests (or those that match) are refused. */
export function times(count: number, refusal: Refusal, matches: (watch: boolean) => boolean = () => true) {
  return ({ server }: Scene): (() => void) => {
    let left = count;
    server.cutStreams("rst");
    return refusing(server, (_, query) => {
      if (left <= 0 || !matches(query.get("watch") === "true")) return undefined;
      left -= 1;
      return refusal;
    });
  };
}

export function lines(
  become: (line: string, type: string, scene: Scene) => readonly string[] | "later" | undefined,
) {
  return (scene: Scene): (() => void) => {
    const { server } = scene;
    let done = 0;
    server.faults.line = (line, logged) => {
      const became = logged === undefined || done >= 3 ? undefined : become(line, logged.type, scene);
      if (became === undefined) return [line];
      done += 1;
      return became;
    };
    return () => {
      delete server.faults.line;
      server.release();
    };
  };
}

function garble(line: string): readonly string[] {
  return [`${line.slice(0, 20)}\u0000}${line.slice(23)}`];
}

export const garbled = (wanted: string) =>
  lines((line, type) => (type === wanted ? garble(line) : undefined));
