/** The CIS Kubernetes Benchmark 2.0.1. */
import type { Framework } from "@plimsoll/core";
import type { ControlId } from "../controls/index.ts";
import { controlPlaneFiles } from "./cis/control-plane-files.ts";
import { controlPlane } from "./cis/control-plane.ts";
import { nodes } from "./cis/nodes.ts";
import { owners } from "./cis/owners.ts";
import { policies } from "./cis/policies.ts";

export const cis201: Framework<ControlId> = {
  id: "cis-2.0.1",
  title: "CIS Kubernetes Benchmark 2.0.1",
  version: "2.0.1",
  source: "Center for Internet Security, https://www.cisecurity.org/benchmark/kubernetes",
  description:
    "The 131 recommendations for self-managed Kubernetes 1.34 and 1.35, by their published numbers, titled in words of our own. Command lines are read where the control plane runs as pods, kubelets where they tell their settings; files on nodes are looked at by hand. Section 5, which the benchmark leaves to people, is judged from the cluster's resources.",
  requirements: [...controlPlaneFiles, ...controlPlane, ...nodes, ...policies],
  owners,
};
