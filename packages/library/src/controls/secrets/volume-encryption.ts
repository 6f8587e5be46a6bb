import {
  defineControl,
  isJsonObject,
  refOf,
  type Inventory,
  type Judgement,
  type Resource,
} from "@plimsoll/core";

const classKind = "storage.k8s.io/v1/StorageClass";

function* judge(inventory: Inventory): Generator<Judgement> {
  for (const { resource } of inventory.ofKind(classKind))
    yield { resource: refOf(resource), ...answer(resource) };
}

function answer(resource: Resource): Pick<Judgement, "result" | "because" | "path"> {
  const { provisioner } = resource;
  const parameters = isJsonObject(resource["parameters"]) ? resource["parameters"] : {};
  const path = "parameters.encrypted";
  if (provisioner === "ebs.csi.aws.com" || provisioner === "kubernetes.io/aws-ebs")
    return parameters["encrypted"] === "true"
      ? { path, result: "pass", because: "its volumes are encrypted" }
      : {
          path,
          result: "fail",
          because: "Its volumes are encrypted only where the cloud account says so for all",
        };
  if (/^(pd\.csi\.storage\.gke\.io|disk\.csi\.azure\.com|file\.csi\.azure\.com)$/.test(String(provisioner)))
    return { result: "pass", because: "the cloud encrypts all volumes of this kind" };
  return { result: "skip", because: `whether ${String(provisioner)} encrypts is not written here` };
}

function storageClass(parameters: { readonly [key: string]: string }) {
  return {
    apiVersion: "storage.k8s.io/v1",
    kind: "StorageClass",
    metadata: { name: "fast" },
    provisioner: "ebs.csi.aws.com",
    parameters,
  };
}

export const volumeEncryption = defineControl({
  id: "volume-encryption",
  title: "Volumes are encrypted by their storage class",
  severity: "low",
  why: "A volume, its snapshot and its backup are files in the cloud. Whoever gets a copy of one that is not encrypted has the data, without the cluster noticing.",
  remediation:
    'Make a storage class that encrypts (on AWS, `encrypted: "true"`) the default. The parameters of one that is there cannot be changed; move data by snapshot or backup. Old volumes stay as they are.',
  equivalents: ["kubescape:C-0264"],
  grants: "information",
  target: "cluster",
  reads: [classKind],
  judge,
  noFix: "The parameters of a storage class cannot be changed: another must take its place.",
  examples: {
    pass: [{ resources: [storageClass({ encrypted: "true", type: "gp3" })] }],
    fail: [{ resources: [storageClass({ type: "gp3" })] }],
  },
});
