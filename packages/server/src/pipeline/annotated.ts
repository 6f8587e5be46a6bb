/** Exceptions that resources carry in annotations, as they come and go; one that is not understood accepts nothing, and is told. */
import { annotatedExceptions, refKey, refOf, UserError, type Change, type Exception } from "@plimsoll/core";

export interface Annotated {
  readonly take: (changes: readonly Change[]) => void;
  /** In the order of the resources' keys; the same until one changes. */
  readonly list: () => readonly Exception[];
}

export function createAnnotated(onRefused: (because: string) => void): Annotated {
  const held = new Map<string, { readonly text: string; readonly exceptions: readonly Exception[] }>();
  let all: readonly Exception[] | undefined = [];
  const set = (key: string, exceptions: readonly Exception[]): void => {
    const text = JSON.stringify(exceptions);
    if ((held.get(key)?.text ?? "[]") === text) return;
    if (exceptions.length === 0) held.delete(key);
    else held.set(key, { text, exceptions });
    all = undefined;
  };
  return {
    take: (changes) => {
      for (const change of changes) {
        if (change.op === "remove") set(`${change.kind}/${change.namespace}/${change.name}`, []);
        if (change.op !== "put") continue;
        set(
          refKey(refOf(change.record.resource)),
          understood(() => annotatedExceptions(change.record), onRefused),
        );
      }
    },
    list: () =>
      (all ??= [...held].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([, { exceptions }]) => exceptions)),
  };
}

function understood(
  read: () => readonly Exception[],
  onRefused: (because: string) => void,
): readonly Exception[] {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    onRefused(error.message);
    return [];
  }
}
