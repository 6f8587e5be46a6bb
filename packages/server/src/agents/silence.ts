/**
 * Which nodes are not seen: one whose agent is not heard, from when it was heard last until it is heard again, and one whose
 * agent lost events, as long as it may have lost them. Silence is counted by looks: while the service itself did not run,
 * nobody was silent. Who begins to lead goes on from what the store holds: an agent that died before is missed too.
 */
import { pause, type Clock } from "@plimsoll/cluster";

/** A stretch of time in which a node was not seen, or not completely. Milliseconds since 1970. */
export interface Blindness {
  readonly node: string;
  readonly from: number;
  /** Absent: it goes on. */
  readonly to?: number;
  /** So many events were lost; absent: the agent was not heard. */
  readonly lost?: number;
  /** It ended because the node went. */
  readonly gone?: true;
}

/** `leaving`: nothing more is put there; its agent may go with the rest. */
export type NodeState = "there" | "leaving" | "gone";

/** What is known of a node's agent by whoever did not hear it. Milliseconds since 1970. */
export interface Recalled {
  readonly node: string;
  /** When it was heard last. */
  readonly at: number;
  /** It is told already that it is not heard, since then. */
  readonly toldFrom?: number;
}

export interface SilenceOptions {
  readonly clock: Clock;
  readonly stateOf: (node: string) => NodeState;
  /** Only who leads is told to by agents, and tells. */
  readonly leads: () => boolean;
  /** Asked once it leads. Rejects where the store cannot be read: then it is asked again, and nothing is told before. */
  readonly recall: () => Promise<readonly Recalled[]>;
  /** Rejects where it could not be told: then it is told again. */
  readonly tell: (blindness: Blindness) => Promise<void>;
}

export interface Silence {
  /** A node's agent speaks. The answer is to be called when it has been answered: it says nothing before that. */
  readonly hears: (node: string) => (answer: "taken" | "held-off") => void;
  /** How many events one run of its agent lost so far. */
  readonly lost: (node: string, instance: string, total: number) => void;
  /** Undefined: it went, or nobody knows that it ever spoke. */
  readonly of: (node: string) => Standing | undefined;
  readonly stop: () => Promise<void>;
}

type Unheard = Omit<Blindness, "node" | "lost">;

export interface Standing {
  readonly silent: boolean;
  /** When it was not heard, the last few times. */
  readonly unheard: Unheard[];
  /** When it lost something last. */
  readonly lostAt?: number;
  /** Milliseconds, the most between two signs of it. */
  readonly longestPause: number;
}

/** An agent speaks every second: milliseconds, see docs/guides/in-cluster.md for what was measured on busy nodes. */
const longestSilence = 3_500;
/** Who was told to come again later waits as long as this at most. */
const heldOff = 30_000;
const lookEvery = 250;
/** Losses of one node are told once in so long. */
const lossEvery = 3_600_000;
const mostRemembered = 10;
/** Untold ones beyond these are not told any more. */
const mostUntold = 10_000;

interface Heard {
  /** When it spoke last and before that, milliseconds since 1970. */
  at: number;
  before: number;
  /** Of elapsed time; undefined: not to this replica. */
  spokeAt: number | undefined;
  quiet: number;
  patience: number;
  /** Batches that are not answered yet. */
  open: number;
  /** The last one may go on. */
  past: readonly Unheard[];
  longestPause: number;
  lost: { instance: string; total: number; at?: number; toldAt?: number };
}

export function createSilence(options: SilenceOptions): Silence {
  const { clock } = options;
  const heard = new Map<string, Heard>();
  const untold: Blindness[] = [];
  const note = (blindness: Blindness): void => {
    if (untold.length < mostUntold) untold.push(blindness);
  };
  const end = new AbortController();
  const looking = look(options, heard, untold, note, end.signal);
  return {
    hears: (node) => {
      const each = heard.get(node) ?? begun(clock.now());
      heard.set(node, each);
      const now = clock.elapsed();
      close(node, each, clock.now(), note);
      if (each.open === 0 && each.spokeAt !== undefined)
        each.longestPause = Math.max(each.longestPause, now - each.spokeAt);
      each.open += 1;
      Object.assign(each, { at: clock.now(), before: each.at, spokeAt: now, quiet: 0 });
      return (answer) => {
        each.open -= 1;
        Object.assign(each, { spokeAt: clock.elapsed(), quiet: 0 });
        each.patience = longestSilence + (answer === "taken" ? 0 : heldOff);
      };
    },
    lost: (node, instance, total) => {
      const each = heard.get(node);
      if (each === undefined) return;
      const { lost } = each;
      // Of a run that began before this service nobody knows when it lost what it lost so far.
      const before = lost.instance === "" ? total : lost.instance === instance ? lost.total : 0;
      const count = total - before;
      Object.assign(lost, { instance, total });
      if (count <= 0) return;
      const [from, to] = [each.before, clock.now()];
      lost.at = to;
      if (lost.toldAt !== undefined && clock.elapsed() - lost.toldAt < lossEvery) return;
      lost.toldAt = clock.elapsed();
      note({ node, from, to, lost: count });
    },
    of: (node) => {
      const each = heard.get(node);
      if (each === undefined) return undefined;
      const { quiet, patience, past, lost, longestPause } = each;
      return {
        silent: quiet > patience,
        unheard: [...past],
        longestPause: Math.round(longestPause),
        ...(lost.at === undefined ? {} : { lostAt: lost.at }),
      };
    },
    stop: async () => {
      end.abort();
      await looking;
    },
  };
}

function begun(at: number): Heard {
  const lost = { instance: "", total: 0 };
  const patience = longestSilence;
  return {
    at,
    before: at,
    spokeAt: undefined,
    quiet: 0,
    patience,
    open: 0,
    past: [],
    longestPause: 0,
    lost,
  };
}

/** Of what this replica knows the store knows better whether it goes on: another may have led meanwhile. */
function goOn(
  heard: Map<string, Heard>,
  { node, at, toldFrom }: Recalled,
  note: (blindness: Blindness) => void,
): void {
  const each = heard.get(node) ?? begun(at);
  heard.set(node, each);
  const over = each.past.filter(({ to }) => to !== undefined);
  each.past = [...over, ...(toldFrom === undefined ? [] : [{ from: toldFrom }])].slice(-mostRemembered);
  const isHeard = each.spokeAt !== undefined && toldFrom !== undefined && each.at > toldFrom;
  if (isHeard) close(node, each, each.at, note);
  each.at = Math.max(each.at, at);
}

function isBlind({ past }: Heard): boolean {
  return past.length > 0 && past.at(-1)!.to === undefined;
}

/** Where it was not heard, it is now; or its node went. */
function close(
  node: string,
  each: Heard,
  to: number,
  note: (blindness: Blindness) => void,
  more: { gone?: true } = {},
): void {
  if (!isBlind(each)) return;
  const over = { ...each.past.at(-1)!, to, ...more };
  each.past = [...each.past.slice(0, -1), over];
  note({ node, ...over });
}

async function look(
  { clock, stateOf, leads, recall, tell }: SilenceOptions,
  heard: Map<string, Heard>,
  untold: Blindness[],
  note: (blindness: Blindness) => void,
  signal: AbortSignal,
): Promise<void> {
  let [before, led] = [clock.elapsed(), false];
  for (; !signal.aborted; await pause(clock, lookEvery, signal)) {
    const [now, last] = [clock.elapsed(), before];
    const passed = Math.min(now - last, 2 * lookEvery);
    before = now;
    const recalled = leads() && !led ? await recall().catch(() => undefined) : undefined;
    const isNew = recalled !== undefined;
    led = leads() && (led || isNew);
    if (!led) untold.length = 0;
    for (const each of recalled ?? []) goOn(heard, each, note);
    for (const [node, each] of heard) {
      // Who spoke since the last look has found it already.
      if (isNew && (each.spokeAt ?? -Infinity) < last)
        Object.assign(each, { quiet: 0, patience: longestSilence + heldOff });
      each.quiet = each.open > 0 ? 0 : each.quiet + passed;
      if (!led || each.quiet <= each.patience) continue;
      const state = stateOf(node);
      if (state === "gone") {
        close(node, each, clock.now(), note, { gone: true });
        heard.delete(node);
      } else if (state === "there" && !isBlind(each)) {
        each.past = [...each.past, { from: each.at }].slice(-mostRemembered);
        note({ node, from: each.at });
      }
    }
    await tellAll(untold, tell);
  }
}

/** In order; what cannot be told waits. */
async function tellAll(untold: Blindness[], tell: SilenceOptions["tell"]): Promise<void> {
  for (let [first] = untold; first !== undefined; [first] = untold) {
    try {
      await tell(first);
    } catch {
      return;
    }
    untold.shift();
  }
}
