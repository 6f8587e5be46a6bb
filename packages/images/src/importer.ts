/** The shape of an importer: a scanner's report or a bill of materials, and what it says an image holds. */
import type { Image } from "@plimsoll/core";

export interface ImporterExample {
  readonly title: string;
  readonly document: unknown;
  /** What it becomes. */
  readonly gives: Imported;
}

/** What a document says of one image, and of what it could make nothing. */
export interface Imported {
  readonly image: Image;
  /** Entries without what is needed, counted by what it was. */
  readonly left: { readonly [why: string]: number };
}

export interface Importer {
  readonly id: string;
  readonly title: string;
  /** How people get such a document. */
  readonly source: string;
  /** Whether a document is of this kind. Cheap, and never throws. */
  readonly recognizes: (document: Fields) => boolean;
  /** Pure; whatever the document holds, it does not throw. Undefined: it names no image. */
  readonly read: (document: Fields) => Imported | undefined;
  readonly examples: readonly ImporterExample[];
}

/** A JSON object from outside: nothing else is known of it. */
export interface Fields {
  readonly [key: string]: unknown;
}

export function defineImporter<const Id extends string>(
  importer: Importer & { readonly id: Id },
): Importer & { readonly id: Id } {
  return importer;
}
