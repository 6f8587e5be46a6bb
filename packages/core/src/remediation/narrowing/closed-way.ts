/** Patches that close a way in: of a Service, a route, or a workload's own ports. */
import type { Change } from "../../graph/step.ts";
import type { Inventory } from "../../inventory/inventory.ts";
import { pointerOf } from "../../inventory/path.ts";
import { objectsOf } from "../../inventory/routes.ts";
import { isJsonObject, type Json, type JsonObject } from "../../model/json.ts";
import type { PatchOperation } from "../../model/operation.ts";
import type { Path, Resource } from "../../model/resource.ts";

/** RFC 6902 against the change's resource; `undefined` where only the whole resource could go, or it was not read. */
export function closedWay(
  { resource: ref, what, container }: Change,
  inventory: Inventory,
): readonly PatchOperation[] | undefined {
  const resource = inventory.get(ref)?.resource;
  if (resource === undefined) return undefined;
  const [by, service] = what.split(" ");
  switch (by) {
    case "load-balancer":
    case "node-port":
      return insideOnly(resource);
    case "external-ips":
      return [removal(["spec", "externalIPs"])];
    case "route":
      if (service === undefined) return undefined;
      return resource.kind === "Ingress"
        ? withoutBackend(resource, service)
        : withoutReference(resource, service);
    case "host-port":
    case "host-network": {
      const workload = inventory.workloads.find(({ record }) => record.resource === resource);
      if (workload === undefined) return undefined;
      if (by === "host-network") return [removal([...workload.pod.specPath, "hostNetwork"])];
      const own = workload.containers.find(({ name }) => name === container);
      return own === undefined ? undefined : withoutHostPorts(own.path, own.raw);
    }
    default:
      return undefined;
  }
}

function removal(path: Path): PatchOperation {
  return { op: "remove", path: pointerOf(path) };
}

/** What the API server takes of Services with an outside alone. See pkg/apis/core/validation of Kubernetes 1.35. */
const outsideFields = [
  "allocateLoadBalancerNodePorts",
  "externalTrafficPolicy",
  "healthCheckNodePort",
  "loadBalancerClass",
  "loadBalancerIP",
  "loadBalancerSourceRanges",
];

function insideOnly(resource: Resource): readonly PatchOperation[] {
  const spec = specOf(resource);
  const fields = outsideFields.filter((field) => spec[field] !== undefined);
  const ports = objectsOf(spec["ports"]).flatMap(({ nodePort }, index) =>
    nodePort === undefined ? [] : [removal(["spec", "ports", index, "nodePort"])],
  );
  return [
    { op: "replace", path: "/spec/type", value: "ClusterIP" },
    ...fields.map((field) => removal(["spec", field])),
    ...ports,
  ];
}

function specOf({ spec }: Resource & { readonly spec?: Json }): JsonObject {
  return isJsonObject(spec) ? spec : {};
}

function withoutHostPorts(path: Path, raw: JsonObject): readonly PatchOperation[] {
  return objectsOf(raw["ports"]).flatMap(({ hostPort }, index) =>
    hostPort === undefined || hostPort === 0 ? [] : [removal([...path, "ports", index, "hostPort"])],
  );
}

/** An Ingress must keep a rule or a default backend; and a rule, a path. */
function withoutBackend(resource: Resource, service: string): readonly PatchOperation[] | undefined {
  const spec = specOf(resource);
  const operations: PatchOperation[] = [];
  const leads = (backend: Json | undefined): boolean =>
    isJsonObject(backend) && isJsonObject(backend["service"]) && backend["service"]["name"] === service;
  let left = spec["defaultBackend"] === undefined ? 0 : 1;
  if (leads(spec["defaultBackend"])) {
    operations.push(removal(["spec", "defaultBackend"]));
    left -= 1;
  }
  // From the end, so that indexes stay true.
  for (const [at, { http }] of [...objectsOf(spec["rules"]).entries()].reverse()) {
    const paths = isJsonObject(http) ? objectsOf(http["paths"]) : [];
    const leading = paths.flatMap(({ backend }, index) => (leads(backend) ? [index] : []));
    if (leading.length < paths.length || paths.length === 0) left += 1;
    if (leading.length === paths.length && paths.length > 0) operations.push(removal(["spec", "rules", at]));
    else
      operations.push(
        ...leading.reverse().map((index) => removal(["spec", "rules", at, "http", "paths", index])),
      );
  }
  return left === 0 || operations.length === 0 ? undefined : operations;
}

/** A rule of HTTP without a backend answers with an error; other routes need one in each rule, and a rule. */
function withoutReference(resource: Resource, service: string): readonly PatchOperation[] | undefined {
  const isHttp = resource.kind === "HTTPRoute" || resource.kind === "GRPCRoute";
  const rules = objectsOf(specOf(resource)["rules"]);
  const operations: PatchOperation[] = [];
  let left = 0;
  for (const [at, rule] of [...rules.entries()].reverse()) {
    const backends = objectsOf(rule["backendRefs"]);
    const leading = backends.flatMap(({ name, kind = "Service" }, index) =>
      kind === "Service" && name === service ? [index] : [],
    );
    const isEmptied = leading.length > 0 && leading.length === backends.length;
    if (!isEmptied || isHttp) left += 1;
    if (isEmptied && !isHttp) operations.push(removal(["spec", "rules", at]));
    else
      operations.push(
        ...leading.reverse().map((index) => removal(["spec", "rules", at, "backendRefs", index])),
      );
  }
  return left === 0 || operations.length === 0 ? undefined : operations;
}
