/**
 * What the kubelets are set to: what they say themselves (their `configz`, one KubeletConfiguration a node), else what
 * kubeadm means to give them. The latter shows what is wrong, never that all is well: a node may differ.
 */
import {
  isJsonArray,
  isJsonObject,
  refOf,
  type ExampleResource,
  type Inventory,
  type Json,
  type JsonObject,
  type Judgement,
} from "@plimsoll/core";
import { clusterRef } from "../control-plane/cluster.ts";
import { readSettings } from "./settings.ts";

export const kubeletKind = "kubelet.config.k8s.io/v1beta1/KubeletConfiguration";

/** A setting by its path, as text; lists joined by commas; nothing where it is not set. */
export type Settings = (path: string) => string | undefined;

export interface KubeletCheck {
  /** The field, in dots. */
  readonly setting: string;
  /** What the kubelet does where the field is not set, as text. */
  readonly unset: string;
  readonly holds: (value: string, settings: Settings) => boolean;
}

/** The check of a control that a field of the kubelets' configuration decides. */
export function kubeletCheck({ setting, unset, holds }: KubeletCheck): {
  readonly target: "cluster";
  readonly reads: readonly string[];
  readonly judge: (inventory: Inventory) => Iterable<Judgement>;
} {
  const said = (settings: Settings): string => `${setting} is ${settings(setting) ?? `not set (${unset})`}`;
  const good = (settings: Settings): boolean => holds(settings(setting) ?? unset, settings);
  return {
    target: "cluster",
    reads: ["v1/ConfigMap"],
    *judge(inventory) {
      const told = inventory.ofKind(kubeletKind);
      for (const { resource } of told) {
        const settings = fieldsOf(resource);
        yield {
          resource: refOf(resource),
          path: setting,
          result: good(settings) ? "pass" : "fail",
          because: said(settings),
        };
      }
      if (told.length > 0) return;
      yield* judgeIntent(inventory, good, said);
    },
  };
}

function* judgeIntent(
  inventory: Inventory,
  good: (settings: Settings) => boolean,
  said: (settings: Settings) => string,
): Generator<Judgement> {
  const config = inventory
    .ofKind("v1/ConfigMap")
    .find(
      ({ resource }) =>
        resource.metadata.namespace === "kube-system" &&
        /^kubelet-config(-1\.\d+)?$/.test(resource.metadata.name ?? ""),
    );
  const data = config?.resource["data"];
  const text = isJsonObject(data) ? data["kubelet"] : undefined;
  const how = "`kubectl get --raw /api/v1/nodes/NODE/proxy/configz` tells, for each node";
  if (config !== undefined && typeof text === "string") {
    const found = readSettings(text);
    const settings: Settings = (path) => found.get(path);
    const resource = refOf(config.resource);
    if (good(settings))
      yield {
        resource,
        path: "data.kubelet",
        result: "unknown",
        because: `kubeadm gives new nodes what is wanted (${said(settings)}), but a node may differ: ${how}`,
      };
    else
      yield {
        resource,
        path: "data.kubelet",
        result: "fail",
        because: `kubeadm gives every new node a configuration in which ${said(settings)}`,
      };
  } else if (inventory.server.kind === "files")
    yield { resource: clusterRef, result: "skip", because: "no cluster in this scan" };
  else
    yield {
      resource: clusterRef,
      result: "unknown",
      because: `The kubelets' settings are not in this snapshot: ${how}`,
    };
}

function fieldsOf(resource: JsonObject): Settings {
  return (path) =>
    textOf(
      path
        .split(".")
        .reduce<Json | undefined>((value, key) => (isJsonObject(value) ? value[key] : undefined), resource),
    );
}

function textOf(value: Json | undefined): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (isJsonArray(value)) return value.map(String).join(",");
  return isJsonObject(value) ? undefined : String(value);
}

export const noFixForKubelet = "The setting stands in a file on each node, not in a resource of the cluster.";

/** What one node's kubelet says of itself. */
export function kubeletConfiguration(fields: { readonly [key: string]: Json }): ExampleResource {
  return {
    apiVersion: "kubelet.config.k8s.io/v1beta1",
    kind: "KubeletConfiguration",
    metadata: { name: "node-1" },
    ...fields,
  };
}

/** What kubeadm gives new nodes. */
export function kubeadmKubelet(text: string): ExampleResource {
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "kubelet-config", namespace: "kube-system" },
    data: { kubelet: text },
  };
}
