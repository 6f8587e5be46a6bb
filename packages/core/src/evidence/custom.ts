/** Detections of users: the same keys as ours, read from data. What cannot be evaluated is refused when it is loaded, with its place. */
import { customApiVersion } from "../controls/custom.ts";
import { UserError } from "../model/error.ts";
import { severities, type Severity } from "../model/finding.ts";
import { isJsonArray, isJsonObject, type Json, type JsonObject } from "../model/json.ts";
import { observationKinds, type ObservationKind } from "../model/observation.ts";
import { compileRule } from "./detect.ts";
import type { CelRule, RuleExample } from "./rule.ts";

const keys =
  "apiVersion kind metadata id title severity why techniques equivalents closedBy kinds when examples".split(
    " ",
  );

export function isCustomDetection(document: Json): document is JsonObject {
  return (
    isJsonObject(document) && document["apiVersion"] === customApiVersion && document["kind"] === "Detection"
  );
}

/** Throws `UserError` (`bad-control`) naming the file, the key and what was expected; also where its CEL does not compile. */
export function readDetection(document: JsonObject, file: string): CelRule {
  const refuse = (key: string, expected: string): never => {
    throw new UserError(
      "bad-control",
      `${file}: ${key}: ${expected}`,
      "the reference of detections shows how one is written",
    );
  };
  const unknown = Object.keys(document).find((key) => !keys.includes(key));
  if (unknown !== undefined) refuse(unknown, `no such key; a detection has ${keys.slice(3).join(", ")}`);
  const text = (key: string, otherwise?: string): string => {
    const value = document[key];
    if (typeof value === "string" && value.trim() !== "") return value;
    return value === undefined && otherwise !== undefined ? otherwise : refuse(key, "a text is needed");
  };
  const texts = (key: string): readonly string[] => {
    const value = document[key] ?? [];
    return isJsonArray(value) && value.every((entry) => typeof entry === "string")
      ? (value as readonly string[])
      : refuse(key, "a list of texts is needed");
  };
  const id = text("id");
  if (!/^[a-z][a-z0-9-]{1,62}$/.test(id))
    refuse("id", "lower-case letters, digits and dashes are needed, at most 63");
  const severity = text("severity");
  if (!severities.includes(severity as Severity))
    refuse("severity", `one of ${severities.join(", ")} is needed`);
  const kinds = texts("kinds");
  if (kinds.length === 0 || !kinds.every((kind) => observationKinds.includes(kind as ObservationKind)))
    refuse("kinds", `some of ${observationKinds.join(", ")} are needed`);
  const rule: CelRule = {
    id,
    title: text("title"),
    severity: severity as Severity,
    why: text("why", "A rule of your own."),
    techniques: texts("techniques"),
    equivalents: texts("equivalents"),
    closedBy: texts("closedBy"),
    kinds: kinds as readonly ObservationKind[],
    when: text("when"),
    examples: examplesOf(document["examples"], refuse),
  };
  compiles(rule, refuse);
  return rule;
}

type Refuse = (key: string, expected: string) => never;

function examplesOf(value: Json | undefined, refuse: Refuse): CelRule["examples"] {
  if (value === undefined) return { present: [], absent: [] };
  if (!isJsonObject(value)) return refuse("examples", "lists `present` and `absent` are needed");
  const list = (key: "present" | "absent"): readonly RuleExample[] => {
    const entries = value[key] ?? [];
    const isFine =
      isJsonArray(entries) && entries.every((entry) => isJsonObject(entry) && isJsonObject(entry["detail"]));
    return isFine
      ? (entries as unknown as readonly RuleExample[])
      : refuse(`examples.${key}`, "each example needs `detail`");
  };
  return { present: list("present"), absent: list("absent") };
}

function compiles(rule: CelRule, refuse: Refuse): void {
  try {
    const { type } = compileRule(rule);
    if (type === "bool" || type === "dyn") return;
    refuse("when", `a condition is needed, not ${type}`);
  } catch (error) {
    if (error instanceof UserError) throw error;
    refuse("when", error instanceof Error ? error.message : String(error));
  }
}
