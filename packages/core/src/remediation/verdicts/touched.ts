/** What a patch touches, in the words that fields name their paths by. */
import { containersOf, podTemplatesOf } from "../../inventory/podspec.ts";
import { isJsonObject, type Json, type JsonObject } from "../../model/json.ts";
import type { Resource } from "../../model/resource.ts";
import type { Container, PodTemplate } from "../../model/workload.ts";

/** A path that changed: `container.image` of `app`, `pod.hostPID`, `object.spec.replicas`. */
export interface Touched {
  readonly path: string;
  readonly container?: string;
}

const containerLists = ["containers", "initContainers", "ephemeralContainers"];

/** Values that differ, each once; lists as a whole. */
export function touchedBy(before: Resource, after: Resource): readonly Touched[] {
  const [old, now] = [podTemplatesOf(before), podTemplatesOf(after)];
  const bare = [before, after].map((resource, index) => withoutTemplates(resource, index === 0 ? old : now));
  const found: Touched[] = [...differing(bare[0], bare[1], "object")].map((path) => ({ path }));
  for (const [index, template] of old.entries()) {
    const other = now[index];
    if (other === undefined) found.push({ path: "pod" });
    else found.push(...touchedIn(template, other));
  }
  if (now.length > old.length) found.push({ path: "pod" });
  return found;
}

function touchedIn(before: PodTemplate, after: PodTemplate): readonly Touched[] {
  const found: Touched[] = [
    ...[...differing(before.metadata.labels, after.metadata.labels, "labels")].map((path) => ({ path })),
    ...[...differing(before.metadata.annotations, after.metadata.annotations, "annotations")].map((path) => ({
      path,
    })),
    ...[...differing(withoutLists(before.spec), withoutLists(after.spec), "pod")].map((path) => ({ path })),
  ];
  const [old, now] = [before, after].map((template) => byName(containersOf(template)));
  for (const name of new Set([...old!.keys(), ...now!.keys()])) {
    const [was, is] = [old!.get(name), now!.get(name)];
    if (was === undefined || is === undefined) found.push({ path: "pod.containers", container: name });
    else for (const path of differing(was.raw, is.raw, "container")) found.push({ path, container: name });
  }
  return found;
}

function byName(containers: readonly Container[]): ReadonlyMap<string, Container> {
  return new Map(containers.map((container) => [container.name, container]));
}

function withoutLists(spec: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(spec).filter(([key]) => !containerLists.includes(key)));
}

function withoutTemplates(resource: Resource, templates: readonly PodTemplate[]): JsonObject {
  return templates.reduce<JsonObject>(
    (rest, { path, specPath }) => removed(rest, path.length === 0 ? specPath : path),
    resource,
  );
}

function removed(value: JsonObject, [step, ...rest]: readonly (string | number)[]): JsonObject {
  if (step === undefined) return value;
  if (rest.length === 0)
    return Object.fromEntries(Object.entries(value).filter(([key]) => key !== String(step)));
  const child = value[String(step)];
  return isJsonObject(child) ? { ...value, [String(step)]: removed(child, rest) } : value;
}

function* differing(before: Json | undefined, after: Json | undefined, path: string): Generator<string> {
  if (before === after) return;
  if (!(isJsonObject(before) || isJsonObject(after))) {
    if (JSON.stringify(before) !== JSON.stringify(after)) yield path;
    return;
  }
  const [old, now] = [isJsonObject(before) ? before : {}, isJsonObject(after) ? after : {}];
  for (const key of new Set([...Object.keys(old), ...Object.keys(now)]))
    yield* differing(old[key], now[key], `${path}.${key}`);
}
