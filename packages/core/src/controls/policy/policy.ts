/**
 * ValidatingAdmissionPolicies as controls: what a cluster or a folder holds is judged in the scan as it would be on
 * creation. It may not guess: what asks who makes the request, or for parameters that were not read, is unknown.
 */
import type { Inventory } from "../../inventory/inventory.ts";
import { matchesSelector } from "../../inventory/selector.ts";
import type { Gap } from "../../model/gap.ts";
import { isJsonObject, type Json, type JsonObject } from "../../model/json.ts";
import { refOf, type Resource, type ResourceRecord } from "../../model/resource.ts";
import { defineControl, type Judgement, type TypedControl } from "../control.ts";
import { apiResourceOf, matchOf } from "./match.ts";
import { compilePolicy, type PolicyProgram } from "./program.ts";

const group = "admissionregistration.k8s.io";
export const policyKind = `${group}/v1/ValidatingAdmissionPolicy`;
export const policyBindingKind = `${group}/v1/ValidatingAdmissionPolicyBinding`;

export interface PolicyControls {
  readonly controls: readonly TypedControl[];
  /** Policies that cannot be evaluated, with the reason. */
  readonly gaps: readonly Gap[];
}

/** One control for each policy that was read; those that this project exported itself are left out: they are the controls. */
export function policyControls(inventory: Inventory): PolicyControls {
  const controls: TypedControl[] = [];
  const gaps: Gap[] = [];
  for (const record of inventory.ofKind(policyKind)) {
    const { name = "", annotations = {} } = record.resource.metadata;
    if (annotations["plimsoll.dev/control"] !== undefined) continue;
    try {
      const spec = objectOf(record.resource["spec"]);
      controls.push(controlOf(name, spec, compilePolicy(spec)));
    } catch (error) {
      const message = `ValidatingAdmissionPolicy ${name} cannot be evaluated: ${error instanceof Error ? error.message : String(error)}`;
      gaps.push({
        reason: "unsupported",
        source: record.source.file,
        message,
        kinds: [],
        remedy: "correct the expression",
      });
    }
  }
  return { controls, gaps };
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
  const bindings = inventory.ofKind(policyBindingKind).map(({ resource }) => objectOf(resource["spec"]));
  const own = bindings.filter((binding) => binding["policyName"] === name);
  if (own.length === 0 && inventory.server.kind === "cluster") return;
  for (const { resource } of inventory.records) {
    if (resource.apiVersion.startsWith(`${group}/`)) continue;
    const match = matchOf(spec["matchConstraints"], resource, inventory);
    if (match === "no") continue;
    for (const binding of own.length === 0 ? [{}] : own) {
      const bound = matchOf(binding["matchResources"], resource, inventory);
      if (bound === "no") continue;
      if (match === "converted" || bound === "converted") {
        yield {
          resource: refOf(resource),
          result: "unknown",
          because: "the policy is written for another version of this kind",
        };
      } else {
        yield* judgeBound(spec, program, binding, resource, inventory);
      }
    }
  }
}

function* judgeBound(
  spec: JsonObject,
  program: PolicyProgram,
  binding: JsonObject,
  resource: Resource,
  inventory: Inventory,
): Generator<Judgement> {
  const ref = refOf(resource);
  if (program.asksWho) {
    yield {
      resource: ref,
      result: "unknown",
      because: "the policy asks who makes the request, which a scan cannot know",
    };
    return;
  }
  const namespace = inventory
    .ofKind("v1/Namespace")
    .find((record) => record.resource.metadata.name === ref.namespace);
  if (program.references.has("namespaceObject") && ref.namespace !== "" && namespace === undefined) {
    yield {
      resource: ref,
      result: "unknown",
      because: `the policy asks for Namespace ${ref.namespace}, which was not read`,
    };
    return;
  }
  const params = paramsOf(spec, binding, ref.namespace, inventory);
  if (typeof params === "string") {
    yield {
      resource: ref,
      result: params === "allowed" ? "skip" : params === "denied" ? "fail" : "unknown",
      because: `the policy's parameters are ${params === "unread" ? "of a kind that was not read" : "not there"}`,
    };
    return;
  }
  const shared = [resource, null, requestOf(resource)];
  for (const param of params)
    yield judgeOne(spec, program, [...shared, param, namespace?.resource ?? null, null], resource);
}

function judgeOne(
  spec: JsonObject,
  program: PolicyProgram,
  frame: readonly unknown[],
  resource: Resource,
): Judgement {
  const ref = refOf(resource);
  const failed = (message: string): Judgement =>
    spec["failurePolicy"] === "Ignore"
      ? {
          resource: ref,
          result: "skip",
          because: `the policy fails here and its failurePolicy ignores that: ${message}`,
        }
      : { resource: ref, result: "fail", because: `the policy fails here, and so refuses it: ${message}` };
  let broken: string | undefined;
  for (const condition of program.conditions) {
    const held = condition.test(frame);
    if (held === false) return { resource: ref, result: "skip", because: "a match condition leaves it out" };
    if (held !== true) broken ??= held.message;
  }
  if (broken !== undefined) return failed(broken);
  for (const { test, message, messageExpression } of program.validations) {
    const held = test.test(frame);
    if (held === true) continue;
    if (held !== false) return failed(held.message);
    const told = messageExpression?.evaluate(frame).value;
    return {
      resource: ref,
      result: "fail",
      because: typeof told === "string" && told.trim() !== "" ? told : message,
    };
  }
  return { resource: ref, result: "pass", because: "the policy admits it" };
}

/** The parameters a binding names: each judged on its own. `[null]` where the policy takes none. */
function paramsOf(
  spec: JsonObject,
  binding: JsonObject,
  namespace: string,
  inventory: Inventory,
): readonly (Resource | null)[] | "allowed" | "denied" | "unread" {
  const kind = objectOf(spec["paramKind"]);
  const reference = objectOf(binding["paramRef"]);
  if (typeof kind["kind"] !== "string" || Object.keys(reference).length === 0) return [null];
  const gvk = `${String(kind["apiVersion"])}/${kind["kind"]}`;
  const where = typeof reference["namespace"] === "string" ? reference["namespace"] : namespace;
  const found = inventory.ofKind(gvk).filter((record) => isNamed(record, reference, where));
  if (found.length > 0) return found.map(({ resource }) => resource);
  if (!inventory.covers(gvk, where)) return "unread";
  return reference["parameterNotFoundAction"] === "Allow" ? "allowed" : "denied";
}

function isNamed({ resource }: ResourceRecord, reference: JsonObject, namespace: string): boolean {
  const own = resource.metadata.namespace;
  if (own !== undefined && own !== namespace) return false;
  if (typeof reference["name"] === "string") return resource.metadata.name === reference["name"];
  return matchesSelector(reference["selector"], resource.metadata.labels);
}

function requestOf(resource: Resource): JsonObject {
  const { group, version, resource: plural } = apiResourceOf(resource);
  return {
    kind: { group, version, kind: resource.kind },
    resource: { group, version, resource: plural },
    requestKind: { group, version, kind: resource.kind },
    requestResource: { group, version, resource: plural },
    name: resource.metadata.name ?? "",
    namespace: resource.metadata.namespace ?? "",
    operation: "CREATE",
    dryRun: false,
  };
}

function objectOf(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}
