/** The peers that rules are applied to at once: what each selector and each named port matches among them, worked out once. */
import { addBit, allBits, hasBit, noBits, type Bits } from "./bits.ts";
import { isOwnNode, type Party, type PodParty } from "./party.ts";
import type { Selector } from "./policy.ts";
import type { Protocol } from "./port.ts";

/** Peers that surely match, and those that may (the sure ones included). */
export interface Matched {
  readonly sure: Bits;
  readonly may: Bits;
}

export interface Columns {
  readonly parties: readonly Party[];
  readonly all: Bits;
  readonly selected: (selector: Selector, subject: PodParty) => Matched;
  /** Peers that give a name to a port. */
  readonly naming: (name: string, protocol: Protocol, port: number) => Matched;
  /** Every number that some peer gives a name to. */
  readonly numbersOf: (name: string, protocol: Protocol) => readonly number[];
  /** Peers that are the node that the subject runs on. */
  readonly ownNode: (subject: PodParty) => Matched;
}

/** `candidates` narrows a selector to the peers it may match, by its `within`. */
export function columnsOf(
  parties: readonly Party[],
  candidates: (selector: Selector) => Iterable<number> = () => parties.keys(),
): Columns {
  const selections = new Map<string, Matched>();
  const named = namedPorts(parties);
  const nodes = [...parties.keys()].filter((index) => parties[index]!.kind === "node");
  return {
    parties,
    all: allBits(parties.length),
    selected: (selector, subject) => {
      const known = selector.relative ? undefined : selections.get(selector.key);
      if (known !== undefined) return known;
      const found = matchedBy(parties, candidates(selector), (party) => selector.matches(party, subject));
      if (!selector.relative) selections.set(selector.key, found);
      return found;
    },
    naming: (name, protocol, port) => named.get(`${protocol} ${name}`)?.get(port) ?? nothing(parties.length),
    numbersOf: (name, protocol) => [...(named.get(`${protocol} ${name}`)?.keys() ?? [])],
    ownNode: (subject) =>
      matchedBy(parties, nodes, (party) => {
        const own = party.kind === "node" ? isOwnNode(subject, party) : false;
        return own ?? "unknown";
      }),
  };
}

function nothing(count: number): Matched {
  return { sure: noBits(count), may: noBits(count) };
}

function matchedBy(
  parties: readonly Party[],
  indexes: Iterable<number>,
  matches: (party: Party) => boolean | string,
): Matched {
  const found = nothing(parties.length);
  for (const index of indexes) {
    const match = matches(parties[index]!);
    if (match === false) continue;
    addBit(found.may, index);
    if (match === true) addBit(found.sure, index);
  }
  return found;
}

/** `TCP http` → number → the peers that mean it; a peer that gives the name to several ports may mean each. */
function namedPorts(parties: readonly Party[]): ReadonlyMap<string, ReadonlyMap<number, Matched>> {
  const found = new Map<string, Map<number, Matched>>();
  for (const [index, party] of parties.entries()) {
    if (party.kind !== "pod") continue;
    for (const [key, numbers] of numbersByName(party)) {
      const byNumber = found.get(key) ?? new Map<number, Matched>();
      found.set(key, byNumber);
      for (const number of numbers) {
        const matched = byNumber.get(number) ?? nothing(parties.length);
        byNumber.set(number, matched);
        addBit(matched.may, index);
        if (numbers.size === 1) addBit(matched.sure, index);
      }
    }
  }
  return found;
}

export function numbersByName({ ports }: PodParty): ReadonlyMap<string, ReadonlySet<number>> {
  const found = new Map<string, Set<number>>();
  for (const { name, protocol, number } of ports) {
    const key = `${protocol} ${name}`;
    found.set(key, (found.get(key) ?? new Set()).add(number));
  }
  return found;
}

/** Indexes of the bits that are set. */
export function* indexesOf(bits: Bits, count: number): Generator<number> {
  for (let index = 0; index < count; index += 1) if (hasBit(bits, index)) yield index;
}
