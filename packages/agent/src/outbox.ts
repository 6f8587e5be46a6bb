/** Batches on their way: one at a time, while looking goes on; what was not accepted waits, and joins the next. */
import { setTimeout as wait } from "node:timers/promises";
import { joinSeen, nothingSeen, type Seen } from "@plimsoll/core";
import type { AgentReport, Ship } from "./report.ts";

/** Behaviours, and watches of containers, that wait for a service that does not answer: the rest is given up, counted. */
const mostWaiting = 100_000;
/** Times that what is left at the end is offered. */
const lastOffers = 6;
const between = 500;

export class Outbox {
  readonly #ship: Ship;
  readonly #again: () => void;
  readonly #most: number;
  #waiting: Seen = nothingSeen;
  #sending: Promise<void> | undefined;
  #isShort = false;
  failures = 0;
  givenUp = 0;

  /** `again`: everything must be told once more. */
  constructor(ship: Ship, again: () => void, most = mostWaiting) {
    this.#ship = ship;
    this.#again = again;
    this.#most = most;
  }

  /** Takes a batch in, and sends what waits unless that is under way. An empty batch is sent too: it is a sign of life. */
  add(batch: Seen, report: () => AgentReport): void {
    this.#join(batch);
    this.#sending ??= this.#send(report).finally(() => (this.#sending = undefined));
  }

  /** Resolves once everything was accepted, or was offered in vain a few times. */
  async empty(report: () => AgentReport): Promise<void> {
    await this.#sending;
    for (let offer = 0; offer < lastOffers && !isEmpty(this.#waiting); offer += 1) {
      // Told to end, it does not wait long: what refuses now may be ready in a moment.
      if (offer > 0) await wait(between);
      await this.#send(report);
    }
  }

  async #send(report: () => AgentReport): Promise<void> {
    const batch = this.#waiting;
    this.#waiting = nothingSeen;
    try {
      const told = await this.#ship(batch, report());
      this.failures = 0;
      // Of what was given up the agent still knows what is alive.
      if (told?.again === true || this.#isShort) this.#again();
      this.#isShort = false;
    } catch {
      this.failures += 1;
      this.#join(batch);
    }
  }

  #join(batch: Seen): void {
    this.#waiting = this.#waiting === nothingSeen ? batch : joinSeen([this.#waiting, batch]);
    const { observations, watches } = this.#waiting;
    const [over, beyond] = [observations, watches].map(({ length }) => Math.max(0, length - this.#most));
    if (over === 0 && beyond === 0) return;
    this.givenUp += over! + beyond!;
    this.#isShort = true;
    this.#waiting = {
      ...this.#waiting,
      observations: observations.slice(over),
      watches: watches.slice(beyond),
    };
  }
}

export function isEmpty({ observations, watches }: Seen): boolean {
  return observations.length === 0 && watches.length === 0;
}
