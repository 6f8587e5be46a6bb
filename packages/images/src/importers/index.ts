/** Every importer. */
import type { Importer } from "../importer.ts";
import { cyclonedx } from "./cyclonedx.ts";
import { grype } from "./grype.ts";
import { spdx } from "./spdx.ts";
import { syft } from "./syft.ts";
import { trivy } from "./trivy.ts";
import { vulnerabilityReport } from "./vulnerability-report.ts";

export const importers: readonly Importer[] = [cyclonedx, grype, spdx, syft, trivy, vulnerabilityReport];
