/**
 * Tells which sites a check cannot tell apart, by what it reads of them. Thousands of workloads share most of what
 * controls look at; each check is evaluated once for all that are alike.
 */
import { isJsonObject, type Json } from "../model/json.ts";
import type { Read } from "./cel/syntax/reads.ts";
import type { SiteList } from "./places.ts";

/** The class of each site by its number; sites of one class hold the same wherever the check reads. */
export type Classes = Uint32Array;

/** Texts longer than this are not kept for comparison: what is as long is seldom shared. */
const longestText = 4_000;

export interface Numbers {
  /** The same number for values that are the same where the keys lead; and for those that lack the same. */
  readonly of: (root: Json | undefined, keys: readonly string[]) => number;
  /** The same number for values that are the same; `undefined` is one. */
  readonly ofValue: (value: Json | undefined) => number;
}

/** Numbers given to values in the order in which they are met. */
export function createNumbers(): Numbers {
  const plain = new Map<Json | undefined, number>();
  const texts = new Map<string, number>();
  const objects = new Map<object, number>();
  let next = 0;
  const ofText = (text: string): number => {
    const known = texts.get(text);
    if (known !== undefined) return known;
    next += 1;
    if (text.length <= longestText) texts.set(text, next);
    return next;
  };
  const ofValue = (value: Json): number => {
    if (typeof value === "object" && value !== null) {
      let known = objects.get(value);
      if (known === undefined) objects.set(value, (known = ofText(JSON.stringify(value))));
      return known;
    }
    let known = plain.get(value);
    if (known === undefined) plain.set(value, (known = next += 1));
    return known;
  };
  return {
    ofValue: (value) => (value === undefined ? ofText("-") : ofValue(value)),
    of: (root, keys) => {
      let value = root;
      for (let depth = 0; depth < keys.length; depth += 1) {
        const key = keys[depth]!;
        if (!isJsonObject(value) || !Object.hasOwn(value, key))
          return ofText(isJsonObject(value) ? `-${depth}` : `-${depth} ${JSON.stringify(value)}`);
        value = value[key];
      }
      return value === undefined ? ofText("-") : ofValue(value);
    },
  };
}

/** Numbers lists of numbers, one after the other: the same number for the same list, and for no other. */
export interface Chains {
  /** The number of a list that is longer by one; that of the empty list is 0. */
  readonly add: (chain: number, next: number) => number;
}

export function createChains(): Chains {
  const nexts: (Map<number, number> | undefined)[] = [undefined];
  return {
    add: (chain, next) => {
      const known = (nexts[chain] ??= new Map());
      let longer = known.get(next);
      if (longer === undefined) known.set(next, (longer = nexts.push(undefined) - 1));
      return longer;
    },
  };
}

/** Finds the classes of sites; what several checks read is compared once. */
export function classifier(): (sites: SiteList, reads: readonly Read[]) => Classes {
  const numbers = createNumbers();
  const known = new WeakMap<SiteList, Map<string, Classes>>();
  return (sites, reads) => {
    const made = known.get(sites) ?? new Map<string, Classes>();
    known.set(sites, made);
    const keys = reads.map(({ slot, keys: path }) => JSON.stringify([slot, ...path]));
    const order = keys
      .map((key, index) => [key, reads[index]!] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1));
    let name = "";
    let classes: Classes = new Uint32Array(sites.size);
    for (const [key, read] of order) {
      const whole = name + key;
      let found = made.get(whole);
      if (found === undefined) {
        let own = made.get(key);
        if (own === undefined) made.set(key, (own = classesAt(sites, read, numbers)));
        made.set(whole, (found = name === "" ? own : together(classes, own)));
      }
      name = whole;
      classes = found;
    }
    return classes;
  };
}

function classesAt(sites: SiteList, { slot, keys }: Read, numbers: Numbers): Classes {
  const classes = new Uint32Array(sites.size);
  const dense = new Map<number, number>();
  let last: Json | undefined;
  for (let index = 0; index < classes.length; index += 1) {
    const root = sites.valueOf(index, slot);
    // Entries of one list follow each other, and share what they are entries of.
    const isSame = index > 0 && root === last && typeof root === "object";
    classes[index] = isSame ? classes[index - 1]! : denseOf(dense, numbers.of(root, keys));
    last = root;
  }
  return classes;
}

/** Alike by both. */
function together(a: Classes, b: Classes): Classes {
  const classes = new Uint32Array(a.length);
  const dense = new Map<number, number>();
  for (let index = 0; index < classes.length; index += 1)
    classes[index] = denseOf(dense, a[index]! * 0x1_0000_0000 + b[index]!);
  return classes;
}

/** Classes are numbered without gaps, so that what is kept of each stands in a list. */
function denseOf(dense: Map<number, number>, number: number): number {
  let own = dense.get(number);
  if (own === undefined) dense.set(number, (own = dense.size));
  return own;
}
