/** Persistent volumes that several workloads mount: the claims, and who mounts them. */
import { refKey, type ExampleResource, type Inventory, type Workload } from "@plimsoll/core";
import { listOf, objectOf } from "./escape.ts";

export interface SharedClaim {
  readonly namespace: string;
  readonly name: string;
  /** One for each workload at the top of its owners. */
  readonly users: readonly { readonly workload: Workload; readonly writable: boolean }[];
}

/** Claims of templates (a StatefulSet's own) are one for each pod, and shared with nobody. */
export function sharedClaims({ workloads }: Inventory): readonly SharedClaim[] {
  const found = new Map<
    string,
    { claim: Omit<SharedClaim, "users">; users: Map<string, SharedClaim["users"][number]> }
  >();
  for (const workload of workloads) {
    if (workload.derived || workload.system !== undefined) continue;
    const namespace = workload.ref.namespace || "default";
    for (const { name, writable } of claimsOf(workload)) {
      const key = `${namespace}/${name}`;
      const entry = found.get(key) ?? { claim: { namespace, name }, users: new Map() };
      found.set(key, entry);
      const root = refKey(workload.root);
      entry.users.set(root, { workload, writable: writable || entry.users.get(root)?.writable === true });
    }
  }
  return [...found.values()].flatMap(({ claim, users }) =>
    users.size < 2 ? [] : [{ ...claim, users: [...users.values()] }],
  );
}

function claimsOf({ pod: { spec }, containers }: Workload): readonly { name: string; writable: boolean }[] {
  return listOf(spec["volumes"]).flatMap((volume) => {
    const { claimName, readOnly } = objectOf(volume["persistentVolumeClaim"]);
    if (typeof claimName !== "string") return [];
    const mounts = containers.flatMap(({ raw }) =>
      listOf(raw["volumeMounts"]).filter(({ name }) => name === volume["name"]),
    );
    if (mounts.length === 0) return [];
    return [
      { name: claimName, writable: readOnly !== true && mounts.some((mount) => mount["readOnly"] !== true) },
    ];
  });
}

const pod = (name: string, mount: object): ExampleResource => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name, namespace: "shop" },
  spec: {
    containers: [
      {
        name: "app",
        image: "registry.example.com/shop/app:1.0",
        volumeMounts: [{ name: "files", mountPath: "/files", ...mount }],
      },
    ],
    volumes: [
      { name: "files", persistentVolumeClaim: { claimName: name === "other" ? "other" : "uploads" } },
    ],
  },
});

/** Two pods with one claim, or with one each. */
export const claimExamples = {
  shared: { resources: [pod("web", {}), pod("worker", {})] },
  readOnly: { resources: [pod("web", { readOnly: true }), pod("worker", { readOnly: true })] },
  apart: { resources: [pod("web", {}), pod("other", {})] },
} as const;
