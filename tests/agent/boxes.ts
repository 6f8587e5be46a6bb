/** Boxes, and the looks at them, that end with the test that made them. */
import { afterEach } from "vitest";
import { look, openBox, type Box, type Looking } from "./box.ts";

export interface Boxes {
  readonly box: (id?: string) => Box;
  /** Looks at these alone, or at all there are. */
  readonly begin: (only?: readonly Box[], everyMs?: number) => Looking;
  /** Before the test does. */
  readonly end: () => void;
}

/** For the tests of the file that calls it. */
export function boxesOfTests(): Boxes {
  let looking: Looking | undefined;
  let boxes: Box[] = [];
  const end = (): void => {
    looking?.close();
    looking = undefined;
  };
  afterEach(() => {
    end();
    for (const box of boxes) box.remove();
    boxes = [];
  });
  return {
    box: (id) => {
      const made = openBox(id);
      boxes.push(made);
      return made;
    },
    begin: (only, everyMs) => {
      looking = look(only === undefined ? undefined : new Set(only.map(({ cgroup }) => cgroup)), everyMs);
      return looking;
    },
    end,
  };
}
