/**
 * The verdict of a change: every field that it changes, judged by what the workload was seen to do; then repaired where a
 * field knows how, and judged again. May not call clear what no field speaks for.
 */
import type { Seen as SeenBatch } from "../evidence/merge.ts";
import type { Inventory } from "../inventory/inventory.ts";
import { containersOf, podTemplatesOf } from "../inventory/podspec.ts";
import { isJsonObject } from "../model/json.ts";
import type { PatchOperation } from "../model/finding.ts";
import { refKey, refOf, type Resource } from "../model/resource.ts";
import type { EditVerdict } from "../model/verdict.ts";
import type { Container, PodTemplate, Workload } from "../model/workload.ts";
import type { Change, Field, Judgement, Repair, Site } from "./fields/field.ts";
import { fields } from "./fields/index.ts";
import { ordered } from "./fields/site.ts";
import { gathered, type Thresholds, type WorkloadEvidence } from "./gathered.ts";
import { applyOperations } from "./patch.ts";
import type { Judged } from "./tell.ts";
import { strangers } from "./strangers.ts";
import { judgeObject, type GroundOf } from "./objects/judge-object.ts";
import { groundOf } from "./objects/object-ground.ts";
import { touchedBy, type Touched } from "./touched.ts";
import { createVerdicts } from "./verdict.ts";

/** The verdict of a patch of a resource; operations as RFC 6902. */
export type Judge = (resource: Resource, operations: readonly PatchOperation[], undo: string) => EditVerdict;

/** A pod that is there. */
interface Standing {
  readonly template: PodTemplate;
  readonly ready: boolean;
}

interface World {
  readonly inventory: Inventory;
  readonly workloads: ReadonlyMap<string, Workload>;
  readonly pods: ReadonlyMap<string, readonly Standing[]>;
  readonly evidenceOf: (workload: Workload) => WorkloadEvidence;
}

/** `around`: what objects that run nothing are judged by, where the first two hold but a part of the cluster. */
export function createJudge(
  inventory: Inventory,
  seen: SeenBatch,
  least?: Thresholds,
  around: { readonly inventory: Inventory; readonly seen: SeenBatch } = { inventory, seen },
): Judge {
  const worldOf = once(() => world(inventory, seen, least));
  const near = once(() => groundOf(inventory, seen, least));
  const far = once(() =>
    around.inventory === inventory ? near() : groundOf(around.inventory, around.seen, least),
  );
  const reaching: GroundOf = (reach) => (reach === "cluster" ? far() : near());
  const verdictOf = createVerdicts();
  return (resource, operations, undo) => {
    const world = worldOf();
    const workload = world.workloads.get(refKey(refOf(resource)));
    if (workload === undefined) {
      const { judged, repair } = judgeObject(resource, operations, reaching);
      return verdictOf(judged, repair, undo, undefined);
    }
    const { judged, repair } = mended(resource, operations, workload, world);
    return verdictOf(judged, repair, undo, world.evidenceOf(workload));
  };
}

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

function world(inventory: Inventory, seen: SeenBatch, least: Thresholds | undefined): World {
  return {
    inventory,
    workloads: new Map(inventory.workloads.map((workload) => [refKey(workload.ref), workload])),
    pods: standingPods(inventory),
    evidenceOf: gathered(inventory, seen, least),
  };
}

function standingPods(inventory: Inventory): ReadonlyMap<string, readonly Standing[]> {
  const pods = inventory.workloads.filter(({ ref, derived }) => ref.kind === "Pod" && derived);
  const standing = new Map<string, Standing[]>();
  for (const { root, pod, record } of pods) {
    const list = standing.get(refKey(root)) ?? [];
    standing.set(refKey(root), list);
    list.push({ template: pod, ready: isReady(record.resource) });
  }
  return standing;
}

function isReady(pod: Resource): boolean {
  const status = pod["status"];
  const conditions = isJsonObject(status) ? status["conditions"] : undefined;
  return (
    Array.isArray(conditions) &&
    conditions.some(
      (each: unknown) => isJsonObject(each) && each["type"] === "Ready" && each["status"] === "True",
    )
  );
}

const mostRounds = 10;

interface Outcome {
  readonly judged: readonly Judged[];
  readonly repair: readonly PatchOperation[];
}

/** Repairs one field after the other, each on top of those before; all or none of them are kept. */
function mended(
  resource: Resource,
  operations: readonly PatchOperation[],
  workload: Workload,
  world: World,
): Outcome {
  const first = judgeAll(resource, operations, workload, world);
  const texts = new Map<string, string[]>();
  /** By whose repair a field came to be judged. */
  const owners = new Map(first.map((each) => [keyOf(each), keyOf(each)]));
  const repair: PatchOperation[] = [];
  let judged = first;
  for (let round = 0; round < mostRounds; round += 1) {
    const broken = judged.find(({ judgement }) => judgement.verdict === "breaks");
    if (broken === undefined) break;
    const next: Repair | undefined = broken.judgement.repair;
    if (next === undefined || next.operations.length === 0) return { judged: first, repair: [] };
    repair.push(...next.operations);
    // What a repair makes necessary is part of what it repairs.
    const key = owners.get(keyOf(broken)) ?? keyOf(broken);
    texts.set(key, [...(texts.get(key) ?? []), next.text]);
    judged = judgeAll(resource, [...operations, ...repair], workload, world);
    for (const each of judged) if (!owners.has(keyOf(each))) owners.set(keyOf(each), key);
  }
  if (repair.length === 0) return { judged: first, repair };
  const known = new Set(first.map(keyOf));
  const failed = judged.some(
    (each) =>
      each.judgement.verdict !== "clear" &&
      (!known.has(keyOf(each)) || texts.has(keyOf(each)) || each.judgement.verdict === "breaks"),
  );
  if (failed) return { judged: first, repair: [] };
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
  };
}

function keyOf({ field, container }: Judged): string {
  return `${field} ${container ?? ""}`;
}

function judgeAll(
  before: Resource,
  operations: readonly PatchOperation[],
  workload: Workload,
  world: World,
): readonly Judged[] {
  const after = applyOperations(before, operations);
  const old = templatesOf(before);
  const touched = touchedAlike(before, after, operations, old);
  const now = podTemplatesOf(after);
  const judged = old.flatMap((template, index) => {
    const other = now[index];
    return other === undefined ? [] : judgeTemplate(template, other, touched.spoken, workload, world);
  });
  return [...judged, ...touched.strange];
}

/** What a patch touches: what fields speak for, and what was said of the rest. */
interface Reached {
  readonly spoken: readonly Touched[];
  readonly strange: readonly Judged[];
}

const reached = new WeakMap<readonly PatchOperation[], Map<string, Reached>>();

/** One patch of many resources finds the same in each, and touches the same; only the names of containers may differ. */
function touchedAlike(
  before: Resource,
  after: Resource,
  operations: readonly PatchOperation[],
  templates: readonly Template[],
): Reached {
  const key = templates.map(({ names }) => names).join("\0");
  let known = reached.get(operations);
  if (known === undefined) reached.set(operations, (known = new Map()));
  let found = known.get(key);
  if (found === undefined) {
    const touched = touchedBy(before, after);
    const spoken = touched.filter(({ path }) => fieldsFor(path).length > 0);
    found = { spoken, strange: strangers(touched.filter((each) => !spoken.includes(each))) };
    known.set(key, found);
  }
  return found;
}

/** A pod template of a resource as it stands, with what is worked out for each patch of it. */
interface Template extends PodTemplate {
  readonly containers: readonly Container[];
  /** Where it stands, and what its containers are called. */
  readonly names: string;
}

const templates = new WeakMap<Resource, readonly Template[]>();

function templatesOf(resource: Resource): readonly Template[] {
  let found = templates.get(resource);
  if (found === undefined) {
    found = podTemplatesOf(resource).map((template) => {
      const containers = containersOf(template);
      const names = JSON.stringify([template.specPath, containers.map(({ name }) => name)]);
      return { ...template, containers, names };
    });
    templates.set(resource, found);
  }
  return found;
}

function judgeTemplate(
  before: Template,
  after: PodTemplate,
  touched: readonly Touched[],
  workload: Workload,
  world: World,
): readonly Judged[] {
  if (touched.length === 0) return [];
  const evidence = world.evidenceOf(workload);
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
      before: siteOf(before, container, workload, world, evidence),
      after: siteOf(after, other, workload, world, evidence),
      seen,
      account: evidence.account,
    };
    return mine.map((field) => ({
      field: field.id,
      container: container.name,
      judgement: judgeField(field, change, workload, world),
      seen,
    }));
  });
}

function judgeField(field: Field, change: Change, workload: Workload, world: World): Judgement {
  const [old, now] = [change.before, change.after].map((site) => ordered(field.effective(site)));
  if (old === now)
    return { verdict: "clear", basis: "construction", because: "What is in force stays as it is" };
  const judgement = field.judge(change);
  if (judgement.verdict === "clear") return judgement;
  const pods = world.pods.get(refKey(workload.root)) ?? [];
  const comply = pods.every(
    ({ template, ready }) => ready && complies(template, field, change, now!, workload, world),
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
  change: Change,
  now: string,
  workload: Workload,
  world: World,
): boolean {
  const container = containersOf(template).find(({ name }) => name === change.after.name);
  if (container === undefined || container.image !== change.after.container["image"]) return false;
  const site = siteOf(template, container, workload, world, world.evidenceOf(workload));
  return ordered(field.effective(site)) === now;
}

function siteOf(
  template: PodTemplate,
  container: Container,
  workload: Workload,
  { inventory }: World,
  evidence: WorkloadEvidence,
): Site {
  const account = inventory.get({ apiVersion: "v1", kind: "ServiceAccount", ...workload.serviceAccount });
  const mounts = account?.resource["automountServiceAccountToken"];
  const image = inventory.imageOf(container.image);
  return {
    pod: template.spec,
    annotations: template.metadata.annotations ?? {},
    container: container.raw,
    name: container.name,
    role: container.role,
    podPath: template.specPath,
    containerPath: container.path,
    ...(image === undefined ? {} : { image }),
    digests: evidence.expected(container.name).images.filter((name) => name.startsWith("sha256:")),
    ...(typeof mounts === "boolean" ? { accountMounts: mounts } : {}),
  };
}

const byPath = new Map<string, readonly Field[]>();

/** Those that speak for a path, as `touchedBy` writes it. */
export function fieldsFor(path: string): readonly Field[] {
  let known = byPath.get(path);
  if (known === undefined) {
    known = fields.filter((field) => speaksFor(field, path));
    if (byPath.size < 10_000) byPath.set(path, known);
  }
  return known;
}

function speaksFor({ paths }: Field, path: string): boolean {
  return paths.some((own) => path === own || path.startsWith(own.endsWith("/") ? own : `${own}.`));
}
