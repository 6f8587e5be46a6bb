/** The bytes of one simulated answer: in order, each a while after it was sent, until the end, a cut, or for ever nothing. */
import { NetworkError } from "../../packages/cluster/src/doors.ts";

export interface Pipe {
  readonly body: AsyncIterable<Uint8Array>;
  /** Hands bytes over after a delay; those sent earlier always come first. */
  readonly send: (bytes: Uint8Array, delay: number) => void;
  readonly end: (delay: number) => void;
  readonly cut: (delay: number) => void;
  readonly isClosed: () => boolean;
}

type Part = Uint8Array | "end" | "cut";

export function createPipe(
  after: (milliseconds: number, call: () => void) => unknown,
  now: () => number,
  closed: () => void,
): Pipe {
  const sent: Part[] = [];
  const arrived: Part[] = [];
  let wake: (() => void) | undefined;
  let over = false;
  let last = 0;
  const arrive = (part: Part, delay: number): void => {
    last = Math.max(last, now() + delay);
    sent.push(part);
    after(last - now(), () => {
      const next = sent.shift(); // whichever of several calls due now comes first: bytes keep their order
      if (over || next === undefined) return;
      arrived.push(next);
      wake?.();
    });
  };
  const close = (): void => {
    if (over) return;
    over = true;
    closed();
  };
  async function* read(): AsyncGenerator<Uint8Array> {
    try {
      for (;;) {
        const part = arrived.shift();
        if (part === "end") return;
        if (part === "cut") throw new NetworkError("lost", "the connection was cut");
        if (part !== undefined) yield part;
        else await new Promise<void>((resolve) => (wake = resolve));
      }
    } finally {
      close();
    }
  }
  return {
    body: read(),
    send: (bytes, delay) => arrive(bytes, delay),
    end: (delay) => arrive("end", delay),
    cut: (delay) => {
      if (delay > 0) arrive("cut", delay);
      else {
        arrived.push("cut");
        wake?.();
      }
    },
    isClosed: () => over,
  };
}
