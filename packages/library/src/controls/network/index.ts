/** Every control about network policies, services, ingresses and gateways, by id. */
import { defaultDenyEgress } from "./default-deny-egress.ts";
import { defaultDenyIngress } from "./default-deny-ingress.ts";
import { exposedAdminInterface } from "./exposed-admin-interface.ts";
import { exposedDataStore } from "./exposed-data-store.ts";
import { externalNameService } from "./external-name-service.ts";
import { gatewayListenerTls } from "./gateway-listener-tls.ts";
import { gatewayRoutesFromAll } from "./gateway-routes-from-all.ts";
import { ingressHostShared } from "./ingress-host-shared.ts";
import { ingressMissingService } from "./ingress-missing-service.ts";
import { ingressNginxSnippetsAllowed } from "./ingress-nginx-snippets-allowed.ts";
import { ingressPlainRedirectOff } from "./ingress-plain-redirect-off.ts";
import { ingressSnippet } from "./ingress-snippet.ts";
import { ingressTls } from "./ingress-tls.ts";
import { ingressWildcardHost } from "./ingress-wildcard-host.ts";
import { loadBalancerOpen } from "./load-balancer-open.ts";
import { namespaceNetworkPolicy } from "./namespace-network-policy.ts";
import { networkPluginPolicies } from "./network-plugin-policies.ts";
import { networkPolicyAnyNamespace } from "./network-policy-any-namespace.ts";
import { networkPolicyAnySource } from "./network-policy-any-source.ts";
import { networkPolicyMetadataService } from "./network-policy-metadata-service.ts";
import { networkPolicyOpenEgress } from "./network-policy-open-egress.ts";
import { networkPolicyOpenIngress } from "./network-policy-open-ingress.ts";
import { networkPolicyPeerSelectsNothing } from "./network-policy-peer-selects-nothing.ts";
import { networkPolicySelectsNothing } from "./network-policy-selects-nothing.ts";
import { nodePortService } from "./node-port-service.ts";
import { routeMissingService } from "./route-missing-service.ts";
import { serviceExternalIps } from "./service-external-ips.ts";
import { serviceMonitorSelectsNothing } from "./service-monitor-selects-nothing.ts";
import { servicePortUnserved } from "./service-port-unserved.ts";
import { serviceSelectsNothing } from "./service-selects-nothing.ts";
import { workloadNetworkPolicy } from "./workload-network-policy.ts";

export const networkControls = [
  defaultDenyEgress,
  defaultDenyIngress,
  exposedAdminInterface,
  exposedDataStore,
  externalNameService,
  gatewayListenerTls,
  gatewayRoutesFromAll,
  ingressHostShared,
  ingressMissingService,
  ingressNginxSnippetsAllowed,
  ingressPlainRedirectOff,
  ingressSnippet,
  ingressTls,
  ingressWildcardHost,
  loadBalancerOpen,
  namespaceNetworkPolicy,
  networkPluginPolicies,
  networkPolicyAnyNamespace,
  networkPolicyAnySource,
  networkPolicyMetadataService,
  networkPolicyOpenEgress,
  networkPolicyOpenIngress,
  networkPolicyPeerSelectsNothing,
  networkPolicySelectsNothing,
  nodePortService,
  routeMissingService,
  serviceExternalIps,
  serviceMonitorSelectsNothing,
  servicePortUnserved,
  serviceSelectsNothing,
  workloadNetworkPolicy,
] as const;
