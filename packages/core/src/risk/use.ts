/** What would show that a finding's privilege is used: the question that observations are asked for each kind of finding. */
import type { Judged } from "../controls/ledger.ts";
import type { Question } from "../evidence/answer.ts";
import { defaultCapabilities } from "../inventory/capabilities.ts";
import type { Inventory } from "../inventory/inventory.ts";
import { valueAt } from "../inventory/path.ts";
import { isJsonArray, isJsonObject, type Json, type JsonObject } from "../model/json.ts";
import type { ContainerKey, ObservationDetail, ObservationKind } from "../model/observation.ts";
import type { Path } from "../model/resource.ts";
import type { Container, Workload } from "../model/workload.ts";
import { requestQuestion, type Claimed } from "./requests.ts";

/** Undefined where nothing that can be observed would show it. */
export function questionOf(judged: Judged, inventory: Inventory): Claimed | undefined {
  const { result, place } = judged;
  if (/Role(?:Binding)?$/.test(result.resource.kind)) return requestQuestion(judged, inventory);
  if (result.resource.kind === "ServiceAccount" && result.path === "automountServiceAccountToken")
    return tokenQuestion(
      inventory.workloads.filter(
        ({ serviceAccount, derived }) =>
          !derived &&
          serviceAccount.namespace === result.resource.namespace &&
          serviceAccount.name === result.resource.name,
      ),
    );
  const workload = place?.workload;
  if (workload === undefined) return undefined;
  const { path } = result;
  if (path.endsWith("automountServiceAccountToken")) return tokenQuestion([workload]);
  const container = workload.containers.find(({ name }) => name === place?.container?.name);
  if (/\.capabilities\.(?:add|drop)/.test(path) && container !== undefined)
    return capabilityQuestion(workload, container, path.includes(".drop") ? "NET_RAW" : result.value);
  if (path.endsWith("securityContext.privileged") && container !== undefined)
    return privilegedQuestion(workload, container);
  return itemQuestion(judged, workload, container);
}

/** An entry of a list: a volume, a mount, a port. */
function itemQuestion(
  { result, place }: Judged,
  workload: Workload,
  container: Container | undefined,
): Claimed | undefined {
  const item = place?.item === undefined ? undefined : valueAt(workload.record.resource, place.item);
  if (!isJsonObject(item)) return undefined;
  const list = listOf(place!.item!);
  if (list === "volumes" && item["hostPath"] !== undefined) return volumeQuestion(workload, item);
  if (list === "volumeMounts" && container !== undefined && typeof item["mountPath"] === "string")
    return folderQuestion([[container, item["mountPath"]]], workload, result.path.endsWith("readOnly"));
  const port = item["containerPort"];
  if (list === "ports" && container !== undefined && typeof port === "number")
    return {
      ...asked(workload, [container], ["connection"]),
      claim: `listens on port ${port}`,
      isUse: (detail) => detail.kind === "connection" && detail.direction === "in" && detail.port === port,
    };
  return undefined;
}

function listOf(path: Path): string {
  return String(path.findLast((step) => typeof step === "string") ?? "");
}

/** A container as observations name it: by the workload at the top, of whatever image runs now. */
export function keyOf({ root }: Workload, container: string): ContainerKey {
  return { namespace: root.namespace, workloadKind: root.kind, workload: root.name, container };
}

export function asked(
  workload: Workload,
  containers: readonly Container[],
  kinds: readonly ObservationKind[],
): Pick<Question, "containers" | "kinds"> {
  return { kinds, containers: containers.map(({ name }) => keyOf(workload, name)) };
}

/** Those that go on running, and so must have been watched for a no. */
export function lasting({ containers }: Workload): readonly Container[] {
  return containers.filter(({ role }) => role !== "ephemeral");
}

const tokenFolders = [
  "/var/run/secrets/kubernetes.io/serviceaccount",
  "/run/secrets/kubernetes.io/serviceaccount",
];

function tokenQuestion(workloads: readonly Workload[]): Claimed | undefined {
  if (workloads.length === 0) return undefined;
  return {
    claim: "reads its account's token",
    kinds: ["file"],
    alsoShownBy: ["api-request"],
    containers: workloads.flatMap((workload) => asked(workload, lasting(workload), []).containers),
    isUse: (detail) =>
      (detail.kind === "file" &&
        detail.refused !== true &&
        tokenFolders.some((folder) => isWithin(detail.path, folder))) ||
      detail.kind === "api-request",
  };
}

function isCapabilityUse(detail: ObservationDetail, isIt: (name: string) => boolean): boolean {
  return detail.kind === "capability" && detail.granted && !detail.opportunistic && isIt(detail.name);
}

function capabilityQuestion(
  workload: Workload,
  container: Container,
  value: Json | undefined,
): Claimed | undefined {
  if (typeof value !== "string") return undefined;
  const name = value.toUpperCase().replace(/^CAP_/, "");
  const all = name === "ALL";
  return {
    ...asked(workload, [container], ["capability"]),
    claim: all ? "uses a capability beyond the usual" : `uses the capability ${name}`,
    isUse: (detail) =>
      isCapabilityUse(detail, (each) => (all ? !defaultCapabilities.has(each) : each === name)),
  };
}

const plainDevices =
  /^\/dev\/(?:null|zero|full|random|urandom|tty|ptmx|console|fd|stdin|stdout|stderr|core|(?:pts|shm|mqueue|fd)(?:\/.*)?)$/;

/** Devices, capabilities, mounts and modules: what `privileged` opens and nothing else of it does. */
function privilegedQuestion(workload: Workload, container: Container): Claimed {
  return {
    ...asked(workload, [container], ["capability", "file", "kernel"]),
    claim: "uses what privileged adds",
    isUse: (detail) =>
      isCapabilityUse(detail, (name) => !defaultCapabilities.has(name)) ||
      (detail.kind === "kernel" && ["module-load", "bpf-load", "mount"].includes(detail.operation)) ||
      (detail.kind === "file" &&
        detail.refused !== true &&
        isWithin(detail.path, "/dev") &&
        !plainDevices.test(detail.path)),
  };
}

function volumeQuestion(workload: Workload, volume: JsonObject): Claimed | undefined {
  const mounts = workload.containers.flatMap((container) => {
    const list = container.raw["volumeMounts"];
    return (isJsonArray(list) ? list : []).flatMap((mount): readonly (readonly [Container, string])[] =>
      isJsonObject(mount) && mount["name"] === volume["name"] && typeof mount["mountPath"] === "string"
        ? [[container, mount["mountPath"]]]
        : [],
    );
  });
  return mounts.length === 0 ? undefined : folderQuestion(mounts, workload, false);
}

/** Changes only, where it is the right to write that is granted. */
function folderQuestion(
  mounts: readonly (readonly [Container, string])[],
  workload: Workload,
  changes: boolean,
): Claimed {
  const folders = [...new Set(mounts.map(([, folder]) => folder))];
  return {
    ...asked(workload, [...new Set(mounts.map(([container]) => container))], ["file"]),
    claim: `${changes ? "writes to" : "uses"} ${folders.join(", ")}`,
    isUse: (detail) =>
      detail.kind === "file" &&
      detail.refused !== true &&
      (!changes || detail.operation !== "open") &&
      [detail.path, detail.target ?? ""].some((path) => folders.some((folder) => isWithin(path, folder))),
  };
}

function isWithin(path: string, folder: string): boolean {
  const clean = folder.replace(/\/+$/, "");
  return path === clean || path.startsWith(`${clean}/`);
}
