/** Kyverno's policies for the Pod Security Standards. */
import { ids, type Catalogue } from "./catalogue.ts";

export const kyverno: Catalogue = {
  id: "kyverno",
  title: "Kyverno's policies for the Pod Security Standards",
  revision: "b9c4317c",
  needs: {
    manifests: ids(`
      disallow-capabilities disallow-capabilities-strict disallow-host-namespaces
      disallow-host-path disallow-host-ports disallow-host-ports-range disallow-host-process
      disallow-privilege-escalation disallow-privileged-containers disallow-proc-mount
      disallow-selinux podsecurity-subrule-baseline require-run-as-non-root-user
      require-run-as-nonroot restrict-apparmor-profiles restrict-seccomp restrict-seccomp-strict
      restrict-sysctls restrict-volume-types
    `),
  },
  unmet: [
    {
      reason: "sum",
      because: "It is the whole baseline in one policy, which the framework pss-baseline is here.",
      ids: ids("podsecurity-subrule-baseline"),
    },
  ],
};
