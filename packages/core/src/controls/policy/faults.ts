/**
 * What the API server refuses of the shape of an admission policy or a binding, each with its place.
 *
 * Copied facts: k8s.io/kubernetes v1.35, pkg/apis/admissionregistration/validation/validation.go.
 */
import { isJsonArray, isJsonObject, type Json, type JsonObject } from "../../model/json.ts";
import type { Path } from "../../model/resource.ts";
import { isLabelValue, isPathSegment, isQualifiedName, isSubdomain, nameForm } from "./names.ts";

/** What the API server would refuse of a policy or a binding, and where in it. */
export class PolicyFault extends Error {
  override readonly name = "PolicyFault";
  /** From the object's root. */
  readonly path: Path;

  constructor(message: string, path: Path) {
    super(message);
    this.path = path;
  }
}

function refuse(message: string, path: Path): never {
  throw new PolicyFault(message, path);
}

/** Throws a `PolicyFault` at the first thing of a policy's `spec` that would be refused; its expressions are not compiled. */
export function checkPolicy(spec: JsonObject): void {
  checkMatch(spec["matchConstraints"], ["spec", "matchConstraints"], true);
  oneOf(spec["failurePolicy"], ["Fail", "Ignore"], ["spec", "failurePolicy"]);
  checkParamKind(mappingAt(spec["paramKind"], ["spec", "paramKind"]));
  const validations = entriesAt(spec, "validations");
  const annotations = entriesAt(spec, "auditAnnotations");
  if (validations.length + annotations.length === 0)
    refuse("it has neither validations nor auditAnnotations", ["spec"]);
  for (const { entry, path } of entriesAt(spec, "variables")) {
    const name = needed(entry, "name", path);
    if (!nameForm.celIdentifier.test(name) || nameForm.celReserved.test(name))
      refuse("it is no name in CEL", [...path, "name"]);
    needed(entry, "expression", path);
  }
  for (const { entry, path } of validations) checkValidation(entry, path);
  checkAnnotations(annotations);
  checkConditions(entriesAt(spec, "matchConditions"));
}

/** The same of a binding's `spec`. */
export function checkBinding(spec: JsonObject): void {
  if (!isSubdomain(needed(spec, "policyName", ["spec"])))
    refuse("it is no name of a policy", ["spec", "policyName"]);
  const reference = mappingAt(spec["paramRef"], ["spec", "paramRef"]);
  if (reference !== undefined) checkParamRef(reference, ["spec", "paramRef"]);
  checkMatch(spec["matchResources"], ["spec", "matchResources"], false);
  const path = ["spec", "validationActions"];
  const actions = textsAt(spec["validationActions"], path);
  if (actions.length === 0) refuse("it is missing", path);
  for (const [index, action] of actions.entries()) {
    oneOf(action, ["Deny", "Warn", "Audit"], [...path, index]);
    if (actions.indexOf(action) < index) refuse("it is there already", [...path, index]);
  }
  if (actions.includes("Deny") && actions.includes("Warn")) refuse("Deny and Warn exclude each other", path);
}

function checkParamRef(reference: JsonObject, path: Path): void {
  const isNamed = textAt(reference["name"], [...path, "name"]) !== "";
  const selector = mappingAt(reference["selector"], [...path, "selector"]);
  if (isNamed === (selector !== undefined)) refuse("one of name and selector is needed", path);
  checkSelector(selector ?? {}, [...path, "selector"]);
  textAt(reference["namespace"], [...path, "namespace"]);
  needed(reference, "parameterNotFoundAction", path);
  oneOf(reference["parameterNotFoundAction"], ["Allow", "Deny"], [...path, "parameterNotFoundAction"]);
}

function checkParamKind(kind: JsonObject | undefined): void {
  if (kind === undefined) return;
  const path = ["spec", "paramKind"];
  const version = needed(kind, "apiVersion", path).split("/");
  if (version.length > 2 || !nameForm.label1035.test(version.at(-1)!))
    refuse("it is no group and version", [...path, "apiVersion"]);
  if (!nameForm.label1035.test(needed(kind, "kind", path).toLowerCase()))
    refuse("it is no kind", [...path, "kind"]);
}

function checkValidation(entry: JsonObject, path: Path): void {
  needed(entry, "expression", path);
  const message = textAt(entry["message"], [...path, "message"]);
  if (message !== "" && message.trim() === "") refuse("it is blank", [...path, "message"]);
  if (/[\r\n]/.test(message.trim())) refuse("it has line breaks", [...path, "message"]);
  const made = textAt(entry["messageExpression"], [...path, "messageExpression"]);
  if (made !== "" && made.trim() === "") refuse("it is blank", [...path, "messageExpression"]);
  oneOf(entry["reason"], ["Forbidden", "Invalid", "RequestEntityTooLarge"], [...path, "reason"]);
}

function checkAnnotations(annotations: readonly Placed[]): void {
  if (annotations.length > 20) refuse("it has more than 20", ["spec", "auditAnnotations"]);
  const known = new Set<string>();
  for (const { entry, path } of annotations) {
    const key = needed(entry, "key", path);
    if (key.includes("/") || !isQualifiedName(key)) refuse("it is no key", [...path, "key"]);
    if (known.has(key)) refuse("it is there already", [...path, "key"]);
    known.add(key);
    needed(entry, "valueExpression", path);
  }
}

function checkConditions(conditions: readonly Placed[]): void {
  if (conditions.length > 64) refuse("it has more than 64", ["spec", "matchConditions"]);
  const known = new Set<string>();
  for (const { entry, path } of conditions) {
    const name = needed(entry, "name", path);
    if (!isQualifiedName(name)) refuse("it is no name", [...path, "name"]);
    if (known.has(name)) refuse("it is there already", [...path, "name"]);
    known.add(name);
    needed(entry, "expression", path);
  }
}

/** A `matchConstraints`, which needs rules, or a `matchResources`. */
function checkMatch(value: Json | undefined, path: Path, needsRules: boolean): void {
  const match = mappingAt(value, path);
  if (match === undefined) return needsRules ? refuse("it is missing", path) : undefined;
  oneOf(match["matchPolicy"], ["Exact", "Equivalent"], [...path, "matchPolicy"]);
  for (const field of ["namespaceSelector", "objectSelector"])
    checkSelector(mappingAt(match[field], [...path, field]) ?? {}, [...path, field]);
  const rules = listAt(match["resourceRules"], [...path, "resourceRules"]);
  if (needsRules && rules.length === 0) refuse("it is missing", [...path, "resourceRules"]);
  for (const field of ["resourceRules", "excludeResourceRules"]) {
    const list = [...path, field];
    for (const [index, rule] of listAt(match[field], list).entries())
      checkRule(mappingAt(rule, [...list, index]) ?? {}, [...list, index]);
  }
}

function checkRule(rule: JsonObject, path: Path): void {
  for (const field of ["operations", "apiGroups", "apiVersions", "resources"]) {
    const at = [...path, field];
    const values = textsAt(rule[field], at);
    if (values.length === 0) refuse("it is missing", at);
    if (field !== "apiGroups" && values.includes("")) refuse("it holds an empty text", at);
    if (field !== "resources" && values.includes("*") && values.length > 1)
      refuse("* stands beside others", at);
    if (field === "resources") checkResources(values, at);
    if (field !== "operations") continue;
    for (const value of values) oneOf(value, ["*", "CREATE", "UPDATE", "DELETE", "CONNECT"], at);
  }
  oneOf(rule["scope"], ["*", "Cluster", "Namespaced"], [...path, "scope"]);
  const names = textsAt(rule["resourceNames"], [...path, "resourceNames"]);
  for (const [index, name] of names.entries()) {
    if (!isPathSegment(name)) refuse("it is no name", [...path, "resourceNames", index]);
    if (names.indexOf(name) < index) refuse("it is there already", [...path, "resourceNames", index]);
  }
}

/** That the last one without a subresource decides whether `*` stands beside others is as the API server has it. */
function checkResources(resources: readonly string[], path: Path): void {
  const seen = new Set<string>();
  let isPlain = false;
  for (const [index, text] of resources.entries()) {
    const [resource = "", ...more] = text.split("/");
    if (more.length === 0) {
      isPlain = text !== "*";
      continue;
    }
    const subresource = more.join("/");
    for (const wider of [`${resource}/*`, `*/${subresource}`])
      if (seen.has(wider)) refuse(`${wider} stands beside it`, [...path, index]);
    if (resource === "*" || subresource === "*") seen.add(text);
  }
  if (resources.includes("*/*") && resources.length > 1) refuse("*/* stands beside others", path);
  if (resources.includes("*") && isPlain) refuse("* stands beside resources", path);
}

function checkSelector(selector: JsonObject, path: Path): void {
  const labels = [...path, "matchLabels"];
  for (const [key, value] of Object.entries(mappingAt(selector["matchLabels"], labels) ?? {})) {
    if (!isQualifiedName(key)) refuse("it is no label", [...labels, key]);
    if (!isLabelValue(textAt(value, [...labels, key]))) refuse("it is no value of a label", [...labels, key]);
  }
  const list = [...path, "matchExpressions"];
  for (const [index, entry] of listAt(selector["matchExpressions"], list).entries())
    checkRequirement(mappingAt(entry, [...list, index]) ?? {}, [...list, index]);
}

function checkRequirement(requirement: JsonObject, path: Path): void {
  if (!isQualifiedName(needed(requirement, "key", path))) refuse("it is no label", [...path, "key"]);
  const operator = needed(requirement, "operator", path);
  oneOf(operator, ["In", "NotIn", "Exists", "DoesNotExist"], [...path, "operator"]);
  const values = textsAt(requirement["values"], [...path, "values"]);
  const wanted = operator === "In" || operator === "NotIn";
  if (wanted !== values.length > 0)
    refuse(`${operator} takes ${wanted ? "" : "no "}values`, [...path, "values"]);
  for (const [index, value] of values.entries())
    if (!isLabelValue(value)) refuse("it is no value of a label", [...path, "values", index]);
}

interface Placed {
  readonly entry: JsonObject;
  readonly path: Path;
}

/** A list of another shape is refused: with its entries passed over, the policy would admit everything. */
export function entriesAt(spec: JsonObject, field: string): readonly Placed[] {
  const list = ["spec", field];
  return listAt(spec[field], list).map((value, index) => {
    const path = [...list, index];
    return { entry: mappingAt(value, path) ?? {}, path };
  });
}

/** What stands there must be a text, or nothing, which counts as an empty one. */
export function textAt(value: Json | undefined, path: Path): string {
  const text = value ?? "";
  return typeof text === "string" ? text : refuse("a text is needed", path);
}

function needed(mapping: JsonObject, field: string, path: Path): string {
  const text = textAt(mapping[field], [...path, field]);
  return text.trim() === "" ? refuse("it is missing", [...path, field]) : text;
}

function mappingAt(value: Json | undefined, path: Path): JsonObject | undefined {
  if (value === undefined || value === null) return undefined;
  return isJsonObject(value) ? value : refuse("a mapping is needed", path);
}

function listAt(value: Json | undefined, path: Path): readonly Json[] {
  const list = value ?? [];
  return isJsonArray(list) ? list : refuse("a list is needed", path);
}

function textsAt(value: Json | undefined, path: Path): readonly string[] {
  return listAt(value, path).map((entry, index) => textAt(entry, [...path, index]));
}

function oneOf(value: Json | undefined, allowed: readonly string[], path: Path): void {
  if (value !== undefined && value !== null && !allowed.some((entry) => entry === value))
    refuse(`one of ${allowed.join(", ")} is needed`, path);
}
