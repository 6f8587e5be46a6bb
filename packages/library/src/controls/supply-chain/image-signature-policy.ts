import { defineControl, refOf, type Inventory, type Judgement } from "@plimsoll/core";
import { clusterRef } from "../control-plane/cluster.ts";
import { kyvernoVerify, signaturePolicies, signaturePolicyKinds } from "./signature-policies.ts";

function* judge(inventory: Inventory): Generator<Judgement> {
  const found = signaturePolicies(inventory);
  for (const { record, enforces, what } of found)
    yield {
      resource: refOf(record.resource),
      result: enforces ? "pass" : "fail",
      because: enforces
        ? `${what} refuses images without a valid signature`
        : `${what} only reports images without a valid signature`,
    };
  if (found.length > 0) return;
  yield inventory.server.kind === "files"
    ? { resource: clusterRef, result: "skip", because: "no cluster in this scan" }
    : { resource: clusterRef, result: "fail", because: "No policy that verifies image signatures was found" };
}

export const imageSignaturePolicy = defineControl({
  id: "image-signature-policy",
  title: "Images are admitted only with a valid signature",
  severity: "medium",
  why: "Without verification the cluster runs whatever the registry returns. Whoever gets into the registry or the build's credentials is in production, with nothing that looks wrong.",
  remediation:
    "Sign images where they are built (cosign, Notation), and verify them at admission. Kyverno's ImageValidatingPolicy, Sigstore's policy-controller, Connaisseur or Ratify do that. Begin with reporting only, name the exceptions for images of others, then enforce: unsigned images are refused from that day.",
  equivalents: ["kubescape:C-0236", "kubescape:C-0237", "kubescape:C-0289"],
  target: "cluster",
  reads: signaturePolicyKinds,
  judge,
  noFix: "Whose signatures count has to be decided, and the images have to be signed first.",
  examples: {
    pass: [{ resources: [kyvernoVerify("Enforce")] }],
    fail: [
      { resources: [{ apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } }] },
      { name: "audit only", resources: [kyvernoVerify("Audit")] },
    ],
  },
});
