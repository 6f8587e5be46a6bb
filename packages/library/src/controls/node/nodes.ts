/** What a Node says of itself. */
import { isJsonObject, type ExampleResource, type Json, type Resource } from "@plimsoll/core";

function nodeInfo(resource: Resource, field: string): string | undefined {
  const { status } = resource;
  const info = isJsonObject(status) ? status["nodeInfo"] : undefined;
  const value = isJsonObject(info) ? info[field] : undefined;
  return typeof value === "string" ? value : undefined;
}

/** `v1.35.4`. */
export function kubeletVersion(resource: Resource): string | undefined {
  return nodeInfo(resource, "kubeletVersion");
}

/** `containerd://2.1.4`. */
export function runtimeVersion(resource: Resource): string | undefined {
  return nodeInfo(resource, "containerRuntimeVersion");
}

/** `6.8.0-1021-aws`. */
export function kernelVersion(resource: Resource): string | undefined {
  return nodeInfo(resource, "kernelVersion");
}

/** `Ubuntu 24.04.3 LTS`. */
export function osImage(resource: Resource): string | undefined {
  return nodeInfo(resource, "osImage");
}

export function node(info: { readonly [key: string]: Json }): ExampleResource {
  return { apiVersion: "v1", kind: "Node", metadata: { name: "node-1" }, status: { nodeInfo: info } };
}
