/** Kubernetes' questions to the authorizer: they compile, but without a request there is nobody to ask. */
import { fail } from "../values/value.ts";
import { define } from "./registry.ts";
import type { FunctionDefinition } from "./registry.ts";

const A = "kubernetes.authorization";

function ask(name: string, overloads: readonly string[]): FunctionDefinition {
  return define(name, overloads, () =>
    fail("needs-request", `${name}() asks the authorizer, which needs a request`),
  );
}

function setter(name: string): FunctionDefinition {
  return ask(name, [`resourcecheck_${name} ${A}.ResourceCheck.(string) -> ${A}.ResourceCheck`]);
}

/** The functions of this library. */
export const authorizer: readonly FunctionDefinition[] = [
  ask("path", [`authorizer_path ${A}.Authorizer.(string) -> ${A}.PathCheck`]),
  ask("check", [
    `pathcheck_check ${A}.PathCheck.(string) -> ${A}.Decision`,
    `resourcecheck_check ${A}.ResourceCheck.(string) -> ${A}.Decision`,
  ]),
  ask("group", [`authorizer_group ${A}.Authorizer.(string) -> ${A}.GroupCheck`]),
  ask("serviceAccount", [`authorizer_serviceaccount ${A}.Authorizer.(string, string) -> ${A}.Authorizer`]),
  ask("resource", [`groupcheck_resource ${A}.GroupCheck.(string) -> ${A}.ResourceCheck`]),
  ...["subresource", "namespace", "name"].map(setter),
  ask("fieldSelector", [`authorizer_fieldselector ${A}.ResourceCheck.(string) -> ${A}.ResourceCheck`]),
  ask("labelSelector", [`authorizer_labelselector ${A}.ResourceCheck.(string) -> ${A}.ResourceCheck`]),
  ask("allowed", [`decision_allowed ${A}.Decision.() -> bool`]),
  ask("reason", [`decision_reason ${A}.Decision.() -> string`]),
  ask("errored", [`decision_errored ${A}.Decision.() -> bool`]),
  ask("error", [`decision_error ${A}.Decision.() -> string`]),
];
