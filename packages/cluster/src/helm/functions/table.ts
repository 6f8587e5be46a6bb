/** All functions that a chart's templates may call, but those that call templates themselves. */
import { tableOf } from "../template/define.ts";
import type { Definition } from "../template/value.ts";
import { addresses } from "./addresses.ts";
import { builtins } from "./builtin.ts";
import { chancesFor, type Witness } from "./chance.ts";
import { checksums } from "./checksums.ts";
import { choices } from "./choice.ts";
import { datesAt } from "./dates.ts";
import { dicts } from "./dicts.ts";
import { encodings } from "./encodings.ts";
import { letters } from "./letters.ts";
import { lists } from "./lists.ts";
import { numbers } from "./numbers.ts";
import { patterns } from "./patterns.ts";
import { strings } from "./strings.ts";
import { versions } from "./versions.ts";

const fixed = [
  builtins,
  addresses,
  checksums,
  choices,
  dicts,
  encodings,
  letters,
  numbers,
  patterns,
  strings,
  versions,
  lists.filter(({ name }) => name !== "slice"),
];

/** `now` is in nanoseconds since 1970. Sprig's `slice` takes the place of the built-in one. */
export function functionsFor(now: bigint, witness: Witness): ReadonlyMap<string, Definition> {
  const slice = lists.filter(({ name }) => name === "slice");
  return tableOf(...fixed, slice, datesAt(now), chancesFor(witness));
}
