/** Whether a thread still answers: it is asked now and then, and given up where it says nothing for too long. */
import type { Cancel, Clock } from "@plimsoll/cluster";

export interface Watched {
  readonly clock: Pick<Clock, "after">;
  /** Answered by the thread as soon as it has done what it does; rejects where it has ended, which is told elsewhere. */
  readonly ask: () => Promise<unknown>;
  /** Milliseconds that it may say nothing: what it does takes long, and is not cut short. */
  readonly patience: () => number;
  /** Called once, with the milliseconds. */
  readonly onSilent: (silence: number) => void;
  /** Milliseconds between two looks; default 5,000. */
  readonly every?: number;
}

export interface Watchdog {
  /** Milliseconds for which it has said nothing, in whole looks; 0 once it has ended. Time in which nobody could have heard it does not count. */
  readonly silence: () => number;
  readonly stop: () => void;
}

export function watchThread({ clock, ask, patience, onSilent, every = 5_000 }: Watched): Watchdog {
  let ended = false;
  let silence = 0;
  let cancel: Cancel = () => undefined;
  const beat = (): void => {
    let answered = false;
    ask().then(
      () => (answered = true),
      () => (ended = true),
    );
    const look = (): void => {
      if (ended) return;
      silence = answered ? 0 : silence + every;
      if (answered) beat();
      else if (silence >= patience()) {
        ended = true;
        onSilent(silence);
      } else cancel = clock.after(every, look);
    };
    cancel = clock.after(every, look);
  };
  beat();
  return {
    silence: () => (ended ? 0 : silence),
    stop: () => {
      ended = true;
      cancel();
    },
  };
}
