/** Saved JSON reports, as a baseline or as a side of a comparison: whatever is read of them later is looked at here. */
import { resolve } from "node:path";
import {
  baselineOf,
  reportSchemaVersion,
  sanitize,
  severities,
  UserError,
  type Report,
} from "@plimsoll/core";

const hint = "write one with plimsoll scan --format json --output FILE";

export async function readReport(path: string, cwd: string): Promise<Report> {
  return parsed(await textOf(path, cwd), path);
}

/** The report that a file holds; `undefined` where it does not begin as ours do: manifests in JSON do not. */
export async function reportIn(path: string, cwd: string): Promise<Report | undefined> {
  if (!path.endsWith(".json")) return undefined;
  const text = await textOf(path, cwd).catch(() => "");
  return /^\s*\{\s*"schemaVersion"/.test(text.slice(0, 100)) ? parsed(text, path) : undefined;
}

/** The ids of a report's findings. */
export async function baselineFrom(
  path: string | undefined,
  cwd: string,
): Promise<ReadonlySet<string> | undefined> {
  return path === undefined ? undefined : baselineOf(await readReport(path, cwd));
}

async function textOf(path: string, cwd: string): Promise<string> {
  const { readText } = await import("@plimsoll/cluster");
  return readText(resolve(cwd, path), "no-input", { shown: path, hint });
}

function parsed(text: string, path: string): Report {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    const message = `cannot read the report ${sanitize(path)}: it is no JSON`;
    throw new UserError("no-input", message, hint, { cause });
  }
  const fault = faultOfReport(value, "");
  if (fault === undefined) return value as Report;
  const where = fault === "" ? "" : `: ${fault.slice(1)} is missing or damaged`;
  throw new UserError("no-input", `${sanitize(path)} is no report of ours${where}`, hint);
}

/** Where a value is not as it should be: `.results.3.id`; `undefined` where it is. */
type Shape = (value: unknown, at: string) => string | undefined;

const only =
  (isIt: (value: unknown) => boolean): Shape =>
  (value, at) =>
    isIt(value) ? undefined : at;
const text = only((value) => typeof value === "string");
const number = only((value) => typeof value === "number");
const oneOf = (...known: readonly unknown[]): Shape => only((value) => known.includes(value));
const maybe =
  (shape: Shape): Shape =>
  (value, at) =>
    value === undefined ? undefined : shape(value, at);

function list(entry: Shape): Shape {
  return (value, at) => {
    if (!Array.isArray(value)) return at;
    for (const [index, each] of value.entries()) {
      const fault = entry(each, `${at}.${index}`);
      if (fault !== undefined) return fault;
    }
    return undefined;
  };
}

function mapping(entries: { readonly [key: string]: Shape }): Shape {
  const shapes = Object.entries(entries);
  return (value, at) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return at;
    for (const [key, shape] of shapes) {
      const fault = shape((value as { readonly [key: string]: unknown })[key], `${at}.${key}`);
      if (fault !== undefined) return fault;
    }
    return undefined;
  };
}

const faultOfReport = mapping({
  schemaVersion: oneOf(reportSchemaVersion),
  takenAt: text,
  server: mapping({ name: text }),
  results: list(
    mapping({
      id: text,
      control: text,
      result: oneOf("pass", "fail", "skip", "unknown"),
      severity: oneOf(...severities),
      resource: mapping({ kind: text, namespace: text, name: text }),
      path: text,
      source: mapping({ file: text, line: maybe(number) }),
      exception: maybe(mapping({})),
    }),
  ),
  frameworks: list(
    mapping({ id: text, score: only((value) => value === null || typeof value === "number") }),
  ),
  gaps: list(
    mapping({
      source: text,
      message: text,
      line: maybe(number),
      remedy: maybe(text),
      blocking: maybe(oneOf(true, false)),
    }),
  ),
  paths: maybe(
    mapping({
      pairs: number,
      top: list(
        mapping({
          entry: text,
          target: text,
          certain: oneOf(true, false),
          steps: list(mapping({ title: text })),
        }),
      ),
    }),
  ),
});
