/**
 * ValidatingAdmissionPolicies as controls: what a cluster or a folder holds is judged in the scan as it would be on
 * creation. It may not guess: what asks who makes the request, or for parameters that were not read, is unknown.
 */
import type { Inventory } from "../../inventory/inventory.ts";
import { matchesSelector } from "../../inventory/selector.ts";
import type { Gap } from "../../model/gap.ts";
import {
  admissionGroup,
  admissionRecords,
  policyBindingKind,
  policyKind,
} from "../../inventory/admission.ts";
import { groupOf, isNamespaced } from "../../inventory/scope.ts";
import { formatPath } from "../../inventory/path.ts";
import { locate } from "../../inventory/spot.ts";
import { isJsonObject, type Json, type JsonObject } from "../../model/json.ts";
import { refOf, type Resource, type ResourceRecord } from "../../model/resource.ts";
import { defineControl, type Judgement, type TypedControl } from "../control.ts";
import { byteLength } from "../cel/values/text.ts";
import { checkBinding, PolicyFault } from "./faults.ts";
import { allOf, apiResourceOf, matchOf } from "./match.ts";
import { compilePolicy, type PolicyProgram, type Validation } from "./program.ts";

export interface PolicyControls {
  readonly controls: readonly TypedControl[];
  /** Policies that cannot be evaluated, with the reason. */
  readonly gaps: readonly Gap[];
}

/** One control for each policy that was read; those that this project exported itself are left out: they are the controls. */
export function policyControls(inventory: Inventory): PolicyControls {
  const controls: TypedControl[] = [];
  const gaps: Gap[] = [];
  for (const record of admissionRecords(inventory, policyKind)) {
    const { name = "", annotations = {} } = record.resource.metadata;
    if (annotations["plimsoll.dev/control"] !== undefined) continue;
    try {
      const spec = objectOf(record.resource["spec"]);
      controls.push(controlOf(name, spec, compilePolicy(spec)));
    } catch (error) {
      if (!(error instanceof PolicyFault)) throw error;
      gaps.push(gapOf(record, error));
    }
  }
  for (const record of admissionRecords(inventory, policyBindingKind)) {
    const fault = bindingFault(record);
    if (fault !== undefined) gaps.push(gapOf(record, fault));
  }
  return { controls, gaps };
}

function bindingFault({ resource }: ResourceRecord): PolicyFault | undefined {
  try {
    checkBinding(objectOf(resource["spec"]));
    return undefined;
  } catch (error) {
    if (error instanceof PolicyFault) return error;
    throw error;
  }
}

function gapOf({ resource, source }: ResourceRecord, { message, path }: PolicyFault): Gap {
  const { kind, metadata } = resource;
  return {
    reason: "unsupported",
    source: source.file,
    message: `${kind} ${metadata.name ?? ""} cannot be evaluated: ${formatPath(resource, path)}: ${message}`,
    kinds: [],
    ...locate(resource, source, path),
    remedy: "correct it there",
  };
}

function controlOf(name: string, spec: JsonObject, program: PolicyProgram): TypedControl {
  return defineControl({
    id: `policy.${name}`,
    title: `What is there would be admitted by the policy ${name}`,
    severity: "medium",
    why: "The cluster's own admission policy refuses this on creation; what was there before it was never asked.",
    remediation: `Change the resource so that the ValidatingAdmissionPolicy ${name} admits it, or exempt it in the policy's binding.`,
    equivalents: [],
    target: "cluster",
    reads: [],
    noFix: "a policy says what is wrong, not what would be right",
    examples: { pass: [], fail: [] },
    judge: (inventory) => judgePolicy(name, spec, program, inventory),
  });
}

function* judgePolicy(
  name: string,
  spec: JsonObject,
  program: PolicyProgram,
  inventory: Inventory,
): Generator<Judgement> {
  const bindings = admissionRecords(inventory, policyBindingKind).filter(
    ({ resource }) => objectOf(resource["spec"])["policyName"] === name,
  );
  if (bindings.length === 0 && inventory.server.kind === "cluster") return;
  const own = bindings
    .filter((record) => bindingFault(record) === undefined)
    .map(({ resource }) => objectOf(resource["spec"]));
  for (const { resource } of inventory.records) {
    if (groupOf(resource.apiVersion) === admissionGroup) continue;
    const match = matchOf(spec["matchConstraints"], resource, inventory);
    if (match === "no") continue;
    for (const binding of bindings.length === 0 ? [undefined] : own) {
      const bound = allOf([match, matchOf(binding?.["matchResources"], resource, inventory)]);
      if (bound === "no") continue;
      if (bound === "yes") yield* judgeBound(spec, program, binding, resource, inventory);
      else yield unknown(resource, bound.unknown);
    }
  }
}

function unknown(resource: Resource, because: string): Judgement {
  return { resource: refOf(resource), result: "unknown", because };
}

/** `binding`: `undefined` where a file holds the policy alone. */
function* judgeBound(
  spec: JsonObject,
  program: PolicyProgram,
  binding: JsonObject | undefined,
  resource: Resource,
  inventory: Inventory,
): Generator<Judgement> {
  if (program.asksWho) {
    yield unknown(resource, "the policy asks who makes the request, which a scan cannot know");
    return;
  }
  const { namespace = "" } = resource.metadata;
  if (namespace === "" && program.asksWhere && isNamespaced(resource, inventory) !== false) {
    yield unknown(resource, "the policy asks for the namespace, and the file names none");
    return;
  }
  const home =
    namespace === ""
      ? undefined
      : inventory.get({ apiVersion: "v1", kind: "Namespace", namespace: "", name: namespace })?.resource;
  if (program.references.has("namespaceObject") && namespace !== "" && home === undefined) {
    yield unknown(resource, `the policy asks for Namespace ${namespace}, which was not read`);
    return;
  }
  const params = paramsOf(spec, binding, resource, inventory);
  if ("result" in params) {
    yield { resource: refOf(resource), ...params };
    return;
  }
  const shared = [resource, null, requestOf(resource)];
  for (const param of params)
    yield judgeOne(spec, program, [...shared, param, home ?? null, null, null], resource);
}

function judgeOne(
  spec: JsonObject,
  program: PolicyProgram,
  frame: readonly unknown[],
  resource: Resource,
): Judgement {
  const said = (result: "pass" | "fail" | "skip", because: string): Judgement => ({
    resource: refOf(resource),
    result,
    because,
  });
  const failed = (message: string): Judgement =>
    spec["failurePolicy"] === "Ignore"
      ? said("skip", `the policy fails here and its failurePolicy ignores that: ${message}`)
      : said("fail", `the policy fails here, and so refuses it: ${message}`);
  let broken: string | undefined;
  for (const condition of program.conditions) {
    const held = condition.test(frame);
    if (held === false) return said("skip", "a match condition leaves it out");
    if (held !== true) broken ??= held.message;
  }
  if (broken !== undefined) return failed(broken);
  // One that fails decides nothing of those after it.
  let worst = said("pass", "the policy admits it");
  for (const validation of program.validations) {
    const held = validation.test.test(frame);
    if (held === false) return said("fail", messageOf(validation, frame));
    if (held !== true && worst.result === "pass") worst = failed(held.message);
  }
  if (worst.result !== "pass") return worst;
  for (const annotation of program.annotations) {
    const { error } = annotation.evaluate(frame);
    if (error !== undefined) return failed(error.message);
  }
  return worst;
}

/** Bytes; a longer message is none. */
const longestMessage = 5 * 1024;

/** What the API server says: the message that is made, unless it fails, is blank, too long or of several lines. */
function messageOf({ message, messageExpression }: Validation, frame: readonly unknown[]): string {
  const made = messageExpression?.evaluate(frame).value;
  const text = typeof made === "string" ? made.trim() : "";
  const isFit = text !== "" && byteLength(text) <= longestMessage && !/[\r\n]/.test(text);
  return isFit ? text : message;
}

/** The parameters a binding names: each judged on its own. `[null]` where the policy takes none, or the binding gives none. */
function paramsOf(
  spec: JsonObject,
  binding: JsonObject | undefined,
  resource: Resource,
  inventory: Inventory,
): readonly (Resource | null)[] | Pick<Judgement, "result" | "because"> {
  const kind = objectOf(spec["paramKind"]);
  if (typeof kind["kind"] !== "string") return [null];
  if (binding === undefined)
    return {
      result: "unknown",
      because: "the policy takes parameters, and no binding was read that names them",
    };
  const reference = objectOf(binding["paramRef"]);
  if (Object.keys(reference).length === 0) return [null];
  const gvk = `${String(kind["apiVersion"])}/${kind["kind"]}`;
  const where = textOf(reference["namespace"]) || (resource.metadata.namespace ?? "");
  const named = inventory.ofKind(gvk).filter((record) => isNamed(record, reference));
  const found = named.filter((record) => (record.resource.metadata.namespace ?? where) === where);
  if (where === "" && found.length < named.length && isNamespaced(resource, inventory) !== false)
    return {
      result: "unknown",
      because: "the policy's parameters are those of the namespace, and the file names none",
    };
  if (found.length > 0) return found.map((record) => record.resource);
  if (!inventory.covers(gvk, where))
    return { result: "unknown", because: "the policy's parameters are of a kind that was not read" };
  const because = "the policy's parameters are not there";
  const refused = reference["parameterNotFoundAction"] !== "Allow" && spec["failurePolicy"] !== "Ignore";
  return { result: refused ? "fail" : "skip", because };
}

function isNamed({ resource }: ResourceRecord, reference: JsonObject): boolean {
  if (typeof reference["name"] === "string") return resource.metadata.name === reference["name"];
  return matchesSelector(reference["selector"], resource.metadata.labels);
}

function requestOf(resource: Resource): JsonObject {
  const { group, version, resource: plural } = apiResourceOf(resource);
  // The API server takes a Namespace to be in itself.
  const isNamespace = resource.apiVersion === "v1" && resource.kind === "Namespace";
  return {
    kind: { group, version, kind: resource.kind },
    resource: { group, version, resource: plural },
    requestKind: { group, version, kind: resource.kind },
    requestResource: { group, version, resource: plural },
    name: resource.metadata.name ?? "",
    namespace: (isNamespace ? resource.metadata.name : resource.metadata.namespace) ?? "",
    operation: "CREATE",
    dryRun: false,
  };
}

function textOf(value: Json | undefined): string {
  return typeof value === "string" ? value : "";
}

function objectOf(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}
