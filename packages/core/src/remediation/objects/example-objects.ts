/** Objects that examples of fields are made of: a shop's workload, its account, role, Service and policy. */
import type { JsonObject } from "../../model/json.ts";
import type { Resource } from "../../model/resource.ts";

export function object(
  apiVersion: string,
  kind: string,
  name: string,
  more: JsonObject,
  namespace = "shop",
): Resource {
  return {
    apiVersion,
    kind,
    metadata: { name, ...(namespace === "" ? {} : { namespace }) },
    ...more,
  } as Resource;
}

export const shopAccount = object("v1", "ServiceAccount", "web", {});

export function workload(name: string, pod: JsonObject, port = 8080): Resource {
  return object("apps/v1", "Deployment", name, {
    spec: {
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: {
          serviceAccountName: name,
          containers: [{ name: "app", image: "shop/web:1", ports: [{ containerPort: port }] }],
          ...pod,
        },
      },
    },
  });
}

export function usingPod(pod: JsonObject): Resource {
  return workload("web", pod);
}

const rbac = "rbac.authorization.k8s.io";

export function role(rules: readonly JsonObject[]): Resource {
  return object(`${rbac}/v1`, "Role", "web", { rules });
}

export function binding(subjects: readonly JsonObject[]): Resource {
  return object(`${rbac}/v1`, "RoleBinding", "web", {
    roleRef: { apiGroup: rbac, kind: "Role", name: "web" },
    subjects,
  });
}

export const webSubject = { kind: "ServiceAccount", namespace: "shop", name: "web" };

/** With a block for pods, so that addresses of outside are known to be none of a pod. */
export const node = object(
  "v1",
  "Node",
  "node-1",
  {
    spec: { podCIDR: "10.1.0.0/24" },
    status: { addresses: [{ type: "InternalIP", address: "192.0.2.10" }] },
  },
  "",
);

export function service(spec: JsonObject): Resource {
  return object("v1", "Service", "web", {
    spec: {
      selector: { app: "web" },
      clusterIP: "10.9.0.1",
      ports: [{ port: 80, targetPort: 8080 }],
      ...spec,
    },
  });
}
