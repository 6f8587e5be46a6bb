/** What importers make of other tools' exceptions: drafts of ours, and what has no equal here, told and never dropped. */
import type { Control, ExceptionMatch } from "@plimsoll/core";

export interface Draft {
  readonly controls: readonly string[];
  /** Missing terms are left for a person to complete; until then the settings are refused. */
  readonly reason?: string;
  readonly until?: string;
  readonly match: ExceptionMatch;
  /** Where it came from. */
  readonly place: string;
}

export interface Leftover {
  readonly what: string;
  readonly place: string;
  readonly why: string;
}

export interface Imported {
  readonly drafts: readonly Draft[];
  readonly leftovers: readonly Leftover[];
}

/** The ids of our controls that list an equivalent, `kubescape:C-0057`; none where none does. */
export type Equals = (equivalent: string) => readonly string[];

export function equalsIn(controls: readonly Control[]): Equals {
  const found = new Map<string, string[]>();
  for (const { id, equivalents } of controls) {
    for (const equivalent of new Set(equivalents.map((entry) => entry.toLowerCase())))
      found.set(equivalent, [...(found.get(equivalent) ?? []), id]);
  }
  return (equivalent) => found.get(equivalent.toLowerCase()) ?? [];
}

export function joined(parts: readonly Imported[]): Imported {
  return {
    drafts: parts.flatMap(({ drafts }) => drafts),
    leftovers: parts.flatMap(({ leftovers }) => leftovers),
  };
}

/** The day of a date or time; `undefined` where it is neither, for a person to say. */
export function dayOf(text: unknown): string | undefined {
  if (typeof text !== "string" || !/^\d{4}-\d{2}-\d{2}/.test(text)) return undefined;
  const day = text.slice(0, 10);
  return Number.isNaN(Date.parse(day)) ? undefined : day;
}

/** The terms that are there: a text of nothing but spaces is none. */
export function terms(reason: unknown, until: string | undefined): Pick<Draft, "reason" | "until"> {
  return {
    ...(typeof reason === "string" && reason.trim() !== "" ? { reason: reason.trim() } : {}),
    ...(until === undefined ? {} : { until }),
  };
}
