/** How much of its code a command that ends by itself has V8 make fast. */
import { setFlagsFromString } from "node:v8";

/** A call so often is worth Maglev's work; V8 itself takes sixteen times fewer for enough. */
const often = 6_400;

/**
 * Little of a scan runs so often that TurboFan's work is won back, even with 100,000 resources: without it they take
 * less processor time and memory. What runs for long wins it back a hundred times.
 */
export function compileLittle(): void {
  setFlagsFromString("--no-turbofan");
  setFlagsFromString(`--invocation-count-for-maglev=${often}`);
}
