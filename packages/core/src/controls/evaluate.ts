/**
 * Judges an inventory by controls. It may not read the clock, drop an error, or report a target it did not look at:
 * what could not be evaluated is a result `unknown`.
 */
import type { Inventory } from "../inventory/inventory.ts";
import type { Gap } from "../model/gap.ts";
import type { Path, ResourceRef } from "../model/resource.ts";
import { compile, type Program } from "./cel/compile.ts";
import { isCelControl, type CelControl, type Control, type TypedControl } from "./control.ts";
import { openLedger, type Evaluation, type Ledger } from "./ledger.ts";
import { baseOf, kindsOf, namesOf, pathOfText, sitesOf, type Site, type Sites } from "./places.ts";
import { checkFor } from "./version.ts";

/** Evaluates controls in the order given. `everyResult` keeps passed and skipped results too, not only their number. */
export function evaluate(
  inventory: Inventory,
  controls: readonly Control[],
  everyResult = false,
): Evaluation {
  const ledger = openLedger(inventory, controls, everyResult);
  const sites = sitesOf(inventory);
  for (const control of controls) {
    if (isCelControl(control)) judgeByCel(control, inventory, sites, ledger);
    else judgeByFunction(control, inventory, ledger);
  }
  return ledger.close();
}

interface Check {
  readonly control: CelControl;
  readonly validate: Program;
  readonly when?: Program;
  readonly path: Path;
}

const compiled = new WeakMap<CelControl, Map<string, Check>>();

/** Compiles a control's check for a version once. Throws `CelError` where its text is not valid CEL. */
export function checkOf(control: CelControl, text: string): Check {
  const known = compiled.get(control)?.get(text);
  if (known !== undefined) return known;
  const names = namesOf(control.target, control.each !== undefined);
  const check: Check = {
    control,
    validate: compile(text, names),
    ...(control.when === undefined ? {} : { when: compile(control.when, names) }),
    path: pathOfText(control.path),
  };
  const versions = compiled.get(control) ?? new Map<string, Check>();
  compiled.set(control, versions.set(text, check));
  return check;
}

function judgeByCel(control: CelControl, inventory: Inventory, sites: Sites, ledger: Ledger): void {
  const text = checkFor(control, inventory.server.version);
  if (text === undefined) {
    ledger.count(control, "skip");
    return;
  }
  // Compiled only where there is something to judge: most scans have no place for most controls.
  if (control.each === undefined) {
    const places = sites.of(control.target);
    if (places.length > 0) {
      const check = checkOf(control, text);
      for (const site of places) judgeSite(check, site, ledger);
    }
  } else {
    for (const { site, items } of sites.itemsOf(control.target, control.each)) {
      for (const item of items) judgeSite(checkOf(control, text), item, ledger);
      if (items.length === 0) passWhole(control, site, ledger);
    }
  }
  writeBlindKinds(control, inventory, ledger);
}

function judgeSite(check: Check, site: Site, ledger: Ledger): void {
  const applies = check.when === undefined ? true : check.when.test(site.frame);
  if (applies === false) {
    if (ledger.everyResult) write(check, site, ledger, "skip", "does not apply here");
    else ledger.count(check.control, "skip");
    return;
  }
  const holds = applies === true ? check.validate.test(site.frame) : applies;
  if (holds === true) pass(check, site, ledger);
  else if (holds === false) write(check, site, ledger, "fail", check.control.message);
  else {
    const because = `The check could not be evaluated here: ${holds.message}`;
    write(check, site, ledger, "unknown", because);
    ledger.gap(evaluationGap(check.control, because));
  }
}

/** Nothing is listed that could fail. */
function passWhole(control: CelControl, site: Site, ledger: Ledger): void {
  const path = [...baseOf(site.place), ...pathOfText(control.each ?? "")];
  if (ledger.everyResult)
    ledger.write(control, { outcome: "pass", because: "holds", place: site.place, path });
  else ledger.count(control, "pass");
}

function pass(check: Check, site: Site, ledger: Ledger): void {
  if (ledger.everyResult) write(check, site, ledger, "pass", "holds");
  else ledger.count(check.control, "pass");
}

function write(
  check: Check,
  site: Site,
  ledger: Ledger,
  outcome: "pass" | "fail" | "skip" | "unknown",
  because: string,
): void {
  const path = [...baseOf(site.place), ...check.path];
  ledger.write(check.control, { outcome, because, place: site.place, path });
}

function evaluationGap(control: Control, message: string): Gap {
  return { reason: "evaluation-error", source: control.id, message, kinds: [] };
}

/** What could not be listed is not judged: one `unknown` for each kind (and namespace) that the control reads. */
function writeBlindKinds(control: Control, inventory: Inventory, ledger: Ledger): void {
  for (const kind of kindsOf(control)) {
    if (inventory.covers(kind)) continue;
    const gap = inventory.gaps.find((entry) => entry.kinds.includes(kind));
    const because = gap === undefined ? `${kind} was not read` : `${kind} could not be read: ${gap.message}`;
    for (const namespace of gap?.namespaces ?? [""]) {
      ledger.write(control, { outcome: "unknown", because, ref: anyOf(kind, namespace) });
    }
  }
}

/** Stands for all resources of a kind that could not be listed. */
function anyOf(kind: string, namespace: string): ResourceRef {
  const at = kind.lastIndexOf("/");
  return { apiVersion: kind.slice(0, at), kind: kind.slice(at + 1), namespace, name: "*" };
}

function judgeByFunction(control: TypedControl, inventory: Inventory, ledger: Ledger): void {
  // Its own target is what it looked at; only what it reads beside that can leave an answer open.
  const read = control.reads;
  for (const judgement of control.judge(inventory)) {
    const { resource: ref, result, because, path, value, withoutFix } = judgement;
    const blind =
      result === "skip"
        ? undefined
        : read.find((kind) => !inventory.covers(kind, ref.namespace === "" ? undefined : ref.namespace));
    const outcome = blind === undefined ? result : "unknown";
    if (!ledger.everyResult && (outcome === "pass" || outcome === "skip")) {
      ledger.count(control, outcome);
      continue;
    }
    const record = inventory.get(ref);
    ledger.write(control, {
      outcome,
      because: blind === undefined ? because : `Cannot be told: ${blind} was not read whole`,
      ref,
      ...(record === undefined ? {} : { place: { record } }),
      ...(path === undefined ? {} : { path: pathOfText(path) }),
      ...(value === undefined ? {} : { value }),
      ...(withoutFix === undefined ? {} : { withoutFix }),
    });
  }
  writeBlindKinds(control, inventory, ledger);
}
