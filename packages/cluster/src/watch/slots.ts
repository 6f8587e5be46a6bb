/** So many at once, the others in the order in which they came. */

export interface Slots {
  /** Resolves with the function that frees the slot; undefined where `signal` ended the wait. */
  readonly take: (signal: AbortSignal) => Promise<(() => void) | undefined>;
  readonly taken: () => number;
  /** The most that were ever taken at once. */
  readonly most: () => number;
}

export function createSlots(atOnce: number): Slots {
  let taken = 0;
  let most = 0;
  const queue: (() => void)[] = [];
  const grant = (): (() => void) => {
    taken += 1;
    most = Math.max(most, taken);
    let freed = false;
    return () => {
      if (freed) return;
      freed = true;
      taken -= 1;
      queue.shift()?.();
    };
  };
  return {
    take: (signal) => {
      const { promise, resolve } = Promise.withResolvers<(() => void) | undefined>();
      if (signal.aborted) resolve(undefined);
      else if (taken < atOnce) resolve(grant());
      else {
        const turn = (): void => {
          signal.removeEventListener("abort", leave);
          resolve(grant());
        };
        const leave = (): void => {
          queue.splice(queue.indexOf(turn), 1);
          resolve(undefined);
        };
        signal.addEventListener("abort", leave, { once: true });
        queue.push(turn);
      }
      return promise;
    },
    taken: () => taken,
    most: () => most,
  };
}
