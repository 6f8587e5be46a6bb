/** Every control about namespaces, by id. */
import { limitRange } from "./limit-range.ts";
import { podSecurityBaseline } from "./pod-security-baseline.ts";
import { podSecurityLabel } from "./pod-security-label.ts";
import { podSecurityNotNewest } from "./pod-security-not-newest.ts";
import { podSecuritySilent } from "./pod-security-silent.ts";
import { resourceQuota } from "./resource-quota.ts";

export const namespaceControls = [
  limitRange,
  podSecurityBaseline,
  podSecurityLabel,
  podSecurityNotNewest,
  podSecuritySilent,
  resourceQuota,
] as const;
