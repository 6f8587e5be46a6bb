/** Every control about admission webhooks and policies, by id. */
import { admissionPolicyFailsOpen } from "./admission-policy-fails-open.ts";
import { admissionPolicyUnbound } from "./admission-policy-unbound.ts";
import { policyControl } from "./policy-control.ts";
import { privilegedScc } from "./privileged-scc.ts";
import { webhookFailsOpen } from "./webhook-fails-open.ts";
import { webhookHoldsSystem } from "./webhook-holds-system.ts";
import { webhookMissingService } from "./webhook-missing-service.ts";
import { webhookOutside } from "./webhook-outside.ts";
import { webhookSeesSecrets } from "./webhook-sees-secrets.ts";
import { webhookSkippedByLabel } from "./webhook-skipped-by-label.ts";
import { webhookTimeout } from "./webhook-timeout.ts";

export const admissionControls = [
  admissionPolicyFailsOpen,
  admissionPolicyUnbound,
  policyControl,
  privilegedScc,
  webhookFailsOpen,
  webhookHoldsSystem,
  webhookMissingService,
  webhookOutside,
  webhookSeesSecrets,
  webhookSkippedByLabel,
  webhookTimeout,
] as const;
