/** Controls of users: the same keys as ours, read from data. What cannot be evaluated is refused when it is loaded, with its place. */
import { UserError } from "../model/error.ts";
import { severities, type Severity } from "../model/finding.ts";
import { isJsonArray, isJsonObject, type Json, type JsonObject } from "../model/json.ts";
import { compile } from "./cel/compile.ts";
import { targetKinds, type CelControl, type Example, type FixStep, type Target } from "./control.ts";
import { namesOf, pathOfText, stepNames } from "./places.ts";

/** What marks a document as a control of a user's own. */
export const customApiVersion = "plimsoll.dev/v1";
export const customKind = "Control";

const keys: ReadonlySet<string> = new Set(
  (
    "apiVersion kind metadata id title severity why remediation equivalents grants reference " +
    "target each when validate path message fix noFix examples"
  ).split(" "),
);
const targets = new Set(["container", "pod", "workload", ...Object.keys(targetKinds)]);

export function isCustomControl(document: Json): document is JsonObject {
  return (
    isJsonObject(document) && document["apiVersion"] === customApiVersion && document["kind"] === customKind
  );
}

/**
 * Reads a control from a document. Throws `UserError` (`bad-control`) naming the file, the key and what was expected;
 * also where its CEL does not compile.
 */
export function readControl(document: JsonObject, file: string): CelControl {
  const refuse = (key: string, expected: string): never => {
    throw new UserError(
      "bad-control",
      `${file}: ${key}: ${expected}`,
      "`plimsoll explain` shows a control with all its keys",
    );
  };
  const unknown = Object.keys(document).find((key) => !keys.has(key));
  if (unknown !== undefined) refuse(unknown, `no such key; a control has ${[...keys].slice(3).join(", ")}`);
  const text = (key: string, otherwise?: string): string => {
    const value = document[key];
    if (typeof value === "string" && value.trim() !== "") return value;
    return value === undefined && otherwise !== undefined ? otherwise : refuse(key, "a text is needed");
  };
  const optional = (key: string): { readonly [key: string]: string } =>
    document[key] === undefined ? {} : { [key]: text(key) };
  const id = text("id");
  if (!/^[a-z][a-z0-9-]{1,62}$/.test(id))
    refuse("id", "lower-case letters, digits and dashes are needed, at most 63");
  const severity = text("severity");
  if (!severities.includes(severity as Severity))
    refuse("severity", `one of ${severities.join(", ")} is needed`);
  const target = text("target");
  if (!targets.has(target)) refuse("target", `one of ${[...targets].join(", ")} is needed`);
  const control = {
    id,
    title: text("title"),
    severity: severity as Severity,
    why: text("why", "A requirement of your own."),
    remediation: text("remediation", text("title")),
    equivalents: textsOf(document["equivalents"]),
    ...optional("grants"),
    ...optional("reference"),
    target: target as Exclude<Target, "cluster">,
    ...optional("each"),
    ...optional("when"),
    validate: text("validate"),
    path: typeof document["path"] === "string" ? document["path"] : "",
    message: text("message", `${text("title")}: not so here`),
    ...fixOf(document, refuse),
    examples: examplesOf(document["examples"], refuse),
  } as CelControl;
  compiles(control, refuse);
  return control;
}

type Refuse = (key: string, expected: string) => never;

function textsOf(value: Json | undefined): readonly string[] {
  return isJsonArray(value) ? value.filter((entry) => typeof entry === "string") : [];
}

function fixOf(
  document: JsonObject,
  refuse: Refuse,
): { readonly fix: readonly FixStep[] } | { readonly noFix: string } {
  const { fix, noFix } = document;
  if (fix === undefined) return { noFix: typeof noFix === "string" ? noFix : "the control gives none" };
  if (!isJsonArray(fix) || fix.length === 0)
    return refuse("fix", "a list of steps (set/to, remove, append/value) is needed");
  fix.forEach((step, index) => {
    const fields = isJsonObject(step) ? step : {};
    const named = ["set", "remove", "append"].filter((key) => typeof fields[key] === "string");
    if (named.length !== 1) refuse(`fix[${index}]`, "exactly one of set, remove, append is needed");
    if (named[0] === "set" && fields["to"] === undefined && fields["from"] === undefined)
      refuse(`fix[${index}].to`, "the value to set is needed, or `from`, the CEL that gives it");
    for (const key of ["from", "keys"]) {
      if (fields[key] !== undefined) readCel(`fix[${index}].${key}`, String(fields[key]), stepNames, refuse);
    }
    if (named[0] === "append" && fields["value"] === undefined)
      refuse(`fix[${index}].value`, "the value to append is needed");
    if (fields["unless"] !== undefined && !isJsonArray(fields["unless"]))
      refuse(`fix[${index}].unless`, "a list of values that make it needless");
    readPath(`fix[${index}].${named[0]}`, String(fields[named[0]!]), refuse);
  });
  return { fix: fix as unknown as readonly FixStep[] };
}

function examplesOf(
  value: Json | undefined,
  refuse: Refuse,
): { readonly pass: readonly Example[]; readonly fail: readonly Example[] } {
  if (value === undefined) return { pass: [], fail: [] };
  if (!isJsonObject(value)) return refuse("examples", "lists `pass` and `fail` are needed");
  const list = (key: "pass" | "fail"): readonly Example[] => {
    const entries = value[key] ?? [];
    if (
      !isJsonArray(entries) ||
      !entries.every(
        (entry) =>
          isJsonObject(entry) &&
          (isJsonObject(entry["container"]) || isJsonObject(entry["pod"]) || isJsonArray(entry["resources"])),
      )
    ) {
      return refuse(`examples.${key}`, "each example needs `container`, `pod` or `resources`");
    }
    return entries as unknown as readonly Example[];
  };
  return { pass: list("pass"), fail: list("fail") };
}

function readPath(key: string, text: string, refuse: Refuse): void {
  try {
    pathOfText(text);
  } catch {
    refuse(key, `not a path: ${text}`);
  }
}

function compiles(control: CelControl, refuse: Refuse): void {
  readPath("path", control.path, refuse);
  if (control.each !== undefined) readPath("each", control.each, refuse);
  for (const key of ["when", "validate"] as const) {
    const source = control[key];
    if (source !== undefined)
      readCel(key, source, namesOf(control.target, control.each !== undefined), refuse);
  }
}

function readCel(key: string, source: string, names: readonly string[], refuse: Refuse): void {
  try {
    compile(source, names);
  } catch (error) {
    refuse(key, error instanceof Error ? error.message : String(error));
  }
}
