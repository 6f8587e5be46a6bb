/** The thread in which the overview is kept. Changes that it is given are numbered, so that it can name one as a cause. */
import { parentPort, workerData } from "node:worker_threads";
import type { Change, JointSaid } from "@plimsoll/core";
import { giveBack } from "../threads/memory.ts";
import { openWire, type Port } from "../threads/wire.ts";
import type { Outline } from "./outline.ts";
import { createOverview, type Duty } from "./overview.ts";
import { createReceiver, type Sent } from "./parcel.ts";

/** `cause`: the number of a change. */
export interface SaidByNumber extends Omit<JointSaid, "cause"> {
  readonly cause?: number;
}

export interface ToldByNumber {
  readonly outline?: Outline;
  readonly said: readonly SaidByNumber[];
}

function begin(port: Port, duty: Duty): void {
  const overview = createOverview(duty);
  const receive = createReceiver();
  const numbers = new WeakMap<Change, number>();
  let last = 0;
  const numbered = ({ cause, ...said }: JointSaid): SaidByNumber => {
    const number = cause === undefined ? undefined : numbers.get(cause);
    return { ...said, ...(number === undefined ? {} : { cause: number }) };
  };
  openWire(port, async (name, [given]) => {
    if (name === "take") {
      const lists = (given as readonly (readonly Sent[])[]).map((list) => list.map(receive));
      for (const change of lists.flat()) numbers.set(change, (last += 1));
      return overview.take(lists);
    }
    if (name === "beat") return undefined;
    if (name === "rest") return giveBack();
    if (name === "settle") return { said: (await overview.settle()).map(numbered) };
    if (name === "report") {
      const { outline, said } = await overview.report();
      return { outline, said: said.map(numbered) };
    }
    return overview.page();
  });
}

if (parentPort !== null) begin(parentPort, workerData as Duty);
