/** Three-valued matching: yes, no, or a sentence that says why it cannot be told. */

/** `true`: it matches. `false`: it does not. A string: it may; the string says what is missing. */
export type Match = boolean | string;

/** All must match: a no decides, else the first doubt. */
export function both(first: Match, second: () => Match): Match {
  if (first === false) return false;
  const next = second();
  return next === false || first === true ? next : first;
}

/** One must match: a yes decides, else the first doubt. */
export function anyOf<T>(list: readonly T[], matches: (entry: T) => Match): Match {
  let doubt: Match = false;
  for (const entry of list) {
    const found = matches(entry);
    if (found === true) return true;
    if (doubt === false) doubt = found;
  }
  return doubt;
}

/** Every entry must match: a no decides, else the first doubt. */
export function allOf<T>(list: readonly T[], matches: (entry: T) => Match): Match {
  let doubt: Match = true;
  for (const entry of list) {
    const found = matches(entry);
    if (found === false) return false;
    if (doubt === true) doubt = found;
  }
  return doubt;
}
