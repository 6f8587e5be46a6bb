/** The command lines of the control plane, as far as its components run as pods that the API shows. */
import {
  isJsonArray,
  isJsonObject,
  type ExampleResource,
  type Inventory,
  type Json,
  type Judgement,
  type ResourceRef,
  type Workload,
} from "@plimsoll/core";
import { pathText } from "../identity/place.ts";
import { clusterRef } from "./cluster.ts";

export type ComponentName = "kube-apiserver" | "kube-controller-manager" | "kube-scheduler" | "etcd";

export interface Component {
  readonly name: ComponentName;
  readonly ref: ResourceRef;
  readonly flags: Flags;
}

export interface Flags {
  /** The last value given; `true` for a flag without one; nothing where it is not set. */
  readonly get: (flag: string) => string | undefined;
  /** All values given, split at commas. */
  readonly list: (flag: string) => readonly string[];
  /** Where the flag, or else the command line, stands. */
  readonly path: (flag: string) => string;
}

/** Static pods show as mirror pods in kube-system; only the control plane itself may put pods there under these names. */
export function componentsOf(inventory: Inventory, name: ComponentName): readonly Component[] {
  return systemWorkloads(inventory).flatMap((workload) => {
    const labels = workload.pod.metadata.labels ?? {};
    const container = workload.containers.find((entry) => entry.name === name);
    const named = labels["component"] === name || workload.ref.name.startsWith(name);
    if (container === undefined || !named) return [];
    const flags = readFlags(container.raw, container.path, name === "etcd" ? "ETCD_" : undefined);
    return [{ name, ref: workload.ref, flags }];
  });
}

/** Some eighty controls ask for them. */
const ofSystem = new WeakMap<Inventory, readonly Workload[]>();

function systemWorkloads(inventory: Inventory): readonly Workload[] {
  let known = ofSystem.get(inventory);
  if (known === undefined) {
    known = inventory.workloads.filter(({ ref, derived }) => ref.namespace === "kube-system" && !derived);
    ofSystem.set(inventory, known);
  }
  return known;
}

interface Word {
  readonly text: string;
  readonly path: string;
}

function readFlags(
  raw: { readonly [key: string]: Json | undefined },
  base: readonly (string | number)[],
  environment: string | undefined,
): Flags {
  const words = ["command", "args"].flatMap((list): Word[] => {
    const entries = raw[list];
    if (!isJsonArray(entries)) return [];
    return entries.flatMap((entry, index) =>
      typeof entry === "string"
        ? entry.split(/\s+/).map((text) => ({ text, path: pathText(...base, list, index) }))
        : [],
    );
  });
  const found = new Map<string, { readonly value: string; readonly path: string }[]>();
  const add = (flag: string, value: string, path: string): void => {
    found.set(flag, [...(found.get(flag) ?? []), { value, path }]);
  };
  if (environment !== undefined) readEnvironment(raw["env"], environment, base, add);
  for (const [index, { text, path }] of words.entries()) {
    const match = /^--?([a-zA-Z][\w.-]*)(?:=(.*))?$/s.exec(text);
    if (match === null) continue;
    const next = words[index + 1]?.text;
    const value = match[2] ?? (next === undefined || next.startsWith("-") ? "true" : next);
    add(match[1]!, value, path);
  }
  return {
    get: (flag) => found.get(flag)?.at(-1)?.value,
    list: (flag) =>
      (found.get(flag) ?? []).flatMap(({ value }) => value.split(",")).filter((entry) => entry !== ""),
    path: (flag) =>
      found.get(flag)?.at(-1)?.path ?? pathText(...base, isJsonArray(raw["command"]) ? "command" : "args"),
  };
}

/** etcd takes each flag from the environment too: `ETCD_CLIENT_CERT_AUTH` for `--client-cert-auth`. */
function readEnvironment(
  list: Json | undefined,
  prefix: string,
  base: readonly (string | number)[],
  add: (flag: string, value: string, path: string) => void,
): void {
  if (!isJsonArray(list)) return;
  for (const [index, entry] of list.entries()) {
    if (!isJsonObject(entry)) continue;
    const { name, value } = entry;
    if (typeof name !== "string" || typeof value !== "string" || !name.startsWith(prefix)) continue;
    add(name.slice(prefix.length).toLowerCase().replaceAll("_", "-"), value, pathText(...base, "env", index));
  }
}

export interface Answer {
  readonly result: Judgement["result"];
  readonly because: string;
}

/** Judges each instance of a component; where none is seen, says why and what would tell. */
export function* judgeComponent(
  inventory: Inventory,
  name: ComponentName,
  flag: string,
  check: (flags: Flags) => Answer,
): Generator<Judgement> {
  let seen = false;
  for (const { ref, flags } of componentsOf(inventory, name)) {
    seen = true;
    const value = flags.get(flag);
    yield {
      resource: ref,
      path: flags.path(flag),
      ...(value === undefined ? {} : { value: `--${flag}=${value}` }),
      ...check(flags),
    };
  }
  if (!seen) yield { resource: clusterRef, ...notSeen(inventory, name) };
}

const providers: { readonly [distribution: string]: string } = {
  eks: "Amazon EKS",
  aks: "Azure AKS",
  gke: "Google GKE",
};

function notSeen({ server }: Inventory, name: ComponentName): Answer {
  if (server.kind === "files") return { result: "skip", because: "no cluster in this scan" };
  const provider = providers[server.distribution ?? ""];
  if (provider !== undefined)
    return { result: "skip", because: `${provider} runs ${name} and keeps its settings to itself` };
  const where =
    server.distribution === "k3s"
      ? "k3s runs it within its own process: look at `/etc/rancher/k3s/config.yaml` and the service's command line"
      : server.distribution === "openshift"
        ? "OpenShift configures it through its operator: look at `oc get kubeapiserver cluster -o yaml`"
        : `look at its command line on a control-plane node: \`ps -o args= -C ${name}\``;
  return { result: "unknown", because: `No pod of ${name} is visible in kube-system; ${where}` };
}

export interface FlagCheck {
  readonly component: ComponentName;
  readonly flag: string;
  readonly holds: (value: string | undefined, flags: Flags) => boolean;
  /** A flag that moves the setting into a file nobody can see from here: where it is set, a failure is unknown. */
  readonly file?: string;
}

/** The check of a control that one flag decides. */
export function flagCheck({ component, flag, holds, file }: FlagCheck): {
  readonly target: "cluster";
  readonly reads: readonly string[];
  readonly judge: (inventory: Inventory) => Iterable<Judgement>;
} {
  const check = (flags: Flags): Answer => {
    const value = flags.get(flag);
    const said =
      value === undefined
        ? `${component} runs without --${flag}`
        : `${component} runs with --${flag}=${value}`;
    const held = file === undefined ? undefined : flags.get(file);
    if (value === undefined && held !== undefined)
      return {
        result: "unknown",
        because: `The setting is in the file ${held} on the control-plane node (--${file})`,
      };
    return { result: holds(value, flags) ? "pass" : "fail", because: said };
  };
  return {
    target: "cluster",
    reads: ["v1/Pod"],
    judge: (inventory) => judgeComponent(inventory, component, flag, check),
  };
}

export const noFixForFlag =
  "The command line stands in a file on the control-plane node, or with the provider, not in a resource.";

/** A static pod of the control plane, as kubeadm makes it. */
export function staticPod(name: ComponentName, ...flags: readonly string[]): ExampleResource {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name: `${name}-cp-1`,
      namespace: "kube-system",
      labels: { component: name, tier: "control-plane" },
    },
    spec: {
      hostNetwork: true,
      containers: [{ name, image: `registry.k8s.io/${name}:v1.35.0`, command: [name, ...flags] }],
    },
  };
}

/** A flag that needs a value has one. */
export function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== "" && value !== "true";
}

/** The flag names an address that only the host itself reaches. */
export function isLoopback(value: string | undefined): boolean {
  return value !== undefined && /^(127\.\d+\.\d+\.\d+|::1|localhost)$/.test(value);
}

/** Seconds of a Go duration, as in `1h30m`; NaN for what is none. */
export function secondsOf(value: string): number {
  if (!/^(\d+(\.\d+)?(h|m|s|ms))+$/.test(value)) return Number.NaN;
  const units: { readonly [unit: string]: number } = { h: 3600, m: 60, s: 1, ms: 0.001 };
  return [...value.matchAll(/(\d+(?:\.\d+)?)(h|ms|m|s)/g)].reduce(
    (total, [, count, unit]) => total + Number(count) * units[unit!]!,
    0,
  );
}

/** Suites that Go calls insecure: RC4, 3DES, CBC with SHA-256, and key exchange by RSA without forward secrecy. */
export function isWeakCipher(suite: string): boolean {
  return /^TLS_RSA_|RC4|3DES|_CBC_SHA256$/.test(suite);
}

/** A plugin that is off by default was enabled. */
export function enabled(flags: Flags, plugin: string): boolean {
  return flags.list("enable-admission-plugins").includes(plugin) && !disabled(flags, plugin);
}

/** A plugin that is on by default was disabled. */
export function disabled(flags: Flags, plugin: string): boolean {
  return flags.list("disable-admission-plugins").includes(plugin);
}

/** The check of a control about the API server's admission plugins. */
export function pluginCheck(
  flag: "enable-admission-plugins" | "disable-admission-plugins",
  holds: (flags: Flags) => boolean,
): ReturnType<typeof flagCheck> {
  return flagCheck({ component: "kube-apiserver", flag, holds: (_, flags) => holds(flags) });
}
