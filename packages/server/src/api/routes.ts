/** Every route, one file a resource. */
import { findingRoutes } from "./findings.ts";
import { followupRoutes } from "./followups.ts";
import { observationRoutes } from "./observations.ts";
import { packageRoutes } from "./packages.ts";
import { profileRoutes } from "./profiles.ts";
import { reportRoutes } from "./reports.ts";
import { resourceRoutes } from "./resources.ts";
import type { Route } from "./route.ts";
import { scoreRoutes } from "./scores.ts";
import { snapshotRoutes } from "./snapshots.ts";
import { statusRoutes } from "./status.ts";
import { vulnerabilityRoutes } from "./vulnerabilities.ts";

export const routes: readonly Route[] = [
  ...findingRoutes,
  ...resourceRoutes,
  ...scoreRoutes,
  ...reportRoutes,
  ...followupRoutes,
  ...snapshotRoutes,
  ...statusRoutes,
  ...profileRoutes,
  ...observationRoutes,
  ...packageRoutes,
  ...vulnerabilityRoutes,
];
