/** A list in the order of its keys, of which single entries are replaced. */

export interface Row<T> {
  readonly get: (key: string) => T | undefined;
  readonly put: (key: string, item: T) => void;
  readonly remove: (key: string) => void;
  readonly size: () => number;
  /** As it is now; never changed afterwards. The same list until an entry changes. */
  readonly list: () => readonly T[];
  readonly keys: () => readonly string[];
}

/** So many entries that come or go at once are sorted, fewer are put into their place. */
const fewNew = 64;

export function createRow<T>(): Row<T> {
  const items = new Map<string, T>();
  let order: string[] = [];
  const added = new Set<string>();
  let removed = 0;
  let listed: readonly T[] | undefined;
  let gone = new Set<string>();

  const settle = (): void => {
    if (added.size + removed > fewNew) order = [...items.keys()].sort();
    else {
      for (const key of gone) order.splice(placeIn(order, key), 1);
      for (const key of added) order.splice(placeIn(order, key), 0, key);
    }
    added.clear();
    gone = new Set();
    removed = 0;
  };
  return {
    get: (key) => items.get(key),
    size: () => items.size,
    put: (key, item) => {
      if (!items.has(key) && !gone.delete(key)) added.add(key);
      items.set(key, item);
      listed = undefined;
    },
    remove: (key) => {
      if (!items.delete(key)) return;
      if (!added.delete(key)) {
        gone.add(key);
        removed += 1;
      }
      listed = undefined;
    },
    list: () => {
      if (listed !== undefined) return listed;
      settle();
      return (listed = order.map((key) => items.get(key)!));
    },
    keys: () => {
      settle();
      return order;
    },
  };
}

/** Where a key stands in a sorted list, or would. */
function placeIn(order: readonly string[], key: string): number {
  let low = 0;
  let high = order.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (order[middle]! < key) low = middle + 1;
    else high = middle;
  }
  return low;
}
