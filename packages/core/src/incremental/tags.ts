/** Remembers what was worked out for as long as nothing that it read has changed. */
import type { Change } from "../model/change.ts";

/** Says that something of this name was read. */
export type Read = (tag: string) => void;

/** A value with what it read. */
export interface Memo<T> {
  /** Works it out anew where it has to. */
  readonly get: () => T;
  readonly isValid: () => boolean;
  /** A change of something that it read, where there was one since. */
  readonly cause: () => Change | undefined;
  readonly reads: () => ReadonlySet<string>;
  /** When it was last worked out. */
  readonly at: () => number;
}

export interface Tags {
  /** From here on changes are later than all that was worked out before. */
  readonly advance: () => void;
  readonly bump: (tag: string, cause?: Change) => void;
  /** `make` is given the value before, and what it read, to go on from. */
  readonly memo: <T>(make: (read: Read, before: Before<T> | undefined) => T) => Memo<T>;
  /** A memo that others read by name. */
  readonly room: <T>(name: string, make: (read: Read) => T) => Memo<T>;
  /** What these read, and the rooms among them. */
  readonly through: (reads: ReadonlySet<string>) => ReadonlySet<string>;
}

export interface Before<T> {
  readonly value: T;
  readonly reads: ReadonlySet<string>;
  readonly at: number;
}

interface Stamp {
  readonly at: number;
  readonly cause: Change | undefined;
}

const roomPrefix = "room ";

export function roomTag(name: string): string {
  return roomPrefix + name;
}

export function createTags(): Tags {
  let now = 0;
  const stamps = new Map<string, Stamp>();
  const rooms = new Map<string, Memo<unknown>>();

  /** A room is read by what is in it: it is as late as its last making, and made anew where it must be. */
  const isLater = (tag: string, at: number): boolean => {
    if (!tag.startsWith(roomPrefix)) return (stamps.get(tag)?.at ?? 0) > at;
    const room = rooms.get(tag)!;
    return !room.isValid() || room.at() > at;
  };
  const causeOf = (tag: string, at: number): Change | undefined => {
    const stamp = stamps.get(tag);
    return stamp !== undefined && stamp.at > at ? stamp.cause : rooms.get(tag)?.cause();
  };

  function memo<T>(make: (read: Read, before: Before<T> | undefined) => T): Memo<T> {
    let made: { value: T; reads: Set<string>; at: number; checked: number } | undefined;
    const isValid = (): boolean => {
      if (made === undefined) return false;
      if (made.checked === now) return true;
      for (const tag of made.reads) if (isLater(tag, made.at)) return false;
      made.checked = now;
      return true;
    };
    return {
      isValid,
      get: () => {
        if (made !== undefined && isValid()) return made.value;
        const reads = new Set<string>();
        const at = now;
        const value = make((tag) => reads.add(tag), made);
        made = { value, reads, at, checked: at };
        return value;
      },
      cause: () => {
        for (const tag of made?.reads ?? []) {
          const cause = causeOf(tag, made!.at);
          if (cause !== undefined) return cause;
        }
        return undefined;
      },
      reads: () => made?.reads ?? new Set(),
      at: () => made?.at ?? -1,
    };
  }

  const through = (reads: ReadonlySet<string>, all = new Set<string>()): ReadonlySet<string> => {
    for (const tag of reads) {
      if (all.has(tag)) continue;
      all.add(tag);
      if (tag.startsWith(roomPrefix)) through(rooms.get(tag)!.reads(), all);
    }
    return all;
  };
  return {
    through: (reads) => through(reads),
    advance: () => {
      now += 1;
    },
    bump: (tag, cause) => stamps.set(tag, { at: now, cause }),
    memo,
    room: <T>(name: string, make: (read: Read) => T): Memo<T> => {
      const tag = roomTag(name);
      let room = rooms.get(tag);
      if (room === undefined) rooms.set(tag, (room = memo(make)));
      return room as Memo<T>;
    },
  };
}
