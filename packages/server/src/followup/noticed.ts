/** Which edits that were proposed a change has made: it resolved a finding of theirs, at a place that they would change. */
import {
  applyOperations,
  fieldsTouched,
  refOf,
  touchedBy,
  undoOf,
  valuesAt,
  type Edit,
  type Followed,
  type Resource,
} from "@plimsoll/core";

export interface ChangedObject {
  readonly before: Resource;
  readonly after: Resource;
  /** What was proposed for it before. */
  readonly edits: readonly Edit[];
  /** Of the pipeline, when it was handed over. */
  readonly revision: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly by?: string;
}

/**
 * Of these edits those that can be made as they stand, and withheld ones: who makes such a change against what was seen is to be told
 * what became of it. Absent: none.
 */
export function proposals(edits: readonly Edit[]): readonly Edit[] | undefined {
  const own = edits.filter((edit) => !edit.byHand || isWithheld(edit));
  return own.length === 0 ? undefined : own;
}

/** `failing`: ids of what fails now; findings of the objects must have been judged with the change in them. */
export function noticed(
  { before, after, edits, at, by }: ChangedObject,
  failing: (id: string) => boolean,
  cluster: string,
  window: number,
): readonly Followed[] {
  const touched = touchedBy(before, after);
  const places = new Set(touched.map(placeOf));
  return edits.flatMap((edit): readonly Followed[] => {
    const resolved = edit.resolves.filter((id) => !failing(id));
    const meant = touchedOf(before, edit).map(placeOf);
    // Of a withheld one no patch tells what it would change: that its finding is gone must do.
    const isMade = isWithheld(edit) || meant.some((place) => places.has(place));
    if (resolved.length === 0 || !isMade) return [];
    const since = new Date(at).toISOString();
    return [
      {
        id: `${cluster}:${since}:${edit.id}`.slice(0, 500),
        edit: edit.id,
        title: edit.title,
        severity: edit.severity,
        resource: refOf(after),
        resolved,
        since,
        until: new Date(at + window).toISOString(),
        fields: fieldsTouched(after, touched),
        changed: valuesAt(after, touched),
        undo: undoOf(before, after),
        ...(edit.verdict === undefined ? {} : { promised: edit.verdict.verdict }),
        ...(by === undefined ? {} : { by }),
      },
    ];
  });
}

function isWithheld({ operations, verdict }: Edit): boolean {
  return operations.length === 0 && verdict?.verdict === "breaks";
}

function placeOf({ path, container = "" }: { readonly path: string; readonly container?: string }): string {
  return `${container} ${path}`;
}

/** What the edit would have changed; nothing where it does not fit what stood there. */
function touchedOf(before: Resource, { operations }: Edit): ReturnType<typeof touchedBy> {
  try {
    return touchedBy(before, applyOperations(before, operations));
  } catch (error) {
    if (error instanceof RangeError) return [];
    throw error;
  }
}
