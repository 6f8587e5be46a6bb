/** All fields of objects that run nothing themselves. */
import { accountAutomount } from "./account-automount.ts";
import { networkPolicy } from "./network-policy.ts";
import type { ObjectField } from "./object-field.ts";
import { podSecurity } from "./pod-security.ts";
import { rights } from "./rights.ts";
import { service } from "./service.ts";

export const objectFields: readonly ObjectField[] = [
  rights,
  accountAutomount,
  service,
  networkPolicy,
  podSecurity,
];
