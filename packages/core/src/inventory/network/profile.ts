/** Port verdicts as shared values: equal ones are one object, so that a pair of classes costs two look-ups. */
import { hasBit } from "./bits.ts";
import type { PortVerdict, Verdict } from "./connectivity.ts";
import { lastPort, protocols, type Protocol } from "./port.ts";
import type { Row, Segment } from "./row.ts";

/** The ports that are not denied, sorted by protocol and number, neighbours of one verdict joined. */
export type Profile = readonly PortVerdict[];

/** Profiles are handed around by number. */
export interface Profiles {
  readonly everything: number;
  readonly nothing: number;
  readonly doubt: number;
  readonly at: (profile: number) => Profile;
  /** One profile for each column of a row. */
  readonly ofRow: (row: Row, columns: number) => Uint32Array;
  /** Allowed where both allow, denied where one denies. */
  readonly both: (first: number, second: number) => number;
  /** Allowed where one allows, denied where both deny. */
  readonly either: (first: number, second: number) => number;
  /** What two readings of the same connection agree on; elsewhere unknown. */
  readonly agreed: (first: number, second: number) => number;
}

type Join = (first: Verdict, second: Verdict) => Verdict;

const bothAllow: Join = (first, second) =>
  first === "denied" || second === "denied" ? "denied" : first === "allowed" ? second : first;

const oneAllows: Join = (first, second) =>
  first === "allowed" || second === "allowed" ? "allowed" : first === "denied" ? second : first;

const agree: Join = (first, second) => (first === second ? first : "unknown");

export function createProfiles(): Profiles {
  const known = new Map<string, number>();
  const all: Profile[] = [];
  const intern = (profile: Profile): number => {
    const key = profile
      .map(({ protocol, from, to, verdict }) => `${protocol} ${from} ${to} ${verdict}`)
      .join();
    const same = known.get(key);
    if (same !== undefined) return same;
    known.set(key, all.length);
    return all.push(profile) - 1;
  };
  const whole = (verdict: "allowed" | "unknown"): number =>
    intern(protocols.map((protocol) => ({ protocol, from: 1, to: lastPort, verdict })));
  const at = (profile: number): Profile => all[profile]!;
  const joining = (join: Join): ((first: number, second: number) => number) =>
    once((first, second) => intern(joinPorts(at(first), at(second), join)));
  return {
    everything: whole("allowed"),
    nothing: intern([]),
    doubt: whole("unknown"),
    at,
    ofRow: (row, columns) => profilesOf(row, columns, intern),
    both: joining(bothAllow),
    either: joining(oneAllows),
    agreed: joining(agree),
  };
}

function once(join: (first: number, second: number) => number): (first: number, second: number) => number {
  const done: (number | undefined)[][] = [];
  return (first, second) => {
    const row = (done[first] ??= []);
    return (row[second] ??= join(first, second));
  };
}

/**
 * Columns whose bits are the same in every segment share a profile: they are told apart by a running number. Segments that
 * were decided together are looked at once.
 */
function profilesOf(row: Row, columns: number, intern: (profile: Profile) => number): Uint32Array {
  const kinds = new Uint32Array(columns);
  const distinct = [...Map.groupBy(row, ({ allowed }) => allowed).values()].map(([first]) => first!);
  let patterns: Verdict[][] = [[]];
  for (const segment of distinct) patterns = refine(kinds, patterns, segment);
  const places = new Map(distinct.map(({ allowed }, place) => [allowed, place]));
  const segments = row.map(({ allowed }) => places.get(allowed)!);
  const profiles = patterns.map((pattern) =>
    intern(
      profileOf(
        row,
        segments.map((place) => pattern[place]!),
      ),
    ),
  );
  return kinds.map((kind) => profiles[kind]!);
}

/** Splits the kinds of columns by what is possible in one more segment. */
function refine(kinds: Uint32Array, patterns: Verdict[][], { allowed, denied }: Segment): Verdict[][] {
  const next: Verdict[][] = [];
  const numbers: number[] = [];
  for (let column = 0; column < kinds.length; column += 1) {
    const state = (hasBit(allowed, column) ? 1 : 0) + (hasBit(denied, column) ? 2 : 0);
    const key = kinds[column]! * 4 + state;
    kinds[column] = numbers[key] ??= next.push([...patterns[kinds[column]!]!, verdicts[state]!]) - 1;
  }
  return next;
}

/** By what is possible: 1 allowed, 2 denied, 3 both. */
const verdicts: readonly Verdict[] = ["unknown", "allowed", "denied", "unknown"];

function profileOf(row: Row, pattern: readonly Verdict[]): Profile {
  const ports: PortVerdict[] = [];
  row.forEach(({ protocol, from, to }, index) => appendRange(ports, protocol, from, to, pattern[index]!));
  return ports;
}

/** Adds a range to a sorted list; one that continues the last with the same verdict makes it longer. */
export function appendRange(
  ports: PortVerdict[],
  protocol: Protocol,
  from: number,
  to: number,
  verdict: Verdict,
): void {
  if (verdict === "denied") return;
  const last = ports.at(-1);
  if (last !== undefined && last.protocol === protocol && last.to + 1 === from && last.verdict === verdict)
    ports[ports.length - 1] = { ...last, to };
  else ports.push({ protocol, from, to, verdict });
}

function joinPorts(first: Profile, second: Profile, join: Join): Profile {
  const ports: PortVerdict[] = [];
  for (const protocol of protocols) {
    const own = [first, second].map((profile) => profile.filter((port) => port.protocol === protocol));
    const starts = new Set([1, ...own.flat().flatMap(({ from, to }) => [from, to + 1])]);
    const sorted = [...starts].filter((start) => start <= lastPort).sort((a, b) => a - b);
    sorted.forEach((from, index) => {
      const to = (sorted[index + 1] ?? lastPort + 1) - 1;
      const [one, two] = own.map((list) => verdictOn(list, from));
      appendRange(ports, protocol, from, to, join(one!, two!));
    });
  }
  return ports;
}

function verdictOn(ports: readonly PortVerdict[], number: number): Verdict {
  return ports.find(({ from, to }) => from <= number && number <= to)?.verdict ?? "denied";
}
