/** rbac-police's policies. */
import { ids, type Catalogue } from "./catalogue.ts";

export const rbacPolice: Catalogue = {
  id: "rbac-police",
  title: "rbac-police's policies",
  revision: "1ec5d02",
  needs: {
    manifests: ids(`
      approve_csrs assign_sa bind_roles cluster_admin control_webhooks eks_modify_aws_auth
      escalate_roles impersonate issue_token_secrets list_secrets modify_node_status
      modify_pod_status modify_pods modify_service_status_cve_2020_8554 nodes_proxy
      obtain_token_weak_ns pods_ephemeral_ctrs pods_exec providerIAM rce_weak_ns
      retrieve_token_secrets steal_pods token_request
    `),
  },
  unmet: [],
};
