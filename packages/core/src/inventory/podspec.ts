/** The pods that a resource makes, and their containers: of the built-in kinds by name, of custom resources by shape. */
import { isJsonArray, isJsonObject, type Json, type JsonObject } from "../model/json.ts";
import type { ObjectMeta, Path, Resource } from "../model/resource.ts";
import type { Container, ContainerRole, PodTemplate } from "../model/workload.ts";

/** Where each built-in kind keeps its pod template. */
const templatePaths: { readonly [kind: string]: Path } = {
  "v1/Pod": [],
  "v1/ReplicationController": ["spec", "template"],
  "v1/PodTemplate": ["template"],
  "apps/v1/Deployment": ["spec", "template"],
  "apps/v1/ReplicaSet": ["spec", "template"],
  "apps/v1/StatefulSet": ["spec", "template"],
  "apps/v1/DaemonSet": ["spec", "template"],
  "batch/v1/Job": ["spec", "template"],
  "batch/v1/CronJob": ["spec", "jobTemplate", "spec", "template"],
};

/** The built-in kinds that make pods; `v1/PodTemplate` is left out of what is listed, since nothing built in uses it. */
export const workloadKinds: readonly string[] = Object.keys(templatePaths).filter(
  (kind) => kind !== "v1/PodTemplate",
);

const deepestTemplate = 8;

/** Kinds of the built-in groups hold pod templates only where the table says. */
function isBuiltIn(apiVersion: string): boolean {
  return !apiVersion.includes(".") || apiVersion.split("/")[0]!.endsWith(".k8s.io");
}

/** Every pod template of a resource: one for the built-in workload kinds, none or several for a custom resource. */
export function podTemplatesOf(resource: Resource): readonly PodTemplate[] {
  const known = templatePaths[`${resource.apiVersion}/${resource.kind}`];
  if (known !== undefined) {
    const template = known.reduce<Json | undefined>(
      (value, step) => (isJsonObject(value) ? value[step] : undefined),
      resource,
    );
    return isJsonObject(template) && isJsonObject(template["spec"]) ? [templateAt(template, known)] : [];
  }
  if (isBuiltIn(resource.apiVersion) && !/^(apps|batch|extensions)\//.test(resource.apiVersion)) return [];
  const found: PodTemplate[] = [];
  findTemplates(resource["spec"], ["spec"], resource, [], found);
  return found;
}

function templateAt(template: JsonObject, path: Path): PodTemplate {
  const metadata = isJsonObject(template["metadata"]) ? (template["metadata"] as ObjectMeta) : {};
  return { metadata, spec: template["spec"] as JsonObject, path, specPath: specPathOf(path) };
}

/** Paths of the built-in kinds are the same list each time: what is kept by a path is found again, and takes its room once. */
const specPaths = new WeakMap<Path, Path>();
const containerPaths = new WeakMap<Path, Map<string, Path[]>>();

function specPathOf(path: Path): Path {
  let specPath = specPaths.get(path);
  if (specPath === undefined) specPaths.set(path, (specPath = [...path, "spec"]));
  return specPath;
}

function containerPath(specPath: Path, list: string, index: number): Path {
  let lists = containerPaths.get(specPath);
  if (lists === undefined) containerPaths.set(specPath, (lists = new Map()));
  let paths = lists.get(list);
  if (paths === undefined) lists.set(list, (paths = []));
  return (paths[index] ??= [...specPath, list, index]);
}

function findTemplates(
  value: Json | undefined,
  path: Path,
  parent: JsonObject,
  parentPath: Path,
  found: PodTemplate[],
): void {
  if (path.length > deepestTemplate) return;
  if (isJsonArray(value)) {
    value.forEach((entry, index) => findTemplates(entry, [...path, index], {}, path, found));
  } else if (isJsonObject(value)) {
    if (isPodSpec(value)) {
      const inTemplate = path.at(-1) === "spec" && parentPath.length > 0;
      found.push(
        inTemplate
          ? templateAt(parent, parentPath)
          : { metadata: {}, spec: value, path: parentPath, specPath: path },
      );
      return;
    }
    for (const key of Object.keys(value)) findTemplates(value[key], [...path, key], value, path, found);
  }
}

function isPodSpec(value: JsonObject): boolean {
  const { containers } = value;
  return (
    isJsonArray(containers) &&
    containers.length > 0 &&
    containers.every(
      (entry) =>
        isJsonObject(entry) && typeof entry["name"] === "string" && typeof entry["image"] === "string",
    )
  );
}

const containerLists: readonly (readonly [string, ContainerRole])[] = [
  ["initContainers", "init"],
  ["containers", "container"],
  ["ephemeralContainers", "ephemeral"],
];

/** All containers of a pod template, in the order in which they start. */
export function containersOf(template: PodTemplate): readonly Container[] {
  const containers: Container[] = [];
  for (const [list, role] of containerLists) {
    const entries = template.spec[list];
    if (!isJsonArray(entries)) continue;
    entries.forEach((raw, index) => {
      if (!isJsonObject(raw)) return;
      containers.push({
        name: typeof raw["name"] === "string" ? raw["name"] : String(index),
        role: role === "init" && raw["restartPolicy"] === "Always" ? "sidecar" : role,
        image: typeof raw["image"] === "string" ? raw["image"] : "",
        raw,
        path: containerPath(template.specPath, list, index),
      });
    });
  }
  return containers;
}
