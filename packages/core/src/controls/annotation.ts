/** Exceptions that stand beside what they accept, in a resource's annotation or a comment: their words, read strictly. */
import { UserError } from "../model/error.ts";
import type { Exception } from "../model/exception.ts";
import { refOf, type ResourceRecord } from "../model/resource.ts";

export const acceptAnnotation = "plimsoll.dev/accept";

/** `CONTROL[, CONTROL…]; reason=…; owner=…; until=…` */
export interface Terms {
  readonly controls: readonly string[];
  readonly reason: string;
  readonly owner: string;
  readonly until?: string;
}

/** One exception for each line of the annotation, covering its own resource and nothing else. Throws a `UserError`. */
export function annotatedExceptions({ resource, source }: ResourceRecord): readonly Exception[] {
  const text = resource.metadata.annotations?.[acceptAnnotation];
  if (text === undefined) return [];
  const { kind, namespace, name } = refOf(resource);
  const where = `${kind} ${namespace === "" ? "" : `${namespace}/`}${name}`;
  return text
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line, index): Exception => {
      const place = source.line === undefined ? where : `${source.file}:${source.line}: ${where}`;
      return {
        id: `${where}#${index + 1}`,
        ...termsOf(line, `${place}: annotation ${acceptAnnotation}`),
        match: { kind, namespace, name },
        source: `annotation of ${where}`,
      };
    });
}

const termKeys = ["reason", "owner", "until"];

/** Throws a `UserError` that names the place. */
export function termsOf(text: string, place: string): Terms {
  const refuse = (expected: string): never => {
    throw new UserError(
      "bad-config",
      `${place}: ${expected}`,
      "write: CONTROL; reason=…; owner=…; until=2026-12-31",
    );
  };
  const [names = "", ...parts] = text.split(";").map((part) => part.trim());
  const controls = names.split(/[\s,]+/).filter((name) => name !== "");
  if (controls.length === 0) refuse("no control is named");
  const terms = new Map<string, string>();
  for (const part of parts.filter((part) => part !== "")) {
    const [key = "", ...value] = part.split("=");
    if (!termKeys.includes(key.trim())) refuse(`${key.trim()} is none of ${termKeys.join(", ")}`);
    terms.set(key.trim(), value.join("=").trim());
  }
  const needed = (key: string): string => terms.get(key) || refuse(`${key} is needed`);
  const until = untilOf(needed("until"), refuse);
  return {
    controls,
    reason: needed("reason"),
    owner: needed("owner"),
    ...(until === undefined ? {} : { until }),
  };
}

/** A day, or `never`, which has to be written out: nothing is accepted for ever by forgetting to say when. */
export function untilOf(text: string, refuse: (expected: string) => never): string | undefined {
  if (text === "never") return undefined;
  if (/^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text))) return text;
  return refuse("a day as 2026-12-31 is needed, or never");
}
