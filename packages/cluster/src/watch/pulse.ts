/** Asks lines that fell silent for a sign of life, and cuts those that give none. */
import type { Clock } from "../doors.ts";
import type { WatchedLine } from "./requests.ts";
import type { WatchSettings } from "./settings.ts";

/** Called once a second. */
export function createLinePulse(
  clock: Clock,
  settings: WatchSettings,
  line: WatchedLine,
  lines: readonly WatchedLine[],
): { readonly beat: () => void; readonly cuts: () => number } {
  let asking = false;
  let cuts = 0;
  const cut = (): void => {
    cuts += 1;
    line.heardAt = clock.elapsed();
    line.cut();
    // The others lead the same way: those that nobody waits on would be found dead only by the next who does.
    for (const other of lines) if (other.open === 0) other.cut();
  };
  const beat = (): void => {
    if (asking || line.open === 0 || clock.elapsed() - line.heardAt < settings.pingAfter) return;
    asking = true;
    const askedAt = clock.elapsed();
    const over = (): void => {
      asking = false;
      cancel();
    };
    // After a moment in which we ourselves were too busy, the answer may be there and not yet read.
    let cancel = clock.after(settings.pingPatience, () => {
      cancel = clock.after(50, () => {
        asking = false;
        if (line.heardAt < askedAt) cut();
      });
    });
    line.ping().then((alive) => {
      over();
      if (alive) line.heardAt = clock.elapsed();
    }, over); // its exchanges hear of the loss themselves
  };
  return { beat, cuts: () => cuts };
}
