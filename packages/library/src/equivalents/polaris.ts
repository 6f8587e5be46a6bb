/** Polaris's checks. */
import { ids, type Catalogue } from "./catalogue.ts";

export const polaris: Catalogue = {
  id: "polaris",
  title: "Polaris's checks",
  revision: "c0e23a23",
  needs: {
    manifests: ids(`
      automountServiceAccountToken clusterrolePodExecAttach clusterrolebindingClusterAdmin
      clusterrolebindingPodExecAttach cpuLimitsMissing cpuRequestsMissing dangerousCapabilities
      deploymentMissingReplicas hostIPCSet hostNetworkSet hostPIDSet hostPathSet hostPortSet
      hostProcess hpaMaxAvailability hpaMinAvailability insecureCapabilities linuxHardening
      livenessProbeMissing memoryLimitsMissing memoryRequestsMissing
      metadataAndInstanceMismatched missingNetworkPolicy missingPodDisruptionBudget
      notReadOnlyRootFilesystem pdbDisruptionsIsZero pdbMinAvailableGreaterThanHPAMinReplicas
      priorityClassNotSet privilegeEscalationAllowed procMount pullPolicyNotAlways
      readinessProbeMissing rolePodExecAttach rolebindingClusterAdminClusterRole
      rolebindingClusterAdminRole rolebindingClusterRolePodExecAttach
      rolebindingRolePodExecAttach runAsPrivileged runAsRootAllowed sensitiveConfigmapContent
      sensitiveContainerEnvVar tagNotSpecified tlsSettingsMissing topologySpreadConstraint
    `),
  },
  unmet: [
    {
      reason: "organisation",
      because:
        "Which labels an organisation wants is its own affair; a control of one's own says it in one line.",
      ids: ids("metadataAndInstanceMismatched"),
    },
    {
      reason: "not-security",
      because: "It makes programs more available, and no attacker gains where it fails.",
      ids: ids("hpaMaxAvailability priorityClassNotSet"),
    },
  ],
};
