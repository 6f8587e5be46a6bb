/** One operation of a patch, as RFC 6902 has them. */
import type { Json } from "./json.ts";

export type PatchOperation =
  | { readonly op: "add" | "replace"; readonly path: string; readonly value: Json }
  | { readonly op: "remove"; readonly path: string };
