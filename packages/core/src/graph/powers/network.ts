/** Powers over connections. */
import { anyOf, definePower } from "../power.ts";

export const forwardPorts = definePower({
  id: "forward-ports",
  title: "Connect to pods by port forwarding",
  severity: "medium",
  technique: "T1090",
  tactic: "lateral-movement",
  why: "The connection starts within the pod: no NetworkPolicy sees it, and it reaches what listens on localhost alone.",
  needs: [[...anyOf("create", "pods/portforward"), ...anyOf("get", "pods/portforward", { before: 35 })]],
  gains: ["network"],
  notes: ["Before Kubernetes 1.35 get suffices, by WebSocket."],
  equivalents: ["kubescape/C-0063"],
});

export const useProxies = definePower({
  id: "use-pod-proxies",
  title: "Send requests to pods through the API server",
  severity: "medium",
  technique: "T1090",
  tactic: "lateral-movement",
  why: "Requests come from the API server, which NetworkPolicies seldom keep out: to dashboards and other inner services.",
  needs: [anyOf("get,create,update,patch,delete", "pods/proxy", "services/proxy")],
  gains: ["network"],
  notes: [],
  equivalents: ["kubescape/C-0014"],
});

export const interceptByExternalAddresses = definePower({
  id: "intercept-by-external-addresses",
  title: "Draw connections to foreign addresses",
  severity: "medium",
  technique: "T1557",
  tactic: "collection",
  why: "A Service with externalIPs takes the connections of the whole cluster to those addresses (CVE-2020-8554).",
  needs: [anyOf("create,update,patch", "services")],
  gains: ["nothing"],
  unsure: "an admission plugin (DenyServiceExternalIPs) or policy may refuse it",
  notes: [],
  equivalents: [],
});

export const interceptByServiceStatus = definePower({
  id: "intercept-by-service-status",
  title: "Draw connections by a Service's status",
  severity: "medium",
  technique: "T1557",
  tactic: "collection",
  why: "An address in the load balancer status of a Service draws connections to it; what refuses externalIPs does not see it (CVE-2020-8554).",
  needs: [anyOf("update,patch", "services/status")],
  gains: ["nothing"],
  notes: [],
  equivalents: ["rbac-police/modify_service_status_cve_2020_8554"],
});

export const changeEndpoints = definePower({
  id: "change-endpoints",
  title: "Choose where Services lead",
  severity: "medium",
  technique: "T1557",
  tactic: "collection",
  why: "Endpoints send the connections of a Service elsewhere: to oneself, or past an ingress into another namespace.",
  needs: [anyOf("create,update,patch", "endpoints", "endpointslices.discovery.k8s.io")],
  gains: ["nothing"],
  notes: ["CVE-2021-25740; the standard roles have not held it since Kubernetes 1.22."],
  equivalents: [],
});

export const changeRoutes = definePower({
  id: "change-routes",
  title: "Change what is reachable from outside",
  severity: "medium",
  technique: "T1557",
  tactic: "collection",
  why: "Ingresses and routes publish inner services, and draw a host's connections to another one.",
  needs: [
    anyOf(
      "create,update,patch",
      "ingresses.networking.k8s.io",
      "httproutes.gateway.networking.k8s.io",
      "gateways.gateway.networking.k8s.io",
    ),
  ],
  gains: ["nothing"],
  notes: [],
  equivalents: ["trivy/KSV-0056"],
});

export const changeNetworkPolicies = definePower({
  id: "change-network-policies",
  title: "Lift network policies",
  severity: "medium",
  technique: "T1562",
  tactic: "defense-evasion",
  why: "Without its policy a workload connects to everything, and everything to it.",
  needs: [
    [
      ...anyOf("create,update,patch,delete,deletecollection", "networkpolicies.networking.k8s.io"),
      ...anyOf(
        "create,update,patch,delete,deletecollection",
        "adminnetworkpolicies.policy.networking.k8s.io",
        "baselineadminnetworkpolicies.policy.networking.k8s.io",
        "ciliumnetworkpolicies.cilium.io",
        "ciliumclusterwidenetworkpolicies.cilium.io",
        "networkpolicies.crd.projectcalico.org",
        "globalnetworkpolicies.crd.projectcalico.org",
      ),
    ],
  ],
  gains: ["nothing"],
  notes: [],
  equivalents: ["trivy/KSV-0056"],
});

export const poisonDns = definePower({
  id: "poison-dns",
  title: "Answer for any name",
  severity: "high",
  technique: "T1557",
  tactic: "collection",
  why: "The configuration of CoreDNS decides where the whole cluster finds its services.",
  needs: [
    anyOf("update,patch", "configmaps", {
      namespace: "kube-system",
      names: ["coredns", "coredns-custom", "kube-dns", "node-local-dns"],
    }),
  ],
  gains: ["nothing"],
  notes: [],
  equivalents: ["kubescape/C-0037", "trivy/KSV-0049"],
});
