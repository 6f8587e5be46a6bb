/** `.Capabilities` of `helm template`, which asks no cluster: the API versions that helm 3.22.0 has built in. */
import { define } from "../template/define.ts";
import { listOf, type Struct, type Value } from "../template/value.ts";

export const kubeVersion = "v1.37.0";
const helmVersion = "v3.22.0";

const apiVersions: readonly string[] = [
  "v1",
  "admissionregistration.k8s.io/v1",
  "admissionregistration.k8s.io/v1alpha1",
  "admissionregistration.k8s.io/v1beta1",
  "internal.apiserver.k8s.io/v1alpha1",
  "apps/v1",
  "apps/v1beta1",
  "apps/v1beta2",
  "authentication.k8s.io/v1",
  "authentication.k8s.io/v1alpha1",
  "authentication.k8s.io/v1beta1",
  "authorization.k8s.io/v1",
  "authorization.k8s.io/v1beta1",
  "autoscaling/v1",
  "autoscaling/v2",
  "batch/v1",
  "batch/v1beta1",
  "certificates.k8s.io/v1",
  "certificates.k8s.io/v1beta1",
  "certificates.k8s.io/v1alpha1",
  "coordination.k8s.io/v1alpha2",
  "coordination.k8s.io/v1beta1",
  "coordination.k8s.io/v1",
  "discovery.k8s.io/v1",
  "discovery.k8s.io/v1beta1",
  "events.k8s.io/v1",
  "events.k8s.io/v1beta1",
  "extensions/v1beta1",
  "flowcontrol.apiserver.k8s.io/v1",
  "flowcontrol.apiserver.k8s.io/v1beta1",
  "flowcontrol.apiserver.k8s.io/v1beta2",
  "flowcontrol.apiserver.k8s.io/v1beta3",
  "lifecycle.k8s.io/v1alpha1",
  "networking.k8s.io/v1",
  "networking.k8s.io/v1beta1",
  "node.k8s.io/v1",
  "node.k8s.io/v1alpha1",
  "node.k8s.io/v1beta1",
  "policy/v1",
  "policy/v1beta1",
  "rbac.authorization.k8s.io/v1",
  "rbac.authorization.k8s.io/v1beta1",
  "rbac.authorization.k8s.io/v1alpha1",
  "resource.k8s.io/v1",
  "resource.k8s.io/v1beta2",
  "resource.k8s.io/v1beta1",
  "resource.k8s.io/v1alpha3",
  "scheduling.k8s.io/v1alpha3",
  "scheduling.k8s.io/v1beta1",
  "scheduling.k8s.io/v1",
  "storage.k8s.io/v1beta1",
  "storage.k8s.io/v1",
  "storage.k8s.io/v1alpha1",
  "storagemigration.k8s.io/v1",
  "storagemigration.k8s.io/v1beta1",
  "apiextensions.k8s.io/v1beta1",
  "apiextensions.k8s.io/v1",
];

function structOf(type: string, fields: readonly (readonly [string, Value])[], text?: string): Struct {
  const made: Struct = { kind: "struct", type, fields: new Map(fields), methods: new Map() };
  return text === undefined ? made : { ...made, text };
}

export function capabilities(): Struct {
  const has = define("Has", "string -> bool", (version: string) => apiVersions.includes(version));
  const [, major = "", minor = ""] = /^v([0-9]+)\.([0-9]+)/.exec(kubeVersion) ?? [];
  const kube: Struct = {
    kind: "struct",
    type: "chartutil.KubeVersion",
    fields: new Map([
      ["Version", kubeVersion],
      ["Major", major],
      ["Minor", minor],
    ]),
    methods: new Map([
      ["GitVersion", define("GitVersion", "-> string", () => kubeVersion)],
      ["String", define("String", "-> string", () => kubeVersion)],
    ]),
    text: kubeVersion,
  };
  return structOf("*chartutil.Capabilities", [
    ["KubeVersion", kube],
    [
      "APIVersions",
      { ...listOf([...apiVersions], "chartutil.VersionSet"), methods: new Map([["Has", has]]) },
    ],
    ["HelmVersion", structOf("version.BuildInfo", [["Version", helmVersion]])],
  ]);
}
