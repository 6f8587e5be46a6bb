/** Which values of a chart may be meant by a block of an object: such as say what it says, and such as templates ask for and nobody sets. */
import {
  isJsonArray,
  isJsonObject,
  sameJson,
  valueAt,
  valueAtPointer,
  type Json,
  type Path,
  type PatchOperation,
} from "@plimsoll/core";
import type { ValueRead } from "./values-read.ts";

export interface Block {
  readonly name: string;
  readonly before: Json | undefined;
  readonly after: Json;
}

/** What the operations change: as one thing of its own, and as a part of what it stands in. */
export function blocksOf(
  target: Json,
  expected: Json,
  operations: readonly PatchOperation[],
): readonly Block[] {
  const paths = operations.map(({ path }) => path.replace(/\/-$/, "").split("/"));
  const shortest = Math.min(...paths.map(({ length }) => length));
  const [first = []] = paths;
  let shared = 0;
  while (shared < shortest && paths.every((path) => path[shared] === first[shared])) shared += 1;
  const pointers = [first.slice(0, shared), first.slice(0, shared - 1)].filter(({ length }) => length > 2);
  return pointers.flatMap((steps) => {
    const pointer = steps.join("/");
    const after = valueAtPointer(expected, pointer);
    const name = steps.findLast((step) => !/^\d+$/.test(step)) ?? "";
    return after === undefined ? [] : [{ name, before: valueAtPointer(target, pointer), after }];
  });
}

export interface Candidate {
  readonly path: Path;
  readonly value: Json;
  readonly likeness: number;
}

/** What a chart's templates ask for. */
export interface Asked {
  readonly reads: readonly ValueRead[];
  readonly names: ReadonlySet<string>;
  /** Where the block is written. */
  readonly file: string;
  readonly line: number;
}

/** Those that say what the block says first, then those that templates ask for near it. */
export function candidatesFor(values: Json, block: Block, asked: Asked): readonly Candidate[] {
  const found = [...said(values, block), ...unset(values, block, asked)];
  const unique = new Map(found.toReversed().map((each) => [JSON.stringify(each.path), each]));
  return [...unique.values()].toReversed().toSorted((a, b) => b.likeness - a.likeness);
}

/** Names by which charts call what they put there, beside the block's own. */
const conventions: { readonly [block: string]: readonly string[] } = {
  securityContext: ["securityContext", "containerSecurityContext", "podSecurityContext"],
  resources: ["resources"],
};
const near = 12;

/** Not set, or nothing; asked for by their whole path, or by a name of something that is set. */
function unset(values: Json, { name, after }: Block, asked: Asked): readonly Candidate[] {
  const isFree = (path: Path): boolean => {
    const value = valueAt(values, path) ?? null;
    return isSaid(value, undefined) && isOpen(values, path);
  };
  const whole = asked.reads.flatMap(({ path, file, line }): readonly Candidate[] => {
    const likeness = likenessOf(path.at(-1) ?? "", name);
    const isNear = file === asked.file && Math.abs(line - asked.line) <= near;
    return likeness > 0 && isFree(path)
      ? [{ path, value: after, likeness: likeness + (isNear ? 1 : 0) }]
      : [];
  });
  const names = (conventions[name] ?? [name]).filter((each) => asked.names.has(each));
  const within = objectsIn(values, [], 3).flatMap((path) =>
    names
      .map((each): Path => [...path, each])
      .filter(isFree)
      .map((own): Candidate => ({ path: own, value: after, likeness: 1 })),
  );
  return [...whole, ...within];
}

/** Nothing but objects, or nothing, stands on the way. */
function isOpen(values: Json, path: Path): boolean {
  return path.slice(0, -1).every((_, index) => {
    const value = valueAt(values, path.slice(0, index + 1));
    return value === undefined || value === null || isJsonObject(value);
  });
}

function objectsIn(value: Json, path: Path, depth: number): readonly Path[] {
  if (!isJsonObject(value)) return [];
  const inner = Object.entries(value).flatMap(([key, entry = null]) =>
    depth === 0 ? [] : objectsIn(entry, [...path, key], depth - 1),
  );
  return [path, ...inner];
}

/** Values that say what the block says; those whose name is most like the block's first. */
function said(values: Json, { name, before, after }: Block): readonly Candidate[] {
  const found: Candidate[] = [];
  const visit = (value: Json, path: Path): void => {
    const key = String(path.at(-1) ?? "");
    if (path.length > 0 && isSaid(value, before))
      found.push({ path, value: after, likeness: likenessOf(key, name) });
    if (isJsonObject(value))
      for (const [inner, entry = null] of Object.entries(value)) visit(entry, [...path, inner]);
  };
  visit(values, []);
  return found.filter(({ likeness }) => likeness > 0).toSorted((a, b) => b.likeness - a.likeness);
}

/** What is left out where a template asks for something is nothing, or empty. */
function isSaid(value: Json, before: Json | undefined): boolean {
  if (before !== undefined && sameJson(value, before)) return true;
  const isEmpty =
    value === null ||
    (isJsonArray(value) ? value.length === 0 : isJsonObject(value) && Object.keys(value).length === 0);
  return before === undefined && isEmpty;
}

function likenessOf(key: string, name: string): number {
  const [a, b] = [key.toLowerCase(), name.toLowerCase()];
  if (a === b) return 3;
  return a !== "" && (a.includes(b) || b.includes(a)) ? 2 : 0;
}

/** A value for each operation, the likeliest of each; where one value does not do it all. */
export function together(
  target: Json,
  expected: Json,
  operations: readonly PatchOperation[],
  candidates: (block: Block) => readonly Candidate[],
): readonly (readonly Candidate[])[] {
  if (operations.length < 2) return [];
  const each = operations.map((operation) =>
    blocksOf(target, expected, [operation]).slice(0, 1).flatMap(candidates),
  );
  const lists = [0, 1].map((rank) => each.map((list) => list[Math.min(rank, list.length - 1)]));
  return lists.filter((list): list is Candidate[] => list.every((one) => one !== undefined));
}
