/** Checks words that must name something we have: a misspelled one is the user's mistake, told with what was meant. */
import { sanitize, UserError } from "@plimsoll/core";
import { nearest } from "./suggestion.ts";

/** The entry with that id. `what` names the kind of thing, `list` the command that shows them all. */
export function chosen<T extends { readonly id: string }>(
  entries: readonly T[],
  id: string,
  what: string,
  list: string,
): T {
  const found = entries.find((entry) => entry.id === id);
  if (found !== undefined) return found;
  const meant = nearest(
    id,
    entries.map((entry) => entry.id),
  );
  throw new UserError(
    "unknown-id",
    `no ${what} is called "${sanitize(id)}"`,
    meant === undefined ? list : `did you mean "${meant}"? ${list}`,
  );
}

export function allChosen<T extends { readonly id: string }>(
  entries: readonly T[],
  ids: readonly string[],
  what: string,
  list: string,
): readonly T[] {
  return ids.map((id) => chosen(entries, id, what, list));
}
