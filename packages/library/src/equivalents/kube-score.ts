/** kube-score's checks. */
import { ids, type Catalogue } from "./catalogue.ts";

export const kubeScore: Catalogue = {
  id: "kube-score",
  title: "kube-score's checks",
  revision: "v1.19.0",
  needs: {
    manifests: ids(`
      container-cpu-requests-equal-limits container-ephemeral-storage-request-and-limit
      container-ephemeral-storage-request-equals-limit container-image-pull-policy
      container-image-tag container-memory-requests-equal-limits container-ports-check
      container-resource-requests-equal-limits container-resources container-seccomp-profile
      container-security-context-privileged container-security-context-readonlyrootfilesystem
      container-security-context-user-group-id cronjob-has-deadline cronjob-restartpolicy
      deployment-has-host-podantiaffinity deployment-has-poddisruptionbudget
      deployment-pod-selector-labels-match-template-metadata-labels deployment-replicas
      deployment-strategy deployment-targeted-by-hpa-does-not-have-replicas-configured
      environment-variable-key-duplication horizontalpodautoscaler-has-target
      horizontalpodautoscaler-replicas ingress-targets-service label-values
      networkpolicy-targets-pod pod-networkpolicy pod-probes pod-topology-spread-constraints
      poddisruptionbudget-has-policy service-targets-pod service-type stable-version
      statefulset-has-host-podantiaffinity statefulset-has-poddisruptionbudget
      statefulset-has-servicename statefulset-pod-selector-labels-match-template-metadata-labels
    `),
  },
  unmet: [
    {
      reason: "not-security",
      because: "It makes programs steadier or manifests tidier, and no attacker gains where it fails.",
      ids: ids(`
        container-cpu-requests-equal-limits container-ephemeral-storage-request-equals-limit
        container-memory-requests-equal-limits container-resource-requests-equal-limits
        container-ports-check cronjob-has-deadline
        deployment-targeted-by-hpa-does-not-have-replicas-configured
        poddisruptionbudget-has-policy statefulset-has-servicename
      `),
    },
    {
      reason: "impossible",
      because: "The API server refuses such an object, so that no cluster can show it.",
      ids: ids(`
        cronjob-restartpolicy deployment-pod-selector-labels-match-template-metadata-labels
        label-values statefulset-pod-selector-labels-match-template-metadata-labels
      `),
    },
  ],
};
