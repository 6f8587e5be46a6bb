/**
 * A file changed so that objects in it are as patches make them. It is read anew, must say what it said when it was
 * scanned, and the outcome is read with our own reader: what does not come out exactly as meant is refused whole.
 */
import {
  applyOperations,
  isJsonObject,
  sameJson,
  refKey,
  refOf,
  type Json,
  type PatchOperation,
  type Resource,
  type ResourceRecord,
} from "@plimsoll/core";
import { looksLikeJson, yamlPieces, type Piece } from "../documents.ts";
import { createDraft } from "../draft.ts";
import { RefusedError } from "../limit.ts";
import { takeBytes } from "../take.ts";
import { readYaml } from "../yaml.ts";
import { rewriteDocument, type Rewritten } from "./document.ts";

/** A patch of one resource, as it was scanned. */
export interface ResourcePatch {
  readonly record: ResourceRecord;
  readonly operations: readonly PatchOperation[];
}

/** `file` is how the records name it. */
export function rewriteFile(bytes: Buffer, file: string, patches: readonly ResourcePatch[]): Rewritten {
  if (!Buffer.from(bytes.toString("utf8")).equals(bytes)) return { refused: "it is not UTF-8" };
  const whole = bytes.toString("utf8");
  const mark = whole.startsWith("\ufeff") ? "\ufeff" : "";
  const text = whole.slice(mark.length);
  const draft = createDraft(
    patches.map(({ record: { resource } }) => `${resource.apiVersion}/${resource.kind}`),
  );
  const json = file.toLowerCase().endsWith(".json");
  takeBytes(draft, bytes, { file, syntax: json ? "json" : "either", named: false });
  const pieces: readonly Piece[] = json || looksLikeJson(text) ? [{ text, base: 0 }] : [...yamlPieces(text)];
  const notes: string[] = [];
  const texts: string[] = [];
  let left = patches;
  for (const piece of pieces) {
    const own = left.filter((patch) => standsIn(text, piece, patch));
    left = left.filter((patch) => !own.includes(patch));
    if (own.some(({ record }) => !isUnchanged(record, draft.resources)))
      return { refused: "it was changed since it was read" };
    const made = own.length === 0 ? { text: piece.text, notes: [] } : rewritePiece(piece.text, own);
    if ("refused" in made) return made;
    texts.push(made.text);
    notes.push(...made.notes);
  }
  if (left.length > 0) return { refused: "it was changed since it was read" };
  return { text: mark + texts.join(""), notes };
}

function standsIn(text: string, { text: own, base }: Piece, { record }: ResourcePatch): boolean {
  const first = lineCount(text.slice(0, base));
  const line = record.source.line ?? 0;
  return line >= first && line < first + own.split("\n").length - (own.endsWith("\n") ? 1 : 0);
}

function lineCount(text: string): number {
  return text.split("\n").length;
}

function isUnchanged({ resource, source }: ResourceRecord, found: readonly ResourceRecord[]): boolean {
  return found.some(
    (other) =>
      other.source.line === source.line &&
      other.source.column === source.column &&
      sameJson(other.resource, resource),
  );
}

/** All patches of one document: at its root, or at items of a list. */
function rewritePiece(text: string, patches: readonly ResourcePatch[]): Rewritten {
  const before = valueOf(text);
  if (before === undefined) return { refused: "its text cannot be read" };
  let after = before;
  for (const { record, operations } of patches) {
    const places = placesOf(before, record.resource);
    if (places.length !== 1)
      return { refused: places.length === 0 ? "its object was not found" : "it holds the same object twice" };
    try {
      after = patched(after, places[0]!, operations);
    } catch (error) {
      if (error instanceof RangeError || error instanceof TypeError)
        return { refused: "the patch does not apply" };
      throw error;
    }
  }
  const made = rewriteDocument(text, before, after);
  if ("refused" in made) return made;
  const outcome = valueOf(made.text);
  return outcome !== undefined && sameJson(outcome, after)
    ? made
    : { refused: "its text cannot be edited without changing something else" };
}

/** `undefined`: it is the document; else the index in the list's items. */
type Spot = number | undefined;

function placesOf(value: Json, resource: Resource): readonly Spot[] {
  if (isResource(value) && refKey(refOf(value)) === refKey(refOf(resource))) return [undefined];
  const items = isJsonObject(value) ? value["items"] : undefined;
  if (!Array.isArray(items)) return [];
  return (items as readonly Json[]).flatMap((item, index) =>
    isResource(item) && refKey(refOf(item)) === refKey(refOf(resource)) ? [index] : [],
  );
}

function isResource(value: Json): value is Resource {
  return isJsonObject(value) && typeof value["kind"] === "string" && isJsonObject(value["metadata"]);
}

function patched(root: Json, spot: Spot, operations: readonly PatchOperation[]): Json {
  const base = spot === undefined ? "" : `/items/${spot}`;
  return applyOperations(
    root,
    operations.map((operation) => ({ ...operation, path: base + operation.path })),
  );
}

/** What a text of one document says; `undefined` where it says nothing, or more. */
function valueOf(text: string): Json | undefined {
  try {
    if (looksLikeJson(text)) return JSON.parse(text) as Json;
  } catch {
    // It may still be YAML in flow style.
  }
  try {
    const found = readYaml(text);
    return found.length === 1 ? (found[0]!.value as Json) : undefined;
  } catch (error) {
    if (error instanceof RefusedError) return undefined;
    throw error;
  }
}
