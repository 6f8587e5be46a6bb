/** Where the values that a template sees are set: a subchart's under its key in the outermost chart's, and `global` for all. */
import { isJsonObject, sameJson, valueAt, type Json, type Path } from "@plimsoll/core";
import type { Charting, ChartPart } from "@plimsoll/cluster";
import { candidatesFor, type Asked, type Block, type Candidate } from "./values-candidates.ts";
import { valuesReadIn } from "./values-read.ts";

/** A chart's part with what its templates, and those of libraries, ask for. */
export interface Scope {
  readonly key: Path;
  readonly reads: Pick<Asked, "reads" | "names">;
}

/** The parts that a template belongs to: two where the subchart is there under two names. */
export function scopesOf({ parts }: Charting, file: string): readonly Scope[] {
  const libraries = parts.filter(({ isLibrary }) => isLibrary).flatMap(({ templates }) => templates);
  const owns = (part: ChartPart): boolean => part.templates.some((each) => each.file === file);
  return parts
    .filter(owns)
    .map(({ key, templates }) => ({ key, reads: valuesReadIn([...templates, ...libraries]) }));
}

export interface Values {
  /** As the chart's own file has them. */
  readonly own: Json;
  /** With the defaults of subcharts, and what the user gives. */
  readonly seen: Json;
  /** The same, were the file empty. */
  readonly inherited: Json;
}

/** With paths from the outermost chart's values on. */
export function candidatesIn(
  scopes: readonly Scope[],
  values: Values,
  block: Block,
  place: Pick<Asked, "file" | "line">,
): readonly Candidate[] {
  const found = scopes.flatMap(({ key, reads }) => {
    const view = key.length === 0 ? values.own : (valueAt(values.seen, key) ?? {});
    return candidatesFor(view, block, { ...reads, ...place }).map((candidate) => ({
      ...candidate,
      path: candidate.path[0] === "global" ? candidate.path : [...key, ...candidate.path],
    }));
  });
  return found.toSorted((a, b) => b.likeness - a.likeness);
}

/** The chart's own values, so that its templates see this one at the path: what they see already is left where it is. */
export function withSeen(values: Values, path: Path, wanted: Json): Json {
  const within = (own: Json | undefined, steps: Path): Json => {
    const [step, ...rest] = steps;
    if (step === undefined)
      return over(own, valueAt(values.seen, path), valueAt(values.inherited, path), wanted);
    const object = isJsonObject(own) ? own : {};
    return { ...object, [step]: within(valueAt(object, [step]), rest) };
  };
  return within(values.own, path);
}

/** A null takes a default away. */
function over(
  own: Json | undefined,
  seen: Json | undefined,
  inherited: Json | undefined,
  wanted: Json,
): Json {
  if (!isJsonObject(seen) || !isJsonObject(wanted)) return wanted;
  const out: { [key: string]: Json } = isJsonObject(own) ? ({ ...own } as { [key: string]: Json }) : {};
  const below = isJsonObject(inherited) ? inherited : {};
  for (const [key, value = null] of Object.entries(wanted))
    if (!sameJson(seen[key], value)) out[key] = over(out[key], seen[key], below[key], value);
  for (const key of Object.keys(seen)) {
    if (Object.hasOwn(wanted, key)) continue;
    if (Object.hasOwn(below, key)) out[key] = null;
    else delete out[key];
  }
  return out;
}
