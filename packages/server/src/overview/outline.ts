/** What a report says beyond its findings: small enough to be held by who answers questions, while the whole stays where it is made. */
import type { Edit, Report } from "@plimsoll/core";

export interface Outline extends Omit<Report, "results" | "edits"> {
  /** Those that the priorities name. */
  readonly edits: readonly Edit[];
  /** Those that only paths ask for. */
  readonly narrowings: readonly Edit[];
}

/** `isOwn`: findings of single objects ask for it, whatever paths there are. */
export function outlineOf({ results: _r, edits, ...rest }: Report, isOwn: (edit: Edit) => boolean): Outline {
  const acted = new Set(rest.priorities.act.map(({ edit }) => edit));
  return {
    ...rest,
    edits: edits.filter(({ id }) => acted.has(id)),
    narrowings: edits.filter((edit) => !isOwn(edit)),
  };
}
