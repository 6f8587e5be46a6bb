/** What changed between two answers of the API server that a patch does not account for. */
import {
  isJsonArray,
  isJsonObject,
  valueAt,
  type Json,
  type PatchOperation,
  type Resource,
} from "@plimsoll/core";

/** What the server writes for each request anew, or works out from the rest. */
const written =
  /^\/(metadata\/(uid|creationTimestamp|resourceVersion|managedFields|generation|annotations\/deprecated\.daemonset\.template\.generation)|status|spec\/(clusterIPs?|healthCheckNodePort)|spec\/ports\/\d+\/nodePort)(\/|$)/;

/** What the server derives from a field that a patch changes, beside the field itself. */
const derived: readonly (readonly [from: RegExp, to: RegExp])[] = [
  [/\/priorityClassName$/, /^\/spec\/(priority|preemptionPolicy)$/],
  [/\/hostNetwork$/, /\/containers\/\d+\/ports\/\d+\/hostPort$/],
  [/\/metadata\/annotations\/container\.apparmor/, /\/securityContext(\/appArmorProfile)?$/],
  [/\/automountServiceAccountToken$/, /\/(volumes|volumeMounts)(\/|$)/],
  [/\/strategy\/type$/, /\/strategy\/rollingUpdate$/],
  [/\/externalIPs$/, /\/externalTrafficPolicy$/],
];

/** Pointers of the differences that no operation explains. */
export function changesBeyond(
  before: Resource,
  after: Resource,
  operations: readonly PatchOperation[],
): readonly string[] {
  const places = operations.map(({ path }) => path.replace(/\/(\d+|-)$/, ""));
  const removed = operations.filter(({ op }) => op === "remove").map(({ path }) => path);
  return [...differences(settled(before), settled(after), "")].filter(
    (path) =>
      !written.test(path) &&
      !places.some((place) => path === place || path.startsWith(`${place}/`)) &&
      !removed.some((place) => isEmptied(after, path) && place.startsWith(`${path}/`)) &&
      !derived.some(([from, to]) => places.some((place) => from.test(place)) && to.test(path)),
  );
}

/** The server writes no map that a patch left empty. */
function isEmptied(after: Resource, path: string): boolean {
  return valueAt(after, path.split("/").slice(1)) === undefined;
}

/** Names and ids that the server draws for each request are made alike. */
function settled(resource: Resource): Json {
  const text = JSON.stringify(resource)
    .replaceAll(/kube-api-access-[a-z0-9]{5}/g, "kube-api-access")
    .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, "uid");
  return JSON.parse(text) as Json;
}

function* differences(a: Json | undefined, b: Json | undefined, path: string): Generator<string> {
  if (isJsonObject(a) && isJsonObject(b)) {
    for (const key of new Set([...Object.keys(a), ...Object.keys(b)]))
      yield* differences(a[key], b[key], `${path}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`);
  } else if (isJsonArray(a) && isJsonArray(b) && a.length === b.length) {
    for (const [index, entry] of a.entries()) yield* differences(entry, b[index], `${path}/${index}`);
  } else if (JSON.stringify(a) !== JSON.stringify(b)) yield path;
}
