/**
 * Whether the condition of an exception holds, by what was read. What is not known does not hold: an exception that rests on
 * something unseen accepts nothing.
 */
import type { Inventory } from "../inventory/inventory.ts";
import type { Exception, ExceptionCondition } from "../model/exception.ts";
import type { ResourceRef } from "../model/resource.ts";
import { compile, CelError } from "./cel/compile.ts";
import type { Control } from "./control.ts";
import { evaluate } from "./evaluate.ts";
import type { Judged } from "./ledger.ts";

/** `""`: it holds; else one clause that says why it does not. */
export type Standing = (exception: Exception, namespace: string) => string;

const always: Standing = () => "";

/** Looks at once at all that conditions ask for. `namespace` is that of the finding; `""` for cluster-scoped ones. */
export function standingOf(
  exceptions: readonly Exception[],
  controls: readonly Control[],
  inventory: Inventory,
): Standing {
  const conditional = exceptions.filter((exception) => exception.while !== undefined);
  if (conditional.length === 0) return always;
  const answers = new Map(
    conditional.map((exception) => [exception, answerOf(exception.while!, controls, inventory)]),
  );
  return (exception, namespace) => answers.get(exception)?.(namespace) ?? "";
}

type Answer = (namespace: string) => string;

function answerOf(condition: ExceptionCondition, controls: readonly Control[], inventory: Inventory): Answer {
  const answer =
    "control" in condition ? ofControl(condition.control, controls, inventory) : ofKind(condition, inventory);
  return (namespace) => answer(condition.namespace ?? namespace);
}

function ofControl(id: string, controls: readonly Control[], inventory: Inventory): Answer {
  const control = controls.find((each) => each.id === id);
  if (control === undefined) return () => `not known: there is no control ${id}`;
  const { judged } = evaluate(inventory, [control], true);
  return (namespace) => {
    const where = namespace === "" ? "anywhere" : `in ${namespace}`;
    const own = judged.filter(({ result }) => namespace === "" || isIn(result.resource, namespace));
    const bad = own
      .filter(({ result }) => result.result === "fail" || result.result === "unknown")
      .reduce<Judged | undefined>(
        (first, each) => (first === undefined || each.result.id < first.result.id ? each : first),
        undefined,
      );
    if (bad === undefined)
      return own.some(({ result }) => result.result === "pass")
        ? ""
        : `${id} was not met ${where}: nothing to judge`;
    const { resource, result, because } = bad.result;
    const what = `${resource.kind} ${resource.name}`;
    return result === "fail" ? `${id} fails ${where} (${what})` : `not known: ${id} ${where} (${because})`;
  };
}

/** What could not be listed stands for every namespace. */
function isIn({ kind, namespace, name }: ResourceRef, wanted: string): boolean {
  return (
    namespace === wanted || (kind === "Namespace" && name === wanted) || (name === "*" && namespace === "")
  );
}

function ofKind(
  { kind, name, holds }: Extract<ExceptionCondition, { readonly kind: string }>,
  inventory: Inventory,
): Answer {
  const program = compile(holds, ["object"]);
  const found = inventory
    .ofKind(kind)
    .filter(({ resource }) => name === undefined || resource.metadata.name === name)
    .map(({ resource }) => ({
      namespace: resource.metadata.namespace ?? "",
      outcome: program.test([resource]),
    }));
  const word = kind.slice(kind.lastIndexOf("/") + 1);
  const which = name === undefined ? word : `${word} ${name}`;
  return (namespace) => {
    const own = found.filter(
      (each) => namespace === "" || each.namespace === "" || each.namespace === namespace,
    );
    if (own.some(({ outcome }) => outcome === true)) return "";
    if (!inventory.covers(kind, namespace === "" ? undefined : namespace))
      return `not known: ${kind} was not read whole`;
    const failed = own.map(({ outcome }) => outcome).find((outcome) => typeof outcome !== "boolean");
    if (failed !== undefined) return `not known: ${failed.message}`;
    const where = namespace === "" ? "" : ` in ${namespace}`;
    return own.length === 0 ? `no ${which} is there${where}` : `no ${which}${where} is as it says`;
  };
}

/** What is wrong with a condition, for whoever wrote it; `undefined` where nothing is. */
export function faultOf(condition: ExceptionCondition): string | undefined {
  if ("control" in condition) return undefined;
  if (!/^(?:[a-z0-9.-]+\/)?v[a-z0-9]+\/[A-Z][A-Za-z]*$/.test(condition.kind))
    return "kind: a version and a kind are needed, as networking.k8s.io/v1/NetworkPolicy";
  try {
    compile(condition.holds, ["object"]);
    return undefined;
  } catch (error) {
    if (error instanceof CelError) return `holds: ${error.message}`;
    throw error;
  }
}
