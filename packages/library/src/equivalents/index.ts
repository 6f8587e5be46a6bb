/** Every catalogue that our controls are held against. */
import type { Catalogue } from "./catalogue.ts";
import { checkov } from "./checkov.ts";
import { gatekeeper } from "./gatekeeper.ts";
import { kubeLinter } from "./kube-linter.ts";
import { kubeScore } from "./kube-score.ts";
import { kubescape } from "./kubescape.ts";
import { kubiscan } from "./kubiscan.ts";
import { kyverno } from "./kyverno.ts";
import { polaris } from "./polaris.ts";
import { popeye } from "./popeye.ts";
import { prowler } from "./prowler.ts";
import { rbacPolice } from "./rbac-police.ts";
import { trivy } from "./trivy.ts";

export type { Catalogue, Need, Reason, Unmet } from "./catalogue.ts";

export const catalogues: readonly Catalogue[] = [
  kubescape,
  trivy,
  kubeLinter,
  polaris,
  kyverno,
  popeye,
  rbacPolice,
  kubiscan,
  gatekeeper,
  prowler,
  checkov,
  kubeScore,
];
