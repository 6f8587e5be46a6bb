/** The files of an image or a running container, as a cataloger sees them: read only, bounded, and never outside of it. */

export interface Entry {
  readonly name: string;
  readonly kind: "file" | "folder" | "link" | "other";
  /** Bytes; of files alone. */
  readonly size: number;
  readonly executable: boolean;
}

/** Paths are absolute within the tree. Links are followed within it; whatever cannot be had is `undefined`, and nothing throws. */
export interface Tree {
  /** Undefined: no folder, or none that may be read. */
  readonly list: (folder: string) => readonly Entry[] | undefined;
  /** A regular file whole; undefined also where it is larger than `most` bytes. */
  readonly read: (path: string, most: number) => Uint8Array | undefined;
  /** `length` bytes from `at`, fewer at the file's end. */
  readonly part: (path: string, at: number, length: number) => Uint8Array | undefined;
}
