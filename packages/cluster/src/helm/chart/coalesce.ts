/** Values of a chart, of its subcharts and of the user made one, as helm does it; a null takes a default away. */
import { deepCopy } from "../functions/dicts.ts";
import { failure } from "../template/fault.ts";
import { dictOf, isDict, type Dict, type Value } from "../template/value.ts";
import type { Chart } from "./load.ts";
import { valuesDict } from "./valuesdict.ts";

type Table = Map<string, Value>;

/** With `merge` nulls stay. */
export function coalesceValues(chart: Chart, given: Dict, merge = false): Dict {
  const copy = deepCopy(given) as Dict;
  coalesceChart(chart, copy.entries, merge);
  return valuesDict(copy.entries);
}

function coalesceChart(chart: Chart, into: Table, merge: boolean): void {
  coalesceOwn(chart, into, merge);
  for (const subchart of chart.dependencies) {
    const { name } = subchart.metadata;
    if (!into.has(name)) into.set(name, dictOf());
    const table = into.get(name);
    if (!isDict(table)) throw failure(`type mismatch on ${name}: its values are no table`);
    coalesceGlobals(table.entries, into);
    coalesceChart(subchart, table.entries, merge);
  }
}

function coalesceOwn(chart: Chart, into: Table, merge: boolean): void {
  const own = (deepCopy(chart.values) as Dict).entries;
  for (const [key, value] of own) {
    if (!into.has(key)) {
      into.set(key, value);
      continue;
    }
    const known = into.get(key);
    if ((known === null || known === undefined) && !merge) into.delete(key);
    else if (isDict(known) && isDict(value)) {
      const isChart = chart.dependencies.some(({ metadata }) => metadata.name === key);
      coalesceTables(known.entries, value.entries, isChart || merge);
    }
  }
}

function coalesceGlobals(into: Table, from: Table): void {
  const own = into.has("global") ? into.get("global") : dictOf();
  const outer = from.has("global") ? from.get("global") : dictOf();
  if (!isDict(own) || !isDict(outer)) return;
  for (const [key, value] of outer.entries) {
    const known = own.entries.get(key);
    if (isDict(value)) {
      const copy = dictOf(value.entries);
      if (!own.entries.has(key)) own.entries.set(key, copy);
      else if (isDict(known)) {
        coalesceTables(copy.entries, known.entries, true);
        own.entries.set(key, copy);
      }
    } else if (!isDict(known)) own.entries.set(key, value);
  }
  into.set("global", own);
}

/** What `into` has wins. Changes both. */
export function coalesceTables(into: Table, from: Table, merge: boolean): void {
  const filled = new Set([...from].filter(([, value]) => !isNull(value)).map(([key]) => key));
  for (const [key, value] of into) if (isNull(value)) from.set(key, null);
  for (const [key, value] of from) {
    const has = into.has(key);
    const known = into.get(key);
    if (has && !merge && isNull(known) && filled.has(key)) into.delete(key);
    else if (!has) into.set(key, value);
    else if (isDict(value) && isDict(known)) coalesceTables(known.entries, value.entries, merge);
  }
}

function isNull(value: Value): boolean {
  return value === null || value === undefined;
}
