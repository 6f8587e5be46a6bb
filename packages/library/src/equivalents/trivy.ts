/** Trivy's checks of Kubernetes (KSV) and of its control plane and nodes (KCV). */
import { ids, type Catalogue } from "./catalogue.ts";

export const trivy: Catalogue = {
  id: "trivy",
  title: "Trivy's checks of Kubernetes",
  revision: "trivy-checks 80e53822",
  needs: {
    manifests: ids(`
      KSV-0001 KSV-0002 KSV-0003 KSV-0004 KSV-0005 KSV-0006 KSV-0007 KSV-0008 KSV-0009 KSV-0010
      KSV-0011 KSV-0012 KSV-0013 KSV-0014 KSV-0015 KSV-0016 KSV-0017 KSV-0018 KSV-0020 KSV-0021
      KSV-0022 KSV-0023 KSV-0024 KSV-0025 KSV-0026 KSV-0027 KSV-0028 KSV-0030 KSV-0036 KSV-0037
      KSV-0038 KSV-0039 KSV-0040 KSV-0041 KSV-0042 KSV-0043 KSV-0044 KSV-0045 KSV-0046 KSV-0047
      KSV-0048 KSV-0049 KSV-0050 KSV-0051 KSV-0052 KSV-0053 KSV-0054 KSV-0055 KSV-0056 KSV-01010
      KSV-01011 KSV-0102 KSV-0103 KSV-0104 KSV-0105 KSV-0106 KSV-0107 KSV-0108 KSV-0109 KSV-0110
      KSV-0111 KSV-0112 KSV-0113 KSV-0114 KSV-0115 KSV-0116 KSV-0117 KSV-0118 KSV-0119 KSV-0120
      KSV-0121 KSV-0122 KSV-0123 KSV-0124 KSV-0125 KCV-0001 KCV-0002 KCV-0003 KCV-0005 KCV-0006
      KCV-0007 KCV-0008 KCV-0009 KCV-0010 KCV-0011 KCV-0012 KCV-0014 KCV-0015 KCV-0016 KCV-0017
      KCV-0018 KCV-0019 KCV-0020 KCV-0021 KCV-0022 KCV-0024 KCV-0025 KCV-0026 KCV-0027 KCV-0028
      KCV-0029 KCV-0030 KCV-0033 KCV-0034 KCV-0035 KCV-0036 KCV-0037 KCV-0038 KCV-0039 KCV-0040
      KCV-0041 KCV-0042 KCV-0043 KCV-0044 KCV-0045 KCV-0046 KCV-0047 KCV-0093
    `),
    node: ids(`
      KCV-0048 KCV-0049 KCV-0050 KCV-0051 KCV-0052 KCV-0053 KCV-0054 KCV-0055 KCV-0056 KCV-0057
      KCV-0058 KCV-0059 KCV-0060 KCV-0061 KCV-0062 KCV-0063 KCV-0064 KCV-0065 KCV-0066 KCV-0067
      KCV-0068 KCV-0069 KCV-0070 KCV-0071 KCV-0072 KCV-0073 KCV-0074 KCV-0075 KCV-0076 KCV-0077
      KCV-0078 KCV-0079 KCV-0080 KCV-0081 KCV-0082 KCV-0083 KCV-0084 KCV-0085 KCV-0086 KCV-0087
      KCV-0088 KCV-0089 KCV-0090 KCV-0091 KCV-0092
    `),
    gone: ids("KCV-0004 KCV-0013 KSV-0032 KSV-0033 KSV-0034 KSV-0035"),
  },
  unmet: [
    {
      reason: "agent",
      because:
        "Modes and owners of files on nodes do not show through the API; somebody on the node must look.",
      ids: ids(`
        KCV-0048 KCV-0049 KCV-0050 KCV-0051 KCV-0052 KCV-0053 KCV-0054 KCV-0055 KCV-0056
        KCV-0057 KCV-0058 KCV-0059 KCV-0060 KCV-0061 KCV-0062 KCV-0063 KCV-0064 KCV-0065
        KCV-0066 KCV-0067 KCV-0068 KCV-0069 KCV-0070 KCV-0071 KCV-0072 KCV-0073 KCV-0074
        KCV-0075 KCV-0076 KCV-0077 KCV-0078
      `),
    },
    {
      reason: "agent",
      because: "It stands on the kubelet's command line only, which nothing in the cluster shows.",
      ids: ids("KCV-0086"),
    },
    {
      reason: "obsolete",
      because:
        "The flag is gone from every version that is maintained, or its publisher has withdrawn the check.",
      ids: ids("KCV-0004 KCV-0013 KSV-0032 KSV-0033 KSV-0035"),
    },
    {
      reason: "obsolete",
      because: "It forbids the plugin that later editions of its framework demand.",
      ids: ids("KCV-0003"),
    },
    {
      reason: "impossible",
      because: "Pods' logs know no `delete`: a rule that names it allows nothing.",
      ids: ids("KSV-0042"),
    },
    {
      reason: "one-product",
      because: "It judges policies of Gatekeeper, whose own tests know more of them.",
      ids: ids("KSV-0124"),
    },
    {
      reason: "sum",
      because: "It sums up what other checks find field by field.",
      ids: ids("KSV-0118"),
    },
    {
      reason: "not-security",
      because:
        "It wants group ids above 10000. By its number alone only the root group opens anything on a node, and that is judged.",
      ids: ids("KSV-0021"),
    },
  ],
};
