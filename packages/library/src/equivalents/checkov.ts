/** Checkov's checks of Kubernetes. */
import { ids, type Catalogue } from "./catalogue.ts";

export const checkov: Catalogue = {
  id: "checkov",
  title: "Checkov's checks of Kubernetes",
  revision: "3.3.30",
  needs: {
    manifests: ids(`
      CKV2_K8S_1 CKV2_K8S_2 CKV2_K8S_3 CKV2_K8S_4 CKV2_K8S_5 CKV2_K8S_6 CKV_K8S_8 CKV_K8S_9
      CKV_K8S_10 CKV_K8S_11 CKV_K8S_12 CKV_K8S_13 CKV_K8S_14 CKV_K8S_15 CKV_K8S_16 CKV_K8S_17
      CKV_K8S_18 CKV_K8S_19 CKV_K8S_20 CKV_K8S_21 CKV_K8S_22 CKV_K8S_23 CKV_K8S_25 CKV_K8S_26
      CKV_K8S_27 CKV_K8S_28 CKV_K8S_29 CKV_K8S_30 CKV_K8S_31 CKV_K8S_33 CKV_K8S_34 CKV_K8S_35
      CKV_K8S_37 CKV_K8S_38 CKV_K8S_39 CKV_K8S_40 CKV_K8S_41 CKV_K8S_42 CKV_K8S_43 CKV_K8S_44
      CKV_K8S_45 CKV_K8S_49 CKV_K8S_68 CKV_K8S_70 CKV_K8S_72 CKV_K8S_73 CKV_K8S_74 CKV_K8S_75
      CKV_K8S_77 CKV_K8S_78 CKV_K8S_79 CKV_K8S_80 CKV_K8S_82 CKV_K8S_83 CKV_K8S_85 CKV_K8S_88
      CKV_K8S_89 CKV_K8S_90 CKV_K8S_91 CKV_K8S_92 CKV_K8S_93 CKV_K8S_94 CKV_K8S_95 CKV_K8S_96
      CKV_K8S_97 CKV_K8S_99 CKV_K8S_100 CKV_K8S_102 CKV_K8S_104 CKV_K8S_105 CKV_K8S_106
      CKV_K8S_107 CKV_K8S_108 CKV_K8S_110 CKV_K8S_111 CKV_K8S_112 CKV_K8S_113 CKV_K8S_114
      CKV_K8S_115 CKV_K8S_116 CKV_K8S_117 CKV_K8S_118 CKV_K8S_119 CKV_K8S_121 CKV_K8S_152
      CKV_K8S_153 CKV_K8S_154 CKV_K8S_155 CKV_K8S_156 CKV_K8S_157 CKV_K8S_158 CKV_K8S_159
    `),
    node: ids(`
      CKV_K8S_138 CKV_K8S_139 CKV_K8S_140 CKV_K8S_141 CKV_K8S_143 CKV_K8S_144 CKV_K8S_145
      CKV_K8S_146 CKV_K8S_147 CKV_K8S_148 CKV_K8S_149 CKV_K8S_151
    `),
    gone: ids(`
      CKV_K8S_1 CKV_K8S_2 CKV_K8S_3 CKV_K8S_4 CKV_K8S_5 CKV_K8S_6 CKV_K8S_7 CKV_K8S_24
      CKV_K8S_32 CKV_K8S_36 CKV_K8S_69 CKV_K8S_71 CKV_K8S_81 CKV_K8S_84 CKV_K8S_86
    `),
  },
  unmet: [
    {
      reason: "obsolete",
      because: "PodSecurityPolicy left Kubernetes in 1.25; Pod Security took its place and is judged here.",
      ids: ids(`
        CKV_K8S_1 CKV_K8S_2 CKV_K8S_3 CKV_K8S_4 CKV_K8S_5 CKV_K8S_6 CKV_K8S_7 CKV_K8S_24
        CKV_K8S_32 CKV_K8S_36
      `),
    },
    {
      reason: "obsolete",
      because: "The flag or the plugin is gone from every version that is maintained.",
      ids: ids("CKV_K8S_69 CKV_K8S_71 CKV_K8S_81 CKV_K8S_84 CKV_K8S_86"),
    },
    {
      reason: "agent",
      because: "It stands on the kubelet's command line only, which nothing in the cluster shows.",
      ids: ids("CKV_K8S_146"),
    },
    {
      reason: "sum",
      because:
        "It asks whether any security context stands there; what should be in it is found field by field.",
      ids: ids("CKV_K8S_29 CKV_K8S_30"),
    },
    {
      reason: "one-product",
      because: "It looks for one version of one program, git-sync.",
      ids: ids("CKV_K8S_159"),
    },
  ],
};
