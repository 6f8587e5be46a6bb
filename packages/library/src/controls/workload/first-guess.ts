/**
 * Fixes that set a limit nobody has measured yet: a first guess, generous enough that few programs meet it.
 *
 * The guess is the first of a list of sizes that is at least twice what the container requests. Where nothing is
 * requested, a small request is set beside it: the API server would otherwise request the whole limit.
 */
import type { FixStep } from "@plimsoll/core";

interface Guess {
  /** Key of `resources.limits`. */
  readonly resource: string;
  /** Limits to choose from, the smallest first. */
  readonly sizes: readonly string[];
  /** What is requested where nothing is. */
  readonly request: string;
}

/** No value, and so no patch, where the pod has requests of its own: the container's must stay within those. */
export function firstGuess({ resource, sizes, request }: Guess): readonly FixStep[] {
  const requested = `string(container.?resources.?requests[?'${resource}'].orValue('${request}'))`;
  const list = sizes.map((size) => `'${size}'`).join(", ");
  const twice = `quantity(${requested}).add(quantity(${requested}))`;
  const fits = `[${list}].filter(size, quantity(size).compareTo(${twice}) >= 0)[0]`;
  const podRequests = `'${resource}' in pod.spec.?resources.?requests.orValue({})`;
  return [
    {
      set: `resources.limits["${resource}"]`,
      from: `${podRequests} ? optional.none() : optional.of(${fits})`,
    },
    { set: `resources.requests["${resource}"]`, from: requested },
  ];
}
