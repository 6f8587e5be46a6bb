/** What a patch touches: which fields speak for it, and what is said of what none speaks for. */
import type { PatchOperation } from "../../model/finding.ts";
import type { Resource } from "../../model/resource.ts";
import type { Field } from "../fields/field.ts";
import { fields } from "../fields/index.ts";
import { applyOperations } from "../patches/patch.ts";
import { strangers } from "./strangers.ts";
import type { Judged } from "./tell.ts";
import { templatesOf } from "./template.ts";
import { touchedBy, type Touched } from "./touched.ts";

/** What fields speak for, and what was said of the rest. */
export interface Reached {
  readonly spoken: readonly Touched[];
  readonly strange: readonly Judged[];
  /** The one container that fields are asked of; `undefined`: they are asked of several, or of none. */
  readonly container: string | undefined;
}

const known = new WeakMap<readonly PatchOperation[], Map<string, Reached>>();

/** One patch of many resources finds the same in each, and touches the same; only the names of containers may differ. */
export function reachedBy(before: Resource, operations: readonly PatchOperation[]): Reached {
  const key = templatesOf(before)
    .map(({ names }) => names)
    .join("\0");
  let alike = known.get(operations);
  if (alike === undefined) known.set(operations, (alike = new Map()));
  let found = alike.get(key);
  if (found === undefined) {
    const touched = touchedBy(before, applyOperations(before, operations));
    const spoken = touched.filter(({ path }) => fieldsFor(path).length > 0);
    const asked = new Set(spoken.map(({ container }) => container));
    const container = asked.size === 1 ? spoken[0]!.container : undefined;
    found = {
      spoken,
      container,
      strange: strangers(touched.filter((each) => !spoken.includes(each))),
    };
    alike.set(key, found);
  }
  return found;
}

const byPath = new Map<string, readonly Field[]>();

/** Those that speak for a path, as `touchedBy` writes it. */
export function fieldsFor(path: string): readonly Field[] {
  let known = byPath.get(path);
  if (known === undefined) {
    known = fields.filter((field) => speaksFor(field, path));
    if (byPath.size < 10_000) byPath.set(path, known);
  }
  return known;
}

export function speaksFor({ paths }: Field, path: string): boolean {
  return paths.some((own) => path === own || path.startsWith(own.endsWith("/") ? own : `${own}.`));
}
