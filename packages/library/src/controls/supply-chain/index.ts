/** Every control about images and where they come from, by id. */
import { helmTiller } from "./helm-tiller.ts";
import { imageDigest } from "./image-digest.ts";
import { imagePullPolicy } from "./image-pull-policy.ts";
import { imageRegistryFrozen } from "./image-registry-frozen.ts";
import { imageRegistryImplied } from "./image-registry-implied.ts";
import { imageSignaturePolicy } from "./image-signature-policy.ts";
import { imageTag } from "./image-tag.ts";
import { kubernetesDashboard } from "./kubernetes-dashboard.ts";
import { exploitedVulnerability } from "./exploited-vulnerability.ts";
import { loadedVulnerabilities } from "./loaded-vulnerabilities.ts";
import { retiredIngressNginx } from "./retired-ingress-nginx.ts";

export const supplyChainControls = [
  helmTiller,
  imageDigest,
  imagePullPolicy,
  imageRegistryFrozen,
  imageRegistryImplied,
  imageSignaturePolicy,
  imageTag,
  kubernetesDashboard,
  exploitedVulnerability,
  loadedVulnerabilities,
  retiredIngressNginx,
] as const;
