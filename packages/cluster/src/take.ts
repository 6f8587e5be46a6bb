/** Takes the objects of a text into a draft: lists flattened, each object admitted or its refusal noted. */
import type { Source } from "@plimsoll/core";
import { admit, isObject } from "./admit.ts";
import { documentsOf, type Part, type Syntax } from "./documents.ts";
import { skip, type Draft } from "./draft.ts";
import { limits, RefusedError, sanitised } from "./limit.ts";
import { isRawObject, setEntry, type Raw, type RawObject } from "./raw.ts";
import { createLines, offsetOf, type Lines, type Spot } from "./spot.ts";
import { decode } from "./text.ts";

export interface TextSource {
  /** As `Source.file`. */
  readonly file: string;
  readonly syntax: Syntax;
  /**
   * Whether the user named this very text. In a folder, documents that show no sign of Kubernetes are passed over even
   * where they are ill-formed.
   */
  readonly named: boolean;
  /** For rendered text: what rendered it, and where its parts came from. */
  readonly rendered?: {
    readonly by: string;
    /** The file of a document, where it is not the text's. */
    readonly fileOf?: (documentText: string, object: RawObject) => string;
    /** Lines of the template; without them, the lines are nobody's and are left out. */
    readonly lines?: Lines;
  };
  /** The line at which the text begins in its file, when it is a part of one. */
  readonly firstLine?: number;
}

/** How many objects of a text were taken, were not ours, or were refused. */
export interface Taken {
  resources: number;
  skipped: number;
  refused: number;
}

interface Taking {
  readonly draft: Draft;
  readonly source: TextSource;
  readonly text: string;
  readonly lines: Lines;
  readonly taken: Taken;
  /** Documents that are template text: told together, since one is seldom alone. */
  readonly templates: { readonly kinds: Set<string>; count: number; base: number };
}

/** The same from bytes. What is no text is a gap, or no more than counted where nothing in it speaks of Kubernetes. */
export function takeBytes(draft: Draft, bytes: Buffer, source: TextSource): Taken {
  try {
    return takeText(draft, decode(bytes), source);
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    const ours = source.named || bytes.includes("apiVersion");
    if (ours)
      draft.gaps.push({ reason: "unreadable", source: source.file, message: error.message, kinds: [] });
    else skip(draft, "not-kubernetes");
    return { resources: 0, skipped: ours ? 0 : 1, refused: ours ? 1 : 0 };
  }
}

export function takeText(draft: Draft, text: string, source: TextSource): Taken {
  const taken = { resources: 0, skipped: 0, refused: 0 };
  const lines = source.rendered?.lines ?? createLines(text, source.firstLine);
  const templates = { kinds: new Set<string>(), count: 0, base: 0 };
  const taking: Taking = { draft, source, text, lines, taken, templates };
  const wanted = source.named ? (): boolean => true : (part: string): boolean => mayBeObject(taking, part);
  for (const part of documentsOf(text, source.syntax, wanted)) {
    if (part.part === "refused") takeRefusal(taking, part);
    else takePart(taking, part);
  }
  if (templates.count > 0) refuseTemplates(taking);
  return taken;
}

function hasLines({ rendered }: TextSource): boolean {
  return rendered === undefined || rendered.lines !== undefined;
}

/** A key can be written with escapes, so a text without them and without the word holds no object. */
function mayBeObject(taking: Taking, text: string): boolean {
  if (text.includes("apiVersion") || text.includes("\\")) return true;
  if (/^[ \t]*[^\s#-]/m.test(text)) pass(taking, "not-kubernetes");
  return false;
}

function pass({ draft, taken }: Taking, reason: string): void {
  taken.skipped += 1;
  skip(draft, reason);
}

function takeRefusal(taking: Taking, part: Part & { readonly part: "refused" }): void {
  const { source } = taking;
  const about = /apiVersion/.test(part.text) && /kind/.test(part.text);
  if (!source.named && !about) {
    pass(taking, "not-kubernetes");
    return;
  }
  const kinds = kindsIn(part.text);
  const { code, offset } = part.error;
  if ((code !== "syntax" && code !== "key") || !part.text.includes("{{")) {
    refuse(taking, part.error, part.base, kinds);
    return;
  }
  const { templates } = taking;
  if (templates.count === 0) templates.base = part.base + Math.max(0, offset);
  templates.count += 1;
  for (const kind of kinds) templates.kinds.add(kind);
}

function refuseTemplates({ draft, source, lines, taken, templates }: Taking): void {
  const { kinds, count, base } = templates;
  taken.refused += count;
  draft.gaps.push({
    reason: "refused",
    source: source.file,
    message: `template text ({{ }}), not a manifest${count > 1 ? ` (${count} documents)` : ""}`,
    kinds: [...kinds],
    ...lines.at(base),
    remedy: "render it first: helm template CHART | plimsoll scan -",
  });
}

const versionPattern = /(?:^ {0,4}|[{,]\s*)["']?apiVersion["']?\s*:\s*["']?([\w./-]{1,100})/m;
const kindPattern = /(?:^ {0,4}|[{,]\s*)["']?kind["']?\s*:\s*["']?(\w{1,100})/m;

/** The kind that a refused document says it is of. */
function kindsIn(text: string): readonly string[] {
  const version = versionPattern.exec(text)?.[1];
  const kind = kindPattern.exec(text)?.[1];
  return version === undefined || kind === undefined ? [] : [`${version}/${kind}`];
}

function refuse(
  { draft, source, lines, taken }: Taking,
  error: RefusedError,
  base: number,
  kinds: readonly string[],
): void {
  taken.refused += 1;
  const what = kinds[0]?.split("/").at(-1) ?? "document";
  draft.gaps.push({
    reason: "refused",
    source: source.file,
    message: sanitised(`${what} refused: ${error.message}`, 300),
    kinds,
    ...(hasLines(source) ? lines.at(base + Math.max(0, error.offset)) : {}),
  });
}

function takePart(taking: Taking, part: Part & { readonly part: "document" }): void {
  const { value, spot, base, list } = part;
  if (value === null) return; // an empty document
  if (list === undefined) takeValue(taking, value, spot, base, 0);
  else takeItem(taking, value, spot, base, list, 1);
}

function takeValue(taking: Taking, value: Raw, spot: Spot, base: number, depth: number): void {
  try {
    if (depth > limits.listDepth)
      throw new RefusedError("depth", `lists nested deeper than ${limits.listDepth}`);
    if (isObject(value) && value.kind.endsWith("List") && "items" in value && isItems(value["items"])) {
      takeList(taking, value, spot, base, depth);
    } else takeObject(taking, value, spot, base);
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    const kinds = isObject(value) ? [sanitised(`${value.apiVersion}/${value.kind}`, 200)] : [];
    refuse(
      taking,
      error.offset === -1 ? new RefusedError(error.code, error.message, offsetOf(spot)) : error,
      base,
      kinds,
    );
  }
}

/** An empty list may be written as null. */
function isItems(items: Raw | undefined): boolean {
  return items === null || Array.isArray(items);
}

function takeList(taking: Taking, list: RawObject, spot: Spot, base: number, depth: number): void {
  const items = (list["items"] ?? []) as Raw[];
  const at = Object.keys(list).indexOf("items") + 1;
  const spots = typeof spot === "number" ? spot : (spot[at] ?? 0);
  items.forEach((item, index) => {
    const itemSpot = typeof spots === "number" ? spots : (spots[index + 1] ?? 0);
    takeItem(taking, item, itemSpot, base, list, depth + 1);
  });
}

/** An item of a typed list (`PodList`) may leave out its version and kind: they follow from those of the list. */
function takeItem(taking: Taking, item: Raw, spot: Spot, base: number, list: RawObject, depth: number): void {
  const { apiVersion, kind } = list;
  const typed = typeof kind === "string" && kind.length > 4 && kind.endsWith("List");
  if (isRawObject(item) && item["kind"] === undefined && typed && typeof apiVersion === "string") {
    const whole: RawObject = { apiVersion, kind: kind.slice(0, -4) };
    for (const key of Object.keys(item)) if (key !== "apiVersion") setEntry(whole, key, item[key] ?? null);
    takeValue(taking, whole, offsetOf(spot), base, depth);
  } else takeValue(taking, item, spot, base, depth);
}

function takeObject(taking: Taking, value: Raw, spot: Spot, base: number): void {
  const { draft, source, lines, text, taken } = taking;
  const { rendered } = source;
  const place: Source = {
    file: rendered?.fileOf?.(text.slice(base, base + 500), value as RawObject) ?? source.file,
    ...(hasLines(source) ? lines.at(base + offsetOf(spot)) : {}),
    ...(rendered === undefined ? {} : { renderedBy: rendered.by }),
  };
  const positions = hasLines(source) ? (spots: Spot): Uint32Array => lines.tableOf(spots, base) : undefined;
  const wanted = isObject(value) && draft.wanted.has(`${value.apiVersion}/${value.kind}`);
  const admission = admit(value, spot, { source: place, wanted, ...(positions && { positions }) });
  if (admission.outcome === "admitted") {
    taken.resources += 1;
    draft.resources.push(admission.record);
  } else if (admission.outcome === "skipped") {
    pass(taking, admission.reason);
  } else {
    taken.refused += 1;
    draft.gaps.push({
      reason: "unsupported",
      source: source.file,
      message: admission.message,
      kinds: [],
      ...(hasLines(source) ? lines.at(base + offsetOf(spot)) : {}),
      ...(source.named ? {} : { blocking: false }),
    });
  }
}
