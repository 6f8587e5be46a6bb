import { defineControl } from "@plimsoll/core";
import { service } from "./example.ts";

export const serviceExternalIps = defineControl({
  id: "service-external-ips",
  title: "Services claim no external IP addresses",
  severity: "high",
  why: "Any address may be written into `externalIPs`, and every node then sends what is meant for it to this Service. Whoever may create Services thus receives the cluster's traffic to a bank, a registry or the cloud's metadata service (CVE-2020-8554, which has no fix).",
  remediation:
    "Remove `externalIPs`, and publish the Service by a load balancer or an Ingress. The admission plugin `DenyServiceExternalIPs` admits the field nowhere. Clients that use the address lose it at once.",
  equivalents: ["trivy:KSV-0108", "gatekeeper:k8sexternalips"],
  grants: "lateral-movement",
  reference: "https://github.com/kubernetes/kubernetes/issues/97076",
  target: "service",
  validate: "size(object.spec.?externalIPs.orValue([])) == 0",
  path: "spec.externalIPs",
  message: "The Service takes over traffic to addresses it names itself",
  fix: [{ remove: "spec.externalIPs" }],
  examples: {
    pass: [{ resources: [service({})] }],
    fail: [{ resources: [service({ externalIPs: ["203.0.113.7"] })] }],
  },
});
