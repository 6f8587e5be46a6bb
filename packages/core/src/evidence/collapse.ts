/**
 * Many paths that differ in an id made one pattern: only parts that look like ids (numbers, hashes, dates, temporary
 * names), only where enough different ones were seen, and each stands for its own shape and never for another path part.
 */

/** A text cut into what stays and what looks like an id. */
export interface Template {
  /** With `<shape>` in place of each id; `\` and `<` of the text itself are written `\\` and `\<`. */
  readonly template: string;
  readonly ids: readonly string[];
}

interface Shape {
  readonly id: string;
  /** Without anchors and without groups that capture. */
  readonly pattern: (length: number) => string;
}

const shapes: readonly Shape[] = [
  { id: "uuid", pattern: () => "[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}" },
  { id: "date", pattern: () => "[0-9TZ_:.,+-]{8,40}" },
  { id: "hex", pattern: (length) => `[0-9A-Fa-f]{${length}}` },
  { id: "number", pattern: () => "[0-9]{1,20}" },
  { id: "pod", pattern: () => "[0-9b-z]{6,10}-[0-9b-z]{5}" },
  { id: "random", pattern: (length) => `[0-9A-Za-z_]{${length}}` },
  { id: "address", pattern: () => "[0-9A-Fa-f.:]{2,45}" },
];

const clock = "(?:[T_ -]?[0-2][0-9][-_:]?[0-5][0-9](?:[-_:]?[0-5][0-9])?(?:[.,][0-9]{1,9})?Z?)?";
const idIn = new RegExp(
  [
    "(?<uuid>\\b[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\\b)",
    `(?<date>(?<![0-9])(?:19|20)[0-9]{2}([-_.]?)(?:0[1-9]|1[0-2])\\3(?:0[1-9]|[12][0-9]|3[01])${clock}(?![0-9]))`,
    "(?<hex>(?<![0-9A-Za-z])[0-9A-Fa-f]{8,128}(?![0-9A-Za-z]))",
    "(?<number>(?<![0-9])[0-9]{4,20}(?![0-9]))",
  ].join("|"),
  "g",
);
const wholeNumber = /^[0-9]{1,20}$/;
const podName =
  /^(?<before>.+-)(?<pod>[bcdfghjklmnpqrstvwxz2456789]{6,10}-[bcdfghjklmnpqrstvwxz2456789]{5})$/;
const temporary = /^\/(?:tmp|var\/tmp|dev\/shm|run|var\/run)\//;
const randomIn = /(?<before>^\.?tmp|^|[-._])(?<random>[0-9A-Za-z_]{6,16})(?<after>\.[a-z]{1,5})?$/;

/** How a text is read: of a path each part apart, with temporary names only where a file is meant. */
export type Reading = "path" | "library" | "name" | "argument" | "address";

export function templateOf(text: string, reading: Reading): Template {
  if (reading === "address")
    return text === "" ? { template: "", ids: [] } : { template: "<address>", ids: [text] };
  const ids: string[] = [];
  const isTemporary = reading === "path" && temporary.test(text);
  const template = text
    .split("/")
    .map((part) => templateOfPart(part, reading, isTemporary, ids))
    .join("/");
  return { template, ids };
}

function templateOfPart(part: string, reading: Reading, isTemporary: boolean, ids: string[]): string {
  const take = (shape: string, id: string): string => {
    ids.push(id);
    return shape === "hex" || shape === "random" ? `<${shape}:${id.length}>` : `<${shape}>`;
  };
  if (part === "") return "";
  if (wholeNumber.test(part)) return take("number", part);
  const pod = reading === "name" ? podName.exec(part)?.groups : undefined;
  if (pod !== undefined) return escaped(pod["before"]!) + take("pod", pod["pod"]!);
  let [out, at] = ["", 0];
  for (const match of part.matchAll(idIn)) {
    const [found, id] = Object.entries(match.groups!).find(([, value]) => value !== undefined)!;
    const shape = found === "hex" && /^[0-9]{1,20}$/.test(id) ? "number" : found;
    if (shape === "hex" && !looksHex(id)) continue;
    out += escaped(part.slice(at, match.index)) + take(shape, id);
    at = match.index + id.length;
  }
  if (at > 0) return out + escaped(part.slice(at));
  const random = isTemporary || /^\.?tmp/.test(part) ? randomIn.exec(part) : null;
  if (random === null || !looksRandom(random.groups!["random"]!)) return escaped(part);
  const { before = "", random: id = "", after = "" } = random.groups!;
  return escaped(part.slice(0, random.index) + before) + take("random", id) + escaped(after);
}

/** A word like `deadbeef` is no hash. */
function looksHex(id: string): boolean {
  return id.length >= 32 || (/[0-9]/.test(id) && /[A-Fa-f]/.test(id));
}

/** Letters and digits in turn, or capitals in the middle: no word that somebody chose. */
function looksRandom(id: string): boolean {
  return /[A-Za-z][0-9]+[A-Za-z_]|[0-9][A-Za-z]+[0-9]|[a-z][A-Z]+[a-z0-9][A-Z0-9]/.test(id);
}

function escaped(text: string): string {
  return text.replaceAll(/[\\<]/g, "\\$&");
}

/** The template with the ids back in their places, save those at the open positions. */
export function filled({ template, ids }: Template, open: ReadonlySet<number>): string {
  let index = -1;
  return template.replaceAll(/\\.|<[^>]+>/gs, (token) => {
    if (token.startsWith("\\")) return token;
    index += 1;
    return open.has(index) ? token : escaped(ids[index]!);
  });
}

/** The text that a pattern without wildcards stands for. */
export function unescaped(pattern: string): string {
  return pattern.replaceAll(/\\(.)/gs, "$1");
}

/** Whether a text is one of those that a pattern stands for. No wildcard reaches beyond its part of a path. */
export function matchesPattern(pattern: string, text: string): boolean {
  return expressionOf(pattern).test(text);
}

const expressions = new Map<string, RegExp>();
/** Patterns are few, and asked again and again. */
const mostExpressions = 10_000;

export function expressionOf(pattern: string): RegExp {
  const known = expressions.get(pattern);
  if (known !== undefined) return known;
  if (expressions.size >= mostExpressions) expressions.clear();
  const made = compiled(pattern);
  expressions.set(pattern, made);
  return made;
}

function compiled(pattern: string): RegExp {
  const source = pattern.replaceAll(
    /\\(.)|<([a-z]+)(?::([0-9]+))?>|[^\\<]+|</gs,
    (whole, literal, id, length) => {
      const shape = id === undefined ? undefined : shapes.find((entry) => entry.id === id);
      if (shape !== undefined) return shape.pattern(Number(length ?? 0));
      return quoted(literal === undefined ? whole : (literal as string));
    },
  );
  return new RegExp(`^${source}$`, "s");
}

function quoted(text: string): string {
  return text.replaceAll(/[$()*+.?[\\\]^{|}/-]/g, "\\$&");
}

export interface Group<T> {
  /** Its texts as patterns; absent: all are the same texts. */
  readonly patterns?: readonly string[];
  readonly members: readonly T[];
}

/** Groups members whose texts differ only in ids of which there are enough; all others stay apart. */
export function collapse<T>(
  members: readonly T[],
  textsOf: (member: T) => readonly Template[],
  enough: number,
): readonly Group<T>[] {
  const items = members.map((member) => {
    const templates = textsOf(member);
    return { member, templates, ids: templates.flatMap(({ ids }) => ids) };
  });
  const byTemplate = Map.groupBy(items, ({ templates }) =>
    JSON.stringify(templates.map(({ template }) => template)),
  );
  return [...byTemplate.values()].flatMap((group) =>
    split(group, new Set(group[0]!.ids.keys()), enough).map(({ open, items: found }) => ({
      ...(open.size === 0 ? {} : { patterns: patternsOf(found[0]!.templates, open) }),
      members: found.map(({ member }) => member),
    })),
  );
}

interface Item<T> {
  readonly member: T;
  readonly templates: readonly Template[];
  readonly ids: readonly string[];
}

/** Positions with too few different ids are closed, one round after the other, until those left have enough in each group. */
function split<T>(
  items: readonly Item<T>[],
  open: ReadonlySet<number>,
  enough: number,
): readonly { readonly open: ReadonlySet<number>; readonly items: readonly Item<T>[] }[] {
  const groups = Map.groupBy(items, ({ ids }) => JSON.stringify(ids.filter((_, index) => !open.has(index))));
  return [...groups.values()].flatMap((group) => {
    const kept = new Set(
      [...open].filter((index) => new Set(group.map(({ ids }) => ids[index])).size >= enough),
    );
    return kept.size === open.size ? [{ open, items: group }] : split(group, kept, enough);
  });
}

function patternsOf(templates: readonly Template[], open: ReadonlySet<number>): readonly string[] {
  let before = 0;
  return templates.map((template) => {
    const own = new Set([...open].map((index) => index - before).filter((index) => index >= 0));
    before += template.ids.length;
    return filled(template, own);
  });
}
