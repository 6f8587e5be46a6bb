/** The restricted level of the Kubernetes Pod Security Standards: the baseline's checks, some in a stricter form, and its own. */
import type { Framework } from "@plimsoll/core";
import type { ControlId } from "../controls/index.ts";
import { pssBaseline } from "./pss-baseline.ts";

/** Checks of the baseline that a stricter one of this level stands for; until that one came, they held here too. */
const stricter = {
  capabilities_baseline: "capabilities_restricted",
  hostPathVolumes: "restrictedVolumes",
  procMount: "procMount_restricted",
  seccompProfile_baseline: "seccompProfile_restricted",
};

export const pssRestricted: Framework<ControlId> = {
  id: "pss-restricted",
  title: "Pod Security Standards: restricted",
  version: "1.37",
  source: pssBaseline.source,
  description:
    "What a hardened pod meets: everything of the baseline, no root, no capabilities, a seccomp profile. Requirements go by the names of the checks in k8s.io/pod-security-admission; a stricter check stands for the baseline's, and before the version that brought it, it asks what the baseline's asks.",
  requirements: [
    ...pssBaseline.requirements.filter(({ id }) => !(id in stricter)),
    {
      id: "allowPrivilegeEscalation",
      title: "Processes may not gain privileges",
      controls: ["privilege-escalation"],
    },
    {
      id: "capabilities_restricted",
      title: "All capabilities are dropped, and only NET_BIND_SERVICE is added",
      controls: [...baselineControls("capabilities_baseline"), "capabilities-kept", "capability-added"],
    },
    {
      id: "procMount_restricted",
      title: "/proc keeps its masks, in user namespaces too",
      controls: [...baselineControls("procMount"), "proc-mount-user-namespace"],
    },
    {
      id: "restrictedVolumes",
      title: "Volumes are of the types that go through Kubernetes' storage",
      controls: [...baselineControls("hostPathVolumes"), "git-repo-volume", "restricted-volume"],
    },
    {
      id: "runAsNonRoot",
      title: "Containers must run as a user other than root",
      controls: ["root-allowed", "pod-root-allowed"],
    },
    {
      id: "runAsUser",
      title: "The user is not set to root",
      controls: ["root-user", "pod-root-user"],
    },
    {
      id: "seccompProfile_restricted",
      title: "A seccomp profile is set",
      controls: [...baselineControls("seccompProfile_baseline"), "seccomp-unset"],
    },
  ],
};

function baselineControls(id: keyof typeof stricter): readonly ControlId[] {
  return pssBaseline.requirements.find((requirement) => requirement.id === id)!.controls;
}
