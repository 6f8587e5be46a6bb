/**
 * Judges an inventory by controls. It may not read the clock, drop an error, or report a target it did not look at:
 * what could not be evaluated is a result `unknown`.
 */
import type { Inventory } from "../inventory/inventory.ts";
import { once } from "../inventory/once.ts";
import type { Gap } from "../model/gap.ts";
import type { Path, ResourceRef } from "../model/resource.ts";
import { classifier, type Classes } from "./alike.ts";
import { compile, readsOf, type CelFailure, type Program, type Read } from "./cel/compile.ts";
import { isCelControl, type CelControl, type Control, type TypedControl } from "./control.ts";
import { openLedger, type Evaluation, type Judged, type Ledger } from "./ledger.ts";
import { kindsOf, namesOf, pathOfText, sitesOf, type Site, type SiteList, type Sites } from "./places.ts";
import { checkFor } from "./version.ts";

/** Evaluates controls in the order given. `everyResult` keeps passed and skipped results too, not only their number. */
export function evaluate(
  inventory: Inventory,
  controls: readonly Control[],
  everyResult = false,
): Evaluation {
  const ledger = openLedger(inventory, controls, everyResult);
  const sites = sitesOf(inventory);
  const classesOf = classifier();
  for (const control of controls) {
    if (isCelControl(control)) judgeByCel(control, { inventory, sites, classesOf }, ledger);
    else judgeByFunction(control, inventory, ledger);
  }
  return ledger.close();
}

/** What an evaluation looks at, shared by its controls. */
interface View {
  readonly inventory: Inventory;
  readonly sites: Sites;
  readonly classesOf: (sites: SiteList, reads: readonly Read[]) => Classes;
}

interface Check {
  readonly control: CelControl;
  readonly validate: Program;
  readonly when?: Program;
  /** What both read; `undefined` where that is not known, and nothing can be called alike. */
  readonly reads: () => readonly Read[] | undefined;
  readonly path: Path;
}

const compiled = new WeakMap<CelControl, Map<string, Check>>();

/** Compiles a control's check for a version once. Throws `CelError` where its text is not valid CEL. */
export function checkOf(control: CelControl, text: string): Check {
  const known = compiled.get(control)?.get(text);
  if (known !== undefined) return known;
  const names = namesOf(control.target, control.each !== undefined);
  const validate = compile(text, names);
  const when = control.when === undefined ? undefined : compile(control.when, names);
  const check: Check = {
    control,
    validate,
    ...(when === undefined ? {} : { when }),
    reads: once(() => readsOf(when === undefined ? [validate.ast] : [when.ast, validate.ast], names)),
    path: pathOfText(control.path),
  };
  const versions = compiled.get(control) ?? new Map<string, Check>();
  compiled.set(control, versions.set(text, check));
  return check;
}

function judgeByCel(control: CelControl, view: View, ledger: Ledger): void {
  const { inventory, sites } = view;
  const text = checkFor(control, inventory.server.version);
  if (text === undefined) {
    ledger.count(control, "skip");
    return;
  }
  const { target, each } = control;
  const entries = each === undefined ? undefined : sites.entriesOf(target, each);
  const list = entries ?? sites.of(target);
  // Compiled only where there is something to judge: most scans have no place for most controls.
  if (list.size > 0) judgeSites(checkOf(control, text), list, view, ledger);
  for (const site of entries?.empty ?? []) passWhole(control, site, ledger);
  writeBlindKinds(control, inventory, ledger);
}

/** Fewer sites are judged one by one in less time than it takes to tell which of them are alike. */
const worthwhile = 64;

function judgeSites(check: Check, sites: SiteList, view: View, ledger: Ledger): void {
  const reads = sites.size < worthwhile ? undefined : check.reads();
  const classes = reads === undefined ? undefined : view.classesOf(sites, reads);
  const verdicts: Verdict[] = [];
  let isWritten = ledger.everyResult;
  for (let number = 0; number < (classes?.first.length ?? sites.size); number += 1) {
    const verdict = verdictAt(check, sites.frameAt(classes === undefined ? number : classes.first[number]!));
    verdicts.push(verdict);
    if (ledger.everyResult) continue;
    if (verdict === "pass" || verdict === "skip")
      ledger.count(check.control, verdict, classes?.sizes[number] ?? 1);
    else isWritten = true;
  }
  if (!isWritten) return;
  for (let index = 0; index < sites.size; index += 1) {
    const verdict = verdicts[classes?.of[index] ?? index]!;
    if (ledger.everyResult || (verdict !== "pass" && verdict !== "skip"))
      writeVerdict(check, sites.at(index), verdict, ledger);
  }
}

type Verdict = "pass" | "fail" | "skip" | CelFailure;

function verdictAt(check: Check, frame: Site["frame"]): Verdict {
  const applies = check.when === undefined ? true : check.when.test(frame);
  if (applies === false) return "skip";
  const holds = applies === true ? check.validate.test(frame) : applies;
  return holds === true ? "pass" : holds === false ? "fail" : holds;
}

function writeVerdict(check: Check, site: Site, verdict: Verdict, ledger: Ledger): void {
  if (verdict === "skip") write(check, site, ledger, "skip", "does not apply here");
  else if (verdict === "pass") write(check, site, ledger, "pass", "holds");
  else if (verdict === "fail") write(check, site, ledger, "fail", check.control.message);
  else {
    const because = `${unevaluated}${verdict.message}`;
    write(check, site, ledger, "unknown", because);
    ledger.gap(evaluationGap(check.control, because));
  }
}

/** Nothing is listed that could fail. */
function passWhole(control: CelControl, site: Site, ledger: Ledger): void {
  const path = pathOfText(control.each ?? "");
  if (ledger.everyResult)
    ledger.write(control, { outcome: "pass", because: "holds", place: site.place, path });
  else ledger.count(control, "pass");
}

function write(
  check: Check,
  site: Site,
  ledger: Ledger,
  outcome: "pass" | "fail" | "skip" | "unknown",
  because: string,
): void {
  ledger.write(check.control, { outcome, because, place: site.place, path: check.path });
}

const unevaluated = "The check could not be evaluated here: ";

/** The gap that a check left which could not be evaluated; `undefined` for any other result. */
export function failureGap({ control, result, place }: Judged): Gap | undefined {
  if (result.result !== "unknown" || place === undefined || !isCelControl(control)) return undefined;
  return result.because.startsWith(unevaluated) ? evaluationGap(control, result.because) : undefined;
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
