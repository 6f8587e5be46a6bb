/** Every control: the lists of the folders, one a subject. */
import type { Control } from "@plimsoll/core";
import { admissionControls } from "./admission/index.ts";
import { controlPlaneControls } from "./control-plane/index.ts";
import { identityControls } from "./identity/index.ts";
import { namespaceControls } from "./namespace/index.ts";
import { networkControls } from "./network/index.ts";
import { nodeControls } from "./node/index.ts";
import { secretsControls } from "./secrets/index.ts";
import { supplyChainControls } from "./supply-chain/index.ts";
import { workloadControls } from "./workload/index.ts";

export const controls = [
  ...admissionControls,
  ...controlPlaneControls,
  ...identityControls,
  ...namespaceControls,
  ...networkControls,
  ...nodeControls,
  ...secretsControls,
  ...supplyChainControls,
  ...workloadControls,
] as const satisfies readonly Control[];

/** The id of a control that exists: a framework that names another does not compile. */
export type ControlId = (typeof controls)[number]["id"];
