/** What a report means for the exit code, and what is said about a scan that is not whole. */
import {
  placedMessage,
  sanitize,
  severities,
  UserError,
  type Gap,
  type Report,
  type Severity,
} from "@plimsoll/core";
import { nearest } from "./suggestion.ts";

export interface Gate {
  readonly failOn: Severity | undefined;
  readonly allowIncomplete: boolean;
}

export function severityFrom(text: string | undefined): Severity | undefined {
  if (text === undefined) return undefined;
  const found = severities.find((severity) => severity === text.toLowerCase());
  if (found !== undefined) return found;
  const meant = nearest(text, severities);
  const all = `severities are ${severities.join(", ")}`;
  throw new UserError(
    "usage",
    `no severity is called "${sanitize(text)}"`,
    meant === undefined ? all : `did you mean "${meant}"? ${all}`,
  );
}

/** 3 before 1: what could not be looked at may hide worse than what was found. */
export function exitCodeOf({ coverage }: Report, { failOn, allowIncomplete }: Gate): number {
  if (!coverage.complete && !allowIncomplete) return 3;
  if (failOn === undefined) return 0;
  const reached = severities.slice(0, severities.indexOf(failOn) + 1);
  return reached.some((severity) => coverage.bySeverity[severity] > 0) ? 1 : 0;
}

/** One line for each gap that makes a scan incomplete, with its remedy. */
export function gapLines(gaps: readonly Gap[]): readonly string[] {
  return gaps
    .filter((gap) => gap.blocking !== false)
    .map((gap) => {
      const remedy = gap.remedy === undefined ? "" : ` → ${sanitize(gap.remedy)}`;
      return `plimsoll: incomplete: ${sanitize(placedMessage(gap))}${remedy}`;
    });
}

/** Something that was asked for could not be read. */
export function isIncomplete({ gaps }: { readonly gaps: readonly Gap[] }): boolean {
  return gaps.some(({ blocking }) => blocking !== false);
}
