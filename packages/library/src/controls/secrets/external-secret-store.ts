import { defineControl, type Inventory, type Judgement } from "@plimsoll/core";
import { clusterRef } from "../control-plane/cluster.ts";
import { ownWorkloads, recordRef } from "../identity/place.ts";

const storeKinds: readonly string[] = [
  "external-secrets.io/v1/ExternalSecret",
  "secrets-store.csi.x-k8s.io/v1/SecretProviderClass",
  "bitnami.com/v1alpha1/SealedSecret",
  "secrets.hashicorp.com/v1beta1/VaultStaticSecret",
];

function* judge(inventory: Inventory): Generator<Judgement> {
  const found = storeKinds.flatMap((kind) => inventory.ofKind(kind))[0];
  if (found !== undefined) {
    yield {
      resource: recordRef(found),
      result: "pass",
      because: "secrets come from a store outside the cluster",
    };
    return;
  }
  const injected = ownWorkloads(inventory).find(
    ({ pod }) => pod.metadata.annotations?.["vault.hashicorp.com/agent-inject"] === "true",
  );
  if (injected !== undefined) {
    yield { resource: injected.ref, result: "pass", because: "Vault's agent brings the secrets" };
    return;
  }
  yield inventory.server.kind === "files"
    ? { resource: clusterRef, result: "skip", because: "no cluster in this scan" }
    : {
        resource: clusterRef,
        result: "fail",
        because: "Nothing here takes secrets from a store outside the cluster",
      };
}

export const externalSecretStore = defineControl({
  id: "external-secret-store",
  title: "Secrets come from a store that keeps watch over them",
  severity: "low",
  why: "A store outside the cluster knows who read which secret, changes them by itself and outlives the cluster. Without one, secrets are copied by hand, into files that stay.",
  remediation:
    "Use External Secrets, the Secrets Store CSI driver, Vault or your cloud's store, and begin with the secrets that open the most. The store must be up when pods start.",
  equivalents: ["kubescape:C-0208", "kubescape:C-0234"],
  target: "cluster",
  reads: storeKinds,
  judge,
  noFix: "Which store it should be has to be decided.",
  examples: {
    pass: [
      {
        resources: [
          {
            apiVersion: "external-secrets.io/v1",
            kind: "ExternalSecret",
            metadata: { name: "db", namespace: "shop" },
            spec: { secretStoreRef: { kind: "ClusterSecretStore", name: "vault" }, target: { name: "db" } },
          },
        ],
      },
    ],
    fail: [{ resources: [{ apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } }] }],
  },
});
