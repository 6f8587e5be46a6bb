/** Controls of users: the same keys as ours, read from data. What cannot be evaluated is refused when it is loaded, with its place. */
import { isJsonArray, isJsonObject, type Json, type JsonObject } from "../model/json.ts";
import type { Path } from "../model/resource.ts";
import { compile } from "./cel/compile.ts";
import {
  fixBases,
  privileges,
  targetKinds,
  type CelControl,
  type Example,
  type FixStep,
  type Target,
} from "./control.ts";
import {
  definitionOf,
  examplesIn,
  onlyKeys,
  type Definition,
  type PlaceOf,
  type Refuse,
} from "./definition.ts";
import { namesOf, pathOfText, stepNames } from "./places.ts";

/** What marks a document as a control of a user's own. */
export const customApiVersion = "plimsoll.dev/v1";
export const customKind = "Control";

const keys = (
  "id title severity why remediation equivalents grants breakRisk reference " +
  "target each when validate versions since path message fix noFix examples"
).split(" ");
const targets = ["container", "pod", "workload", ...Object.keys(targetKinds)] as Exclude<Target, "cluster">[];

export function isCustomControl(document: Json): document is JsonObject {
  return (
    isJsonObject(document) && document["apiVersion"] === customApiVersion && document["kind"] === customKind
  );
}

/**
 * Reads a control from a document. Throws `UserError` (`bad-control`) naming the place, the key and what was expected;
 * also where its CEL does not compile.
 */
export function readControl(document: JsonObject, place: PlaceOf): CelControl {
  const hint = "`plimsoll explain` shows a control with all its keys";
  const definition = definitionOf(document, place, { what: "a control", keys, hint });
  const { refuse, text, optional, texts, oneOf, id, severity } = definition;
  const control = {
    id: id(),
    title: text("title"),
    severity: severity(),
    why: text("why", "A requirement of your own."),
    remediation: text("remediation", text("title")),
    equivalents: texts("equivalents"),
    ...(document["grants"] === undefined ? {} : { grants: oneOf("grants", privileges) }),
    ...optional("breakRisk"),
    ...optional("reference"),
    target: oneOf("target", targets),
    ...optional("each"),
    ...optional("when"),
    validate: text("validate"),
    ...versionsOf(document, definition),
    path: document["path"] === "" ? "" : text("path", ""),
    message: text("message", `${text("title")}: not so here`),
    ...fixOf(document, definition),
    examples: examplesIn<Example, "pass" | "fail">(document, ["pass", "fail"], exampleShape, refuse),
  } as CelControl;
  compiles(control, refuse);
  return control;
}

const exampleShape = {
  keys: ["name", "container", "pod", "metadata", "resources", "images", "version"],
  needed: "each example needs `container`, `pod` or `resources`",
  isExample: ({ container, pod, resources }: JsonObject): boolean =>
    isJsonObject(container) || isJsonObject(pod) || (isJsonArray(resources) && resources.every(isResource)),
};

function isResource(value: Json): boolean {
  return isJsonObject(value) && typeof value["apiVersion"] === "string" && typeof value["kind"] === "string";
}

const minorVersion = /^1\.\d{1,3}$/;

/** The version since which it is asked for, and its texts for those before. */
function versionsOf(
  { versions, since }: JsonObject,
  { refuse, optional }: Definition,
): Pick<CelControl, "versions" | "since"> {
  if (since !== undefined && !(typeof since === "string" && minorVersion.test(since)))
    refuse(["since"], 'a minor version of Kubernetes is needed, as the text "1.34"');
  if (versions === undefined) return optional("since");
  if (!isJsonArray(versions)) return refuse(["versions"], "a list is needed");
  for (const [index, entry] of versions.entries()) {
    const path = ["versions", index];
    const { until, validate } = isJsonObject(entry) ? entry : {};
    if (typeof until !== "string" || !minorVersion.test(until) || typeof validate !== "string")
      return refuse(path, 'each needs `until`, as the text "1.24", and `validate`');
    onlyKeys(entry as JsonObject, ["until", "validate"], path, refuse);
  }
  return { ...optional("since"), versions: versions as unknown as NonNullable<CelControl["versions"]> };
}

function fixOf(
  document: JsonObject,
  { refuse, optional }: Definition,
): { readonly fix: readonly FixStep[] } | { readonly noFix: string } {
  const { fix } = document;
  const noFix = optional("noFix");
  if (fix === undefined) return { noFix: "the control gives none", ...noFix };
  if (!isJsonArray(fix) || fix.length === 0)
    return refuse(["fix"], "a list of steps (set/to, remove, append/value) is needed");
  for (const [index, step] of fix.entries()) readStep(step, ["fix", index], refuse);
  return { fix: fix as unknown as readonly FixStep[], ...noFix };
}

const actions = ["set", "remove", "append"] as const;
const stepKeys = {
  set: ["set", "to", "from", "base"],
  remove: ["remove", "keys", "base"],
  append: ["append", "value", "unless", "base"],
} as const;

function readStep(step: Json, path: Path, refuse: Refuse): void {
  const fields = isJsonObject(step) ? step : {};
  const named = actions.filter((key) => typeof fields[key] === "string");
  const [action] = named;
  if (action === undefined || named.length > 1)
    return refuse(path, "exactly one of set, remove, append is needed");
  onlyKeys(fields, stepKeys[action], path, refuse);
  const { to, from, value, unless, base } = fields;
  if (action === "set" && (to === undefined) === (from === undefined))
    refuse([...path, "to"], "the value to set is needed, or `from`, the CEL that gives it");
  if (action === "append" && value === undefined) refuse([...path, "value"], "the value to append is needed");
  if (unless !== undefined && !isJsonArray(unless))
    refuse([...path, "unless"], "a list of values that make it needless");
  if (base !== undefined && !fixBases.some((entry) => entry === base))
    refuse([...path, "base"], `one of ${fixBases.join(", ")} is needed`);
  for (const key of ["from", "keys"]) {
    const source = fields[key];
    if (source === undefined) continue;
    if (typeof source !== "string") return refuse([...path, key], "CEL is needed");
    readCel([...path, key], source, stepNames, refuse);
  }
  readPath([...path, action], String(fields[action]), refuse);
}

function readPath(key: Path, text: string, refuse: Refuse): void {
  try {
    pathOfText(text);
  } catch {
    refuse(key, `not a path: ${text}`);
  }
}

function compiles(control: CelControl, refuse: Refuse): void {
  readPath(["path"], control.path, refuse);
  if (control.each !== undefined) readPath(["each"], control.each, refuse);
  const names = namesOf(control.target, control.each !== undefined);
  const condition = (path: Path, source: string): void => {
    const type = readCel(path, source, names, refuse);
    if (type !== "bool" && type !== "dyn") refuse(path, `a condition is needed, not ${type}`);
  };
  if (control.when !== undefined) condition(["when"], control.when);
  condition(["validate"], control.validate);
  for (const [index, { validate }] of (control.versions ?? []).entries())
    condition(["versions", index, "validate"], validate);
}

/** The type of what it gives. */
function readCel(path: Path, source: string, names: readonly string[], refuse: Refuse): string {
  try {
    return compile(source, names).type;
  } catch (error) {
    return refuse(path, error instanceof Error ? error.message : String(error));
  }
}
