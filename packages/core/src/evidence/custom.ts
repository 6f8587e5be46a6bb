/** Detections of users: the same keys as ours, read from data. What cannot be evaluated is refused when it is loaded, with its place. */
import { customApiVersion } from "../controls/custom.ts";
import { definitionOf, examplesIn, type PlaceOf, type Refuse } from "../controls/definition.ts";
import { isJsonObject, type Json, type JsonObject } from "../model/json.ts";
import { observationKinds, type ObservationKind } from "../model/observation.ts";
import { compileRule } from "./detect.ts";
import type { CelRule, RuleExample } from "./rule.ts";

const keys = "id title severity why techniques equivalents closedBy kinds when examples".split(" ");

export function isCustomDetection(document: Json): document is JsonObject {
  return (
    isJsonObject(document) && document["apiVersion"] === customApiVersion && document["kind"] === "Detection"
  );
}

/** Throws `UserError` (`bad-control`) naming the place, the key and what was expected; also where its CEL does not compile. */
export function readDetection(document: JsonObject, place: PlaceOf): CelRule {
  const hint = "the reference of detections shows how one is written";
  const definition = definitionOf(document, place, { what: "a detection", keys, hint });
  const { refuse, text, texts, id, severity } = definition;
  const kinds = texts("kinds");
  if (kinds.length === 0 || !kinds.every((kind) => observationKinds.includes(kind as ObservationKind)))
    refuse(["kinds"], `some of ${observationKinds.join(", ")} are needed`);
  const techniques = texts("techniques");
  const odd = techniques.findIndex((technique) => !/^T\d{4}(?:\.\d{3})?$/.test(technique));
  if (odd >= 0) refuse(["techniques", odd], "ATT&CK's ids are needed, as T1059.004");
  const rule: CelRule = {
    id: id(),
    title: text("title"),
    severity: severity(),
    why: text("why", "A rule of your own."),
    techniques,
    equivalents: texts("equivalents"),
    closedBy: texts("closedBy"),
    kinds: kinds as readonly ObservationKind[],
    when: text("when"),
    examples: examplesIn<RuleExample, "present" | "absent">(
      document,
      ["present", "absent"],
      exampleShape,
      refuse,
    ),
  };
  compiles(rule, refuse);
  return rule;
}

const exampleShape = {
  keys: ["name", "detail", "origin", "earlier", "settled", "shows"],
  needed: "each example needs `detail`",
  isExample: ({ detail }: JsonObject): boolean => isJsonObject(detail),
};

function compiles(rule: CelRule, refuse: Refuse): void {
  let type: string;
  try {
    ({ type } = compileRule(rule));
  } catch (error) {
    return refuse(["when"], error instanceof Error ? error.message : String(error));
  }
  if (type !== "bool" && type !== "dyn") refuse(["when"], `a condition is needed, not ${type}`);
}
