/** Every control about roles, bindings, service accounts and tokens, by id. */
import { accountAutomount } from "./account-automount.ts";
import { accountTokenSecret } from "./account-token-secret.ts";
import { accountTokensCreate } from "./account-tokens-create.ts";
import { adminRoleBinding } from "./admin-role-binding.ts";
import { admissionPoliciesWrite } from "./admission-policies-write.ts";
import { anonymousBinding } from "./anonymous-binding.ts";
import { apiServicesWrite } from "./api-services-write.ts";
import { authenticatedBinding } from "./authenticated-binding.ts";
import { bindingMissingAccount } from "./binding-missing-account.ts";
import { bindingMissingRole } from "./binding-missing-role.ts";
import { certificatesApprove } from "./certificates-approve.ts";
import { certificatesSign } from "./certificates-sign.ts";
import { clusterAdminBinding } from "./cluster-admin-binding.ts";
import { customResourceDefinitionsWrite } from "./custom-resource-definitions-write.ts";
import { defaultAccountBinding } from "./default-account-binding.ts";
import { defaultAccountCloudIdentity } from "./default-account-cloud-identity.ts";
import { defaultAccountWorkload } from "./default-account-workload.ts";
import { endpointsWrite } from "./endpoints-write.ts";
import { eventsDelete } from "./events-delete.ts";
import { foreignAccountBinding } from "./foreign-account-binding.ts";
import { impersonate } from "./impersonate.ts";
import { missingAccount } from "./missing-account.ts";
import { namespaceAccountTokensCreate } from "./namespace-account-tokens-create.ts";
import { namespaceAccountsBinding } from "./namespace-accounts-binding.ts";
import { namespaceAccountsImpersonate } from "./namespace-accounts-impersonate.ts";
import { namespaceClusterAdminBinding } from "./namespace-cluster-admin-binding.ts";
import { namespaceRoleAllPermissions } from "./namespace-role-all-permissions.ts";
import { namespaceRolesEscalate } from "./namespace-roles-escalate.ts";
import { namespaceSecretsRead } from "./namespace-secrets-read.ts";
import { namespacesModify } from "./namespaces-modify.ts";
import { networkPoliciesWrite } from "./network-policies-write.ts";
import { nodesGroupBinding } from "./nodes-group-binding.ts";
import { nodesModify } from "./nodes-modify.ts";
import { nodesProxy } from "./nodes-proxy.ts";
import { persistentVolumesCreate } from "./persistent-volumes-create.ts";
import { platformRoleBinding } from "./platform-role-binding.ts";
import { podLogsRead } from "./pod-logs-read.ts";
import { podStatusWrite } from "./pod-status-write.ts";
import { podsAttach } from "./pods-attach.ts";
import { podsCreate } from "./pods-create.ts";
import { podsEphemeralContainers } from "./pods-ephemeral-containers.ts";
import { podsEvict } from "./pods-evict.ts";
import { podsExec } from "./pods-exec.ts";
import { podsModify } from "./pods-modify.ts";
import { podsPortForward } from "./pods-port-forward.ts";
import { podsProxy } from "./pods-proxy.ts";
import { roleAllPermissions } from "./role-all-permissions.ts";
import { roleBindingsWrite } from "./role-bindings-write.ts";
import { roleWildcardApiGroups } from "./role-wildcard-api-groups.ts";
import { roleWildcardCustomResources } from "./role-wildcard-custom-resources.ts";
import { roleWildcardResources } from "./role-wildcard-resources.ts";
import { roleWildcardUrls } from "./role-wildcard-urls.ts";
import { roleWildcardVerbs } from "./role-wildcard-verbs.ts";
import { rolesBind } from "./roles-bind.ts";
import { rolesEscalate } from "./roles-escalate.ts";
import { rolesWrite } from "./roles-write.ts";
import { secretsRead } from "./secrets-read.ts";
import { secretsWrite } from "./secrets-write.ts";
import { serviceStatusWrite } from "./service-status-write.ts";
import { servicesWrite } from "./services-write.ts";
import { stealPods } from "./steal-pods.ts";
import { systemConfigMapsWrite } from "./system-config-maps-write.ts";
import { systemMastersBinding } from "./system-masters-binding.ts";
import { tokenAutomount } from "./token-automount.ts";
import { webhookConfigurationsWrite } from "./webhook-configurations-write.ts";
import { workloadsDelete } from "./workloads-delete.ts";
import { workloadsWrite } from "./workloads-write.ts";

export const identityControls = [
  accountAutomount,
  accountTokenSecret,
  accountTokensCreate,
  adminRoleBinding,
  admissionPoliciesWrite,
  anonymousBinding,
  apiServicesWrite,
  authenticatedBinding,
  bindingMissingAccount,
  bindingMissingRole,
  certificatesApprove,
  certificatesSign,
  clusterAdminBinding,
  customResourceDefinitionsWrite,
  defaultAccountBinding,
  defaultAccountCloudIdentity,
  defaultAccountWorkload,
  endpointsWrite,
  eventsDelete,
  foreignAccountBinding,
  impersonate,
  missingAccount,
  namespaceAccountTokensCreate,
  namespaceAccountsBinding,
  namespaceAccountsImpersonate,
  namespaceClusterAdminBinding,
  namespaceRoleAllPermissions,
  namespaceRolesEscalate,
  namespaceSecretsRead,
  namespacesModify,
  networkPoliciesWrite,
  nodesGroupBinding,
  nodesModify,
  nodesProxy,
  persistentVolumesCreate,
  platformRoleBinding,
  podLogsRead,
  podStatusWrite,
  podsAttach,
  podsCreate,
  podsEphemeralContainers,
  podsEvict,
  podsExec,
  podsModify,
  podsPortForward,
  podsProxy,
  roleAllPermissions,
  roleBindingsWrite,
  roleWildcardApiGroups,
  roleWildcardCustomResources,
  roleWildcardResources,
  roleWildcardUrls,
  roleWildcardVerbs,
  rolesBind,
  rolesEscalate,
  rolesWrite,
  secretsRead,
  secretsWrite,
  serviceStatusWrite,
  servicesWrite,
  stealPods,
  systemConfigMapsWrite,
  systemMastersBinding,
  tokenAutomount,
  webhookConfigurationsWrite,
  workloadsDelete,
  workloadsWrite,
] as const;
