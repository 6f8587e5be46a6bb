/**
 * Tells which sites a check cannot tell apart, by what it reads of them. Thousands of workloads share most of what
 * controls look at; each check is evaluated once for all that are alike.
 */
import { isJsonArray, isJsonObject, type Json } from "../model/json.ts";
import { ofEach, type Read } from "./cel/syntax/reads.ts";
import { codePoints } from "./cel/values/text.ts";
import type { SiteList } from "./places.ts";

/** Sites of one class hold the same wherever the check reads. */
export interface Classes {
  /** The class of each site by its number. */
  readonly of: Uint32Array;
  /** The first site of each class. */
  readonly first: readonly number[];
  /** How many sites each class has. */
  readonly sizes: readonly number[];
}

/** Texts longer than this are not kept for comparison: what is as long is seldom shared. */
const longestText = 4_000;

/** What is read of a value. */
export type Reading = Pick<Read, "keys" | "only">;

export interface Numbers {
  /** The same number for values that are the same as far as they are read; and for those that lack the same. */
  readonly of: (root: Json | undefined, reading: Reading) => number;
  /** The same number for values that are the same; `undefined` is one. */
  readonly ofValue: (value: Json | undefined) => number;
}

/** What every object has, and no resource means. */
const inherited: object = Object.prototype;

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
  /** What an object lacks at each depth. */
  const lacks: number[] = [];
  const ofValue = (value: Json | undefined): number => {
    if (value === undefined) return ofText("-");
    if (typeof value === "object" && value !== null) {
      let known = objects.get(value);
      if (known === undefined) objects.set(value, (known = ofText(JSON.stringify(value))));
      return known;
    }
    let known = plain.get(value);
    if (known === undefined) plain.set(value, (known = next += 1));
    return known;
  };
  const others: number[] = [];
  const longest = new Map<readonly string[], number>();
  /** Of what some texts alone are looked for in: what comparing with another costs goes by its length. */
  const among = (value: Json, sought: readonly string[]): number => {
    if (typeof value !== "string" || sought.includes(value)) return ofValue(value);
    let most = longest.get(sought);
    if (most === undefined) longest.set(sought, (most = Math.max(0, ...sought.map((text) => text.length))));
    const length = value.length >= 2 * most ? most : Math.min(codePoints(value), most);
    const cost = Math.ceil(length / 10);
    return (others[cost] ??= ofText(`~${cost}`));
  };
  const sizeOf = (value: Json): number => {
    if (isJsonArray(value)) return ofText(`[${value.length}`);
    return isJsonObject(value) ? ofText(`{${Object.keys(value).length}`) : ofValue(value);
  };
  const from = (root: Json | undefined, reading: Reading, start: number): number => {
    const { keys, only } = reading;
    let value = root;
    for (let depth = start; depth < keys.length; depth += 1) {
      const key = keys[depth]!;
      if (key === ofEach && (isJsonArray(value) || isJsonObject(value))) {
        const elements: readonly Json[] = isJsonArray(value) ? value : Object.keys(value);
        let all = isJsonArray(value) ? "[*" : "{*";
        for (const element of elements) all += `${from(element, reading, depth + 1)},`;
        return ofText(all);
      }
      if (key === ofEach || !isJsonObject(value)) return ofText(`-${depth} ${JSON.stringify(value)}`);
      const child = value[key];
      if (child === undefined || (key in inherited && !Object.hasOwn(value, key)))
        return (lacks[depth] ??= ofText(`-${depth}`));
      value = child;
    }
    if (value === undefined || only === undefined) return ofValue(value);
    if (only === "presence") return ofText(value === null ? "+null" : "+");
    return only === "size" ? sizeOf(value) : among(value, only);
  };
  return { ofValue, of: (root, reading) => from(root, reading, 0) };
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
    const keys = reads.map((read) => [keyOf(read), read] as const);
    keys.sort(([a], [b]) => (a < b ? -1 : 1));
    let name = "";
    let classes: Classes | undefined;
    for (const [key, read] of keys) {
      name += key;
      let found = made.get(name);
      if (found === undefined) {
        const own = classesAt(sites, read, numbers, made);
        made.set(name, (found = classes === undefined ? own : together(classes, own)));
      }
      classes = found;
    }
    return classes ?? counted(new Uint32Array(sites.size));
  };
}

function keyOf({ slot, keys, only }: Read): string {
  return JSON.stringify([slot, keys, only]);
}

function classesAt(sites: SiteList, read: Read, numbers: Numbers, made: Map<string, Classes>): Classes {
  const key = keyOf(read);
  let classes = made.get(key);
  if (classes === undefined) {
    const outer = outerOf(sites, read);
    classes =
      outer === undefined
        ? classesBySite(sites, read, numbers)
        : classesByClass(classesAt(sites, outer, numbers, made), sites, read, numbers);
    made.set(key, classes);
  }
  return classes;
}

function classesBySite(sites: SiteList, read: Read, numbers: Numbers): Classes {
  const { slot } = read;
  const of = new Uint32Array(sites.size);
  const dense = new Map<number, number>();
  let last: Json | undefined;
  for (let index = 0; index < of.length; index += 1) {
    const root = sites.valueOf(index, slot);
    // Entries of one list follow each other, and share what they are entries of.
    const isSame = index > 0 && root === last && typeof root === "object";
    of[index] = isSame ? of[index - 1]! : denseOf(dense, numbers.of(root, read));
    last = root;
  }
  return counted(of);
}

/** What is the same around the place is the same there. */
function classesByClass(outer: Classes, sites: SiteList, read: Read, numbers: Numbers): Classes {
  const dense = new Map<number, number>();
  const inner = outer.first.map((index) => denseOf(dense, numbers.of(sites.valueOf(index, read.slot), read)));
  return counted(outer.of.map((number) => inner[number]!));
}

const sampled = 16;
const smallText = 400;

/** A place around that is worth comparing as a whole, since it is small and shared: what else is read there is then told by it. */
function outerOf(sites: SiteList, { slot, keys }: Read): Read | undefined {
  for (let length = 1; length < keys.length && length <= 2; length += 1) {
    const outer = keys.slice(0, length);
    if (outer.includes(ofEach)) return undefined;
    const count = Math.min(sampled, sites.size);
    const texts = Array.from({ length: count }, (_, at) => {
      let value = sites.valueOf(Math.floor((at * sites.size) / count), slot);
      for (const key of outer) value = isJsonObject(value) ? value[key!] : undefined;
      return value === undefined ? "" : JSON.stringify(value);
    });
    const size = texts.reduce((sum, text) => sum + text.length, 0);
    if (size <= smallText * count && new Set(texts).size <= count / 2) return { slot, keys: outer };
  }
  return undefined;
}

/** Alike by both. */
function together(a: Classes, b: Classes): Classes {
  const of = new Uint32Array(a.of.length);
  const width = b.first.length;
  const pairs = a.first.length * width;
  if (pairs > 4 * of.length + 1024) {
    const dense = new Map<number, number>();
    for (let index = 0; index < of.length; index += 1)
      of[index] = denseOf(dense, a.of[index]! * 0x1_0000_0000 + b.of[index]!);
    return counted(of);
  }
  const table = new Uint32Array(pairs);
  let next = 0;
  for (let index = 0; index < of.length; index += 1) {
    const pair = a.of[index]! * width + b.of[index]!;
    of[index] = (table[pair] ||= next += 1) - 1;
  }
  return counted(of);
}

function counted(of: Uint32Array): Classes {
  const first: number[] = [];
  const sizes: number[] = [];
  for (let index = 0; index < of.length; index += 1) {
    const own = of[index]!;
    if (own === first.length) {
      first.push(index);
      sizes.push(1);
    } else sizes[own]! += 1;
  }
  return { of, first, sizes };
}

/** Classes are numbered without gaps in the order of their first sites. */
function denseOf(dense: Map<number, number>, number: number): number {
  let own = dense.get(number);
  if (own === undefined) dense.set(number, (own = dense.size));
  return own;
}
