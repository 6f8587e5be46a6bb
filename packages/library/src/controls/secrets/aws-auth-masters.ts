import { defineControl, isJsonObject, type Inventory, type Judgement } from "@plimsoll/core";

const resource = { apiVersion: "v1", kind: "ConfigMap", namespace: "kube-system", name: "aws-auth" };

function* judge(inventory: Inventory): Generator<Judgement> {
  const found = inventory.get(resource)?.resource["data"];
  if (!isJsonObject(found)) return;
  for (const key of ["mapRoles", "mapUsers"]) {
    const text = found[key];
    if (typeof text !== "string") continue;
    const masters = /(^|[\s"'[,-])system:masters($|[\s"'\],])/m.test(text);
    yield {
      resource,
      path: `data.${key}`,
      result: masters ? "fail" : "pass",
      because: masters
        ? `${key} makes identities of the cloud members of system:masters`
        : "it names no member of system:masters",
    };
  }
}

function awsAuth(group: string) {
  const mapRoles = `- rolearn: arn:aws:iam::111122223333:role/ops\n  username: ops\n  groups:\n  - ${group}\n`;
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "aws-auth", namespace: "kube-system" },
    data: { mapRoles },
  };
}

export const awsAuthMasters = defineControl({
  id: "aws-auth-masters",
  title: "Cloud identities are not made members of system:masters",
  severity: "high",
  why: "Members of `system:masters` skip authorisation: no role limits them. Whoever may take that role in the cloud, or write this ConfigMap, owns the cluster.",
  remediation:
    "Map the cloud identity to a group of your own and bind that, or use EKS access entries. Keep one way in for emergencies, and try the new one before the old one goes.",
  equivalents: ["kubescape:C-0232", "kubescape:C-0285", "trivy:KSV-0115"],
  grants: "cluster-takeover",
  reference: "https://docs.aws.amazon.com/eks/latest/userguide/auth-configmap.html",
  target: "configmap",
  reads: [],
  judge,
  noFix: "Which group the identity should be in has to be decided.",
  examples: {
    pass: [{ resources: [awsAuth("shop-operators")] }],
    fail: [{ resources: [awsAuth("system:masters")] }],
  },
});
