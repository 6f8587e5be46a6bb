/** Judges each field that a patch changes of a workload, and mends what would be refused where a field knows how. */
import { containersOf, podTemplatesOf } from "../../inventory/podspec.ts";
import type { PatchOperation } from "../../model/finding.ts";
import { refKey, type Resource } from "../../model/resource.ts";
import type { Container, PodTemplate, Workload } from "../../model/workload.ts";
import type { Change, Field, Judgement, Repair } from "../fields/field.ts";
import { ordered } from "../fields/site.ts";
import type { WorkloadEvidence } from "./gathered.ts";
import { applyOperations } from "../patches/patch.ts";
import { fieldsFor, reachedBy, speaksFor } from "./reached.ts";
import type { Judged } from "./tell.ts";
import { templatesOf, type Template } from "./template.ts";
import type { Touched } from "./touched.ts";
import { siteOf, type World } from "./world.ts";

const mostRounds = 10;

/** What a patch is judged by. */
export interface Scene {
  readonly workload: Workload;
  readonly world: World;
  readonly evidence: WorkloadEvidence;
}

export interface Outcome {
  readonly judged: readonly Judged[];
  readonly repair: readonly PatchOperation[];
  /** Whether a repair was tried, which may touch more than the patch does. */
  readonly tried: boolean;
}

/** Repairs one field after the other, each on top of those before; all or none of them are kept. */
export function mended(resource: Resource, operations: readonly PatchOperation[], scene: Scene): Outcome {
  const first = judgeAll(resource, operations, scene);
  const texts = new Map<string, string[]>();
  /** By whose repair a field came to be judged. */
  const owners = new Map(first.map((each) => [keyOf(each), keyOf(each)]));
  const repair: PatchOperation[] = [];
  let judged = first;
  for (let round = 0; round < mostRounds; round += 1) {
    const broken = judged.find(({ judgement }) => judgement.verdict === "breaks");
    if (broken === undefined) break;
    const next: Repair | undefined = broken.judgement.repair;
    if (next === undefined || next.operations.length === 0)
      return { judged: first, repair: [], tried: repair.length > 0 };
    repair.push(...next.operations);
    // What a repair makes necessary is part of what it repairs.
    const key = owners.get(keyOf(broken)) ?? keyOf(broken);
    texts.set(key, [...(texts.get(key) ?? []), next.text]);
    judged = judgeAll(resource, [...operations, ...repair], scene);
    for (const each of judged) if (!owners.has(keyOf(each))) owners.set(keyOf(each), key);
  }
  if (repair.length === 0) return { judged: first, repair, tried: false };
  const known = new Set(first.map(keyOf));
  const failed = judged.some(
    (each) =>
      each.judgement.verdict !== "clear" &&
      (!known.has(keyOf(each)) || texts.has(keyOf(each)) || each.judgement.verdict === "breaks"),
  );
  if (failed) return { judged: first, repair: [], tried: true };
  const before = new Map(first.map((each) => [keyOf(each), each]));
  return {
    judged: judged
      .filter((each) => known.has(keyOf(each)))
      .map((each) => {
        const text = texts.get(keyOf(each));
        return text === undefined
          ? each
          : { ...each, repaired: text.join(", and "), was: before.get(keyOf(each))!.judgement };
      }),
    repair,
    tried: true,
  };
}

function keyOf({ field, container }: Judged): string {
  return `${field} ${container ?? ""}`;
}

function judgeAll(before: Resource, operations: readonly PatchOperation[], scene: Scene): readonly Judged[] {
  const touched = reachedBy(before, operations);
  const now = podTemplatesOf(applyOperations(before, operations));
  const judged = templatesOf(before).flatMap((template, index) => {
    const other = now[index];
    return other === undefined ? [] : judgeTemplate(template, other, touched.spoken, scene);
  });
  return [...judged, ...touched.strange];
}

/** Whether a patch changes which image runs, of which hardly two are the same. */
export function isOfImage({ path }: Touched): boolean {
  return path === "container.image";
}

function judgeTemplate(
  before: Template,
  after: PodTemplate,
  touched: readonly Touched[],
  scene: Scene,
): readonly Judged[] {
  if (touched.length === 0) return [];
  const { evidence } = scene;
  const named = touched.some(isOfImage) ? evidence : undefined;
  const others = new Map(containersOf(after).map((container) => [container.name, container]));
  const asked = [...new Set(touched.flatMap(({ path }) => fieldsFor(path)))];
  return before.containers.flatMap((container) => {
    const other = others.get(container.name);
    if (other === undefined || container.role === "ephemeral") return [];
    const mine = asked.filter((field) =>
      touched.some(
        (each) => (each.container ?? container.name) === container.name && speaksFor(field, each.path),
      ),
    );
    if (mine.length === 0) return [];
    const seen = evidence.container(container);
    const change: Change = {
      before: siteOf(before, container, scene.workload, scene.world, named),
      after: siteOf(after, other, scene.workload, scene.world, named),
      seen,
      account: evidence.account,
    };
    return mine.map((field) => ({
      field: field.id,
      container: container.name,
      judgement: judgeField(field, change, other, scene),
      seen,
    }));
  });
}

function judgeField(field: Field, change: Change, container: Container, scene: Scene): Judgement {
  const [old, now] = [change.before, change.after].map((site) => ordered(field.effective(site)));
  if (old === now)
    return { verdict: "clear", basis: "construction", because: "What is in force stays as it is" };
  const judgement = field.judge(change);
  if (judgement.verdict === "clear") return judgement;
  const pods = scene.world.pods.get(refKey(scene.workload.root)) ?? [];
  const comply = pods.every(
    ({ template, ready }) => ready && complies(template, field, container, now!, scene),
  );
  if (pods.length === 0 || !comply) return judgement;
  return {
    verdict: "clear",
    basis: "construction",
    because: pods.length === 1 ? "Its pod runs so as it is" : `All ${pods.length} pods of it run so as it is`,
  };
}

/** An admission policy, say, made the pods so already. */
function complies(
  template: PodTemplate,
  field: Field,
  after: Container,
  now: string,
  { workload, world, evidence }: Scene,
): boolean {
  const container = containersOf(template).find(({ name }) => name === after.name);
  if (container === undefined || container.image !== after.raw["image"]) return false;
  const site = siteOf(template, container, workload, world, evidence);
  return ordered(field.effective(site)) === now;
}
