/** From where a Service's load balancer can be reached, by the words that clouds read. */
import { isJsonArray, type JsonObject } from "../model/json.ts";

type Annotations = { readonly [key: string]: string };

/**
 * Annotations by which clouds keep a load balancer inside their own network, as their controllers' references name them:
 * AWS, Azure, Google, Oracle, IBM, OpenStack, Alibaba, Tencent, Baidu, DigitalOcean, Scaleway, Yandex, Hetzner.
 */
const internalAnnotations: { readonly [key: string]: RegExp } = {
  "service.beta.kubernetes.io/aws-load-balancer-internal": /^(?!false$)./,
  "service.beta.kubernetes.io/aws-load-balancer-scheme": /^internal$/,
  "service.beta.kubernetes.io/azure-load-balancer-internal": /^true$/,
  "networking.gke.io/load-balancer-type": /^internal$/i,
  "cloud.google.com/load-balancer-type": /^internal$/i,
  "service.beta.kubernetes.io/oci-load-balancer-internal": /^true$/,
  "oci-network-load-balancer.oraclecloud.com/internal": /^true$/,
  "service.kubernetes.io/ibm-load-balancer-cloud-provider-ip-type": /^private$/,
  "service.beta.kubernetes.io/openstack-internal-load-balancer": /^true$/i,
  "service.beta.kubernetes.io/alibaba-cloud-loadbalancer-address-type": /^intranet$/,
  "service.kubernetes.io/qcloud-loadbalancer-internal-subnetid": /./,
  "service.beta.kubernetes.io/cce-load-balancer-internal-vpc": /^true$/,
  "service.beta.kubernetes.io/do-loadbalancer-network": /^internal$/i,
  "service.beta.kubernetes.io/scw-loadbalancer-private": /^true$/,
  "yandex.cloud/load-balancer-type": /^internal$/i,
  "load-balancer.hetzner.cloud/disable-public-network": /^true$/,
};

/** The AWS load balancer controller's, which are internal unless the scheme says otherwise. */
const internalClasses: ReadonlySet<unknown> = new Set(["service.k8s.aws/nlb", "eks.amazonaws.com/nlb"]);
const awsScheme = "service.beta.kubernetes.io/aws-load-balancer-scheme";

/** The words for a load balancer that does not face the whole internet; `undefined` for one that does. */
export function narrowBalancer(annotations: Annotations, spec: JsonObject): string | undefined {
  const isInternal = Object.entries(internalAnnotations).some(
    ([key, pattern]) => annotations[key] !== undefined && pattern.test(annotations[key]),
  );
  if (isInternal) return "internal LoadBalancer";
  if (internalClasses.has(spec["loadBalancerClass"]) && annotations[awsScheme] === undefined)
    return "LoadBalancer, internal as its class is by default";
  const ranges = rangesOf(annotations, spec);
  if (ranges.length === 0 || ranges.some(isEverywhere)) return undefined;
  return `LoadBalancer limited to ${ranges.join(", ")}`;
}

/** The field counts before the annotation that it replaced. */
function rangesOf(
  annotations: Annotations,
  { loadBalancerSourceRanges: field }: JsonObject,
): readonly string[] {
  if (isJsonArray(field) && field.length > 0) return field.map(String);
  const text = annotations["service.beta.kubernetes.io/load-balancer-source-ranges"] ?? "";
  return text
    .split(",")
    .map((range) => range.trim())
    .filter((range) => range !== "");
}

/** Halves and quarters of the address space are no limit either. */
function isEverywhere(range: string): boolean {
  return /\/[0-7]$/.test(range);
}

/** Annotations by which clouds keep an Ingress inside their own network. */
const internalIngress: { readonly [key: string]: RegExp } = {
  "alb.ingress.kubernetes.io/scheme": /^internal$/,
  "kubernetes.io/ingress.class": /^gce-internal$/,
  "appgw.ingress.kubernetes.io/use-private-ip": /^true$/,
};

export function isInternalIngress(annotations: Annotations, spec: JsonObject): boolean {
  return (
    spec["ingressClassName"] === "gce-internal" ||
    Object.entries(internalIngress).some(([key, pattern]) => pattern.test(annotations[key] ?? ""))
  );
}
