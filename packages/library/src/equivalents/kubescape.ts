/** Kubescape's controls: what each needs to be judged, and why some have no equal here. */
import { ids, type Catalogue } from "./catalogue.ts";

export const kubescape: Catalogue = {
  id: "kubescape",
  title: "Kubescape's controls",
  revision: "regolibrary ce7ef32a",
  needs: {
    manifests: ids(`
      C-0001 C-0002 C-0004 C-0005 C-0007 C-0009 C-0012 C-0013 C-0014 C-0015 C-0016 C-0017 C-0018
      C-0020 C-0021 C-0026 C-0030 C-0031 C-0034 C-0035 C-0036 C-0037 C-0038 C-0039 C-0041 C-0042
      C-0044 C-0045 C-0046 C-0048 C-0049 C-0050 C-0053 C-0054 C-0055 C-0056 C-0057 C-0058 C-0059
      C-0061 C-0062 C-0063 C-0065 C-0066 C-0067 C-0073 C-0074 C-0075 C-0076 C-0077 C-0078 C-0081
      C-0087 C-0088 C-0089 C-0090 C-0091 C-0113 C-0114 C-0115 C-0116 C-0117 C-0118 C-0119 C-0120
      C-0121 C-0122 C-0123 C-0125 C-0126 C-0127 C-0128 C-0129 C-0130 C-0131 C-0132 C-0133 C-0134
      C-0135 C-0136 C-0137 C-0138 C-0139 C-0140 C-0141 C-0143 C-0144 C-0145 C-0146 C-0147 C-0148
      C-0149 C-0150 C-0151 C-0152 C-0153 C-0154 C-0155 C-0156 C-0157 C-0158 C-0159 C-0160 C-0185
      C-0186 C-0187 C-0188 C-0189 C-0190 C-0191 C-0192 C-0193 C-0194 C-0195 C-0196 C-0197 C-0198
      C-0199 C-0200 C-0201 C-0202 C-0203 C-0204 C-0206 C-0207 C-0209 C-0210 C-0211 C-0212 C-0225
      C-0226 C-0231 C-0232 C-0233 C-0234 C-0239 C-0245 C-0253 C-0255 C-0256 C-0257 C-0258 C-0259
      C-0260 C-0261 C-0262 C-0263 C-0264 C-0265 C-0266 C-0267 C-0268 C-0269 C-0270 C-0271 C-0272
      C-0273 C-0275 C-0276 C-0277 C-0278 C-0279 C-0280 C-0281 C-0282 C-0283 C-0290 C-0291 C-0292
      C-0293 C-0294 C-0295 C-0296 C-0297 C-0298 C-0299 C-0300 C-0301 C-0302 C-0303 C-0304 C-0305
      C-0306 C-0307
    `),
    node: ids(`
      C-0069 C-0070 C-0079 C-0092 C-0093 C-0094 C-0095 C-0096 C-0097 C-0098 C-0099 C-0100 C-0101
      C-0102 C-0103 C-0104 C-0105 C-0106 C-0107 C-0108 C-0109 C-0110 C-0111 C-0112 C-0142 C-0161
      C-0162 C-0163 C-0164 C-0165 C-0166 C-0167 C-0168 C-0169 C-0170 C-0171 C-0172 C-0173 C-0174
      C-0175 C-0176 C-0177 C-0178 C-0179 C-0180 C-0181 C-0182 C-0183 C-0184 C-0205 C-0208 C-0230
      C-0235 C-0238 C-0284
    `),
    cloud: ids(`
      C-0052 C-0221 C-0222 C-0223 C-0227 C-0228 C-0229 C-0240 C-0241 C-0243 C-0244 C-0247 C-0248
      C-0250 C-0251 C-0252 C-0285 C-0308
    `),
    image: ids("C-0083 C-0084 C-0085 C-0236 C-0237"),
    probe: ids("C-0274"),
    person: ids("C-0242 C-0246 C-0249 C-0254 C-0286 C-0287 C-0288 C-0289"),
    gone: ids("C-0068 C-0124 C-0213 C-0214 C-0215 C-0216 C-0217 C-0218 C-0219 C-0220"),
  },
  unmet: [
    {
      reason: "agent",
      because:
        "Modes and owners of files on nodes do not show through the API; somebody on the node must look.",
      ids: ids(`
        C-0092 C-0093 C-0094 C-0095 C-0096 C-0097 C-0098 C-0099 C-0100 C-0101 C-0102 C-0103
        C-0104 C-0105 C-0106 C-0107 C-0108 C-0109 C-0110 C-0111 C-0112 C-0162 C-0163 C-0164
        C-0165 C-0166 C-0167 C-0168 C-0169 C-0170 C-0171 C-0235 C-0238
      `),
    },
    {
      reason: "agent",
      because:
        "It stands on a node's command line or in a file of the control plane, which nothing in the cluster shows.",
      ids: ids("C-0142 C-0161 C-0179"),
    },
    {
      reason: "cloud",
      because: "It asks the cloud about the cluster, its registry or its identities.",
      ids: ids("C-0221 C-0222 C-0223 C-0227 C-0228 C-0241 C-0243 C-0247 C-0250 C-0251 C-0252 C-0308"),
    },
    {
      reason: "obsolete",
      because:
        "PodSecurityPolicy left Kubernetes in 1.25 and SecurityContextDeny in 1.30; Pod Security took their place and is judged here.",
      ids: ids("C-0068 C-0124 C-0213 C-0214 C-0215 C-0216 C-0217 C-0218 C-0219 C-0220"),
    },
    {
      reason: "obsolete",
      because: "It forbids the plugin that later editions of its framework, and C-0283, demand.",
      ids: ids("C-0115"),
    },
    {
      reason: "one-vulnerability",
      because:
        "It looks for one vulnerability in one version, which is found with all others where components are matched against published vulnerabilities.",
      ids: ids("C-0058 C-0079 C-0081 C-0087 C-0089 C-0090 C-0091"),
    },
    {
      reason: "organisation",
      because:
        "Which labels an organisation wants is its own affair; a control of one's own says it in one line.",
      ids: ids("C-0076 C-0077"),
    },
    {
      reason: "one-product",
      because:
        "It judges templates of one product for sandboxes; what they make of pods is judged as all pods are.",
      ids: ids("C-0297 C-0301 C-0303 C-0304"),
    },
    {
      reason: "not-a-weakness",
      because:
        "It finds every use of a feature (a CronJob, a mounted Secret, claim or ConfigMap). Using it as meant is no weakness but a fact, from which attack paths are drawn.",
      ids: ids("C-0026 C-0255 C-0257 C-0258"),
    },
    {
      reason: "impossible",
      because:
        "The API server refuses such an object, or writes both fields into every pod, so that no cluster can show it.",
      ids: ids("C-0294 C-0296"),
    },
    {
      reason: "manual",
      because: "It asks people to look; the requirement of the framework says at what.",
      ids: ids("C-0242 C-0249 C-0286 C-0209 C-0226 C-0233"),
    },
    {
      reason: "cloud",
      because:
        "Whether a load balancer of AWS speaks TLS is settled by its annotations together with a certificate in the cloud.",
      ids: ids("C-0231"),
    },
  ],
};
