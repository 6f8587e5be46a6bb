/** KubiScan's risky roles. */
import { ids, type Catalogue } from "./catalogue.ts";

export const kubiscan: Catalogue = {
  id: "kubiscan",
  title: "KubiScan's risky roles",
  revision: "0a10ee1",
  needs: {
    manifests: ids(`
      risky-add-rolebinding risky-any-resource-create risky-any-resource-delete
      risky-any-resource-get risky-any-resource-impersonate risky-any-resource-list
      risky-any-verb risky-any-verb-cronjobs risky-any-verb-daemonsets
      risky-any-verb-deployments risky-any-verb-groups risky-any-verb-pods
      risky-any-verb-replicasets risky-any-verb-replicationcontrollers risky-any-verb-secrets
      risky-any-verb-statefulsets risky-attach-pods risky-create-clusterrolebinding-clusterrole
      risky-create-daemonsets risky-create-deployments risky-create-jobs risky-create-pod
      risky-create-replicasets risky-create-replicationcontrollers
      risky-create-rolebinding-clusterrole risky-create-rolebinding-role
      risky-create-statefulsets risky-exec-pods risky-execute-command-node-proxy
      risky-get-secrets risky-impersonate-groups risky-list-secrets risky-update-daemonsets
      risky-update-deployments risky-update-jobs risky-update-replicasets
      risky-update-replicationcontrollers risky-update-statefulsets
    `),
  },
  unmet: [],
};
