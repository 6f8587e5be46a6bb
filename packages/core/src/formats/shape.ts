/** The shape of a format: a report made into text for one kind of reader. Pure: it may not read the clock, the terminal or a file. */
import type { Report } from "../model/report.ts";

export interface FormatOptions {
  /** ANSI colours; the caller decides from the terminal and NO_COLOR. */
  readonly color: boolean;
  /** Columns of the terminal; 100 where there is none. */
  readonly width: number;
  /** OSC 8 hyperlinks. */
  readonly hyperlinks: boolean;
  /** Show all findings, not only what to do first. */
  readonly all: boolean;
  /** The URI of the folder that relative source files start from, for hyperlinks: `file:///home/me/shop/`. */
  readonly base?: string;
}

export interface Format {
  readonly id: string;
  readonly title: string;
  readonly mediaType: string;
  /** File extension without the dot. */
  readonly extension: string;
  /** It tells findings alone: nothing of patches, verdicts, priorities and paths, which need not be made for it. */
  readonly brief?: true;
  /** Yields the text in pieces, so that a long report never stands in memory twice. */
  readonly write: (report: Report, options: FormatOptions) => Iterable<string>;
}

export function defineFormat<const Id extends string>(
  format: Format & { readonly id: Id },
): Format & { readonly id: Id } {
  return format;
}
