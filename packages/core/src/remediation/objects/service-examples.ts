/** Examples of Services that are narrowed. */
import type { ObservationDetail } from "../../model/observation.ts";
import type { ObjectField } from "./object-field.ts";
import { node, service, usingPod, workload } from "./example-objects.ts";

const who = "Deployment shop/web";
const client = "198.51.100.7";

function taken(
  peer: { readonly address: string } | { readonly namespace: string; readonly workload: string },
  port = 8080,
): ObservationDetail {
  return { kind: "connection", operation: "accept", direction: "in", protocol: "TCP", port, peer };
}

function made(
  peer: { readonly address?: string; readonly namespace?: string; readonly service?: string },
  port: number,
): ObservationDetail {
  return { kind: "connection", operation: "connect", direction: "out", protocol: "TCP", port, peer };
}

const balanced = (ranges?: readonly string[]) =>
  service({ type: "LoadBalancer", ...(ranges === undefined ? {} : { loadBalancerSourceRanges: ranges }) });
const inside = [{ op: "replace", path: "/spec/type", value: "ClusterIP" }] as const;
const ranged = [{ op: "add", path: "/spec/loadBalancerSourceRanges", value: ["203.0.113.0/24"] }] as const;
const twoPorts = service({
  ports: [
    { port: 80, targetPort: 8080 },
    { port: 81, targetPort: 9090 },
  ],
});
const onePort = [{ op: "remove", path: "/spec/ports/1" }] as const;

export const serviceExamples: ObjectField["examples"] = {
  clear: [
    {
      name: "a load balancer goes, and only pods came",
      resources: [balanced(), usingPod({}), workload("front", {}), node],
      operations: inside,
      seen: { [who]: [taken({ namespace: "shop", workload: "Deployment/front" })] },
    },
    {
      name: "all who came are in the ranges",
      resources: [balanced(), usingPod({}), node],
      operations: ranged,
      seen: { [who]: [taken({ address: "203.0.113.9" })] },
    },
    {
      name: "a port goes that nobody came to",
      resources: [twoPorts, usingPod({}), node],
      operations: onePort,
      seen: { [who]: [taken({ address: "10.1.0.9" })] },
    },
    {
      name: "more ranges are let in",
      resources: [balanced(["203.0.113.0/24"]), usingPod({}), node],
      operations: [{ op: "add", path: "/spec/loadBalancerSourceRanges/-", value: "198.51.100.0/24" }],
      seen: { [who]: [taken({ address: "203.0.113.9" })] },
    },
  ],
  repaired: [
    {
      name: "one who came is not in the ranges; the ranges get that address",
      resources: [balanced(), usingPod({}), node],
      operations: ranged,
      seen: { [who]: [taken({ address: client })] },
    },
  ],
  breaks: [
    {
      name: "a load balancer goes by which somebody outside came",
      resources: [balanced(), usingPod({}), node],
      operations: inside,
      seen: { [who]: [taken({ address: client })] },
    },
    {
      name: "a pod connects to an external address that goes",
      resources: [service({ externalIPs: [client] }), usingPod({}), workload("front", {}), node],
      operations: [{ op: "remove", path: "/spec/externalIPs" }],
      seen: { "Deployment shop/front": [made({ address: client }, 80)] },
    },
    {
      name: "a pod asks for the port that goes",
      resources: [twoPorts, usingPod({}), workload("front", {}), node],
      operations: onePort,
      seen: { "Deployment shop/front": [made({ namespace: "shop", service: "web" }, 81)] },
    },
  ],
  unknown: [
    {
      name: "nobody watched what stands behind it",
      resources: [balanced(), usingPod({}), node],
      operations: inside,
      unwatched: true,
    },
    {
      name: "connections come from a node's address, which hides who came",
      resources: [balanced(), usingPod({}), node],
      operations: inside,
      seen: { [who]: [taken({ address: "192.0.2.10" })] },
    },
    {
      name: "the port that goes was used, and by what name is not known",
      resources: [twoPorts, usingPod({}), node],
      operations: onePort,
      seen: { [who]: [taken({ address: "10.1.0.9" }, 9090)] },
    },
    { name: "what stands behind it was not read", resources: [balanced(), node], operations: inside },
  ],
};
