/**
 * What the heap keeps beyond what is held. Reading a cluster for the first time takes several times the memory that is
 * held afterwards, and a heap that has grown is given back by itself only once it is full again.
 */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

type Collect = (options: { readonly type: "major"; readonly flavor: "last-resort" }) => void;

let collect: Collect | undefined;

/** Holds this thread up for as long as a collection of its whole heap takes: about a second for a gigabyte. */
export function giveBack(): void {
  if (collect === undefined) {
    // Flags are the process's: taken back, another thread that asks at the same moment would find nothing.
    setFlagsFromString("--expose-gc");
    collect = runInNewContext("gc") as Collect;
  }
  collect({ type: "major", flavor: "last-resort" });
}
