import { defineControl } from "@plimsoll/core";

export const hostPort = defineControl({
  id: "host-port",
  title: "Containers take no port of the node",
  severity: "medium",
  why: "A host port is open to everyone who reaches the node's address, past any Service, Ingress or TLS in front of the application, and network plugins differ in whether a network policy still binds it.",
  remediation:
    "Remove `hostPort` and publish the container's port through a Service. Clients that call the node's address lose the way in; the port also stops limiting the workload to one pod a node.",
  equivalents: [
    "kubescape:C-0044",
    "trivy:KSV-0024",
    "polaris:hostPortSet",
    "kyverno:disallow-host-ports",
    "kyverno:disallow-host-ports-range",
    "checkov:CKV_K8S_26",
    "gatekeeper:k8spsphostnetworkingports",
    "prowler:core_minimize_admission_hostport_containers",
  ],
  grants: "lateral-movement",
  reference: "https://kubernetes.io/docs/concepts/security/pod-security-standards/",
  target: "container",
  each: "ports",
  when: "!pod.spec.?hostNetwork.orValue(false)",
  validate: "item.?hostPort.orValue(0) == 0",
  path: "hostPort",
  message: "The container takes a port of the node",
  fix: [{ remove: "hostPort" }],
  examples: {
    pass: [
      { container: { ports: [{ containerPort: 8080 }] } },
      {
        name: "on the node's network every port is one of the node, which host-network says",
        container: { ports: [{ containerPort: 8080, hostPort: 8080 }] },
        pod: { hostNetwork: true },
      },
    ],
    fail: [{ container: { ports: [{ containerPort: 8080, hostPort: 8080 }] } }],
  },
});
