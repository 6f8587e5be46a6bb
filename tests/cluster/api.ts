/** A small client of the test cluster's API server: requests as they are, answers with their warnings. */
import { readFileSync } from "node:fs";
import { Agent, request } from "undici";
import { load } from "js-yaml";
import { apiResourceOf, type Resource } from "@plimsoll/core";

export interface Answer {
  readonly status: number;
  readonly body: Resource & { readonly message?: string; readonly items?: readonly Resource[] };
  readonly warnings: readonly string[];
}

export interface Api {
  readonly send: (
    method: "GET" | "POST" | "PUT" | "DELETE" | "PATCH",
    path: string,
    body?: unknown,
    type?: string,
  ) => Promise<Answer>;
  readonly close: () => Promise<void>;
}

interface Kubeconfig {
  readonly clusters: readonly {
    readonly cluster: {
      readonly server: string;
      readonly "certificate-authority"?: string;
      readonly "certificate-authority-data"?: string;
    };
  }[];
  readonly users: readonly { readonly user: { readonly [key: string]: string } }[];
}

/** Opens the client of a kubeconfig that the harness wrote: client certificates, by file or inline. */
export function openApi(kubeconfig: string): Api {
  const config = load(readFileSync(kubeconfig, "utf8")) as unknown as Kubeconfig;
  const { cluster } = config.clusters[0]!;
  const { user } = config.users[0]!;
  const material = (name: string, from: { readonly [key: string]: string | undefined }): Buffer =>
    from[`${name}-data`] === undefined
      ? readFileSync(from[name]!)
      : Buffer.from(from[`${name}-data`]!, "base64");
  const agent = new Agent({
    connect: {
      ca: material("certificate-authority", cluster),
      cert: material("client-certificate", user),
      key: material("client-key", user),
    },
  });
  return {
    send: async (method, path, body, type = "application/json") => {
      const response = await request(`${cluster.server}${path}`, {
        method,
        dispatcher: agent,
        headers: { accept: "application/json", ...(body === undefined ? {} : { "content-type": type }) },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.body.text();
      const header = response.headers["warning"];
      return {
        status: response.statusCode,
        body: text.startsWith("{")
          ? JSON.parse(text)
          : { apiVersion: "", kind: "", metadata: {}, message: text },
        warnings: (header === undefined ? [] : Array.isArray(header) ? header : splitWarnings(header)).map(
          (line) => line.replace(/^299 - "(.*)"$/, "$1"),
        ),
      };
    },
    close: () => agent.close(),
  };
}

function splitWarnings(header: string): string[] {
  return header.split(/,\s*(?=299 )/);
}

const clusterScoped = new Set([
  "Namespace",
  "Node",
  "ClusterRole",
  "ClusterRoleBinding",
  "PersistentVolume",
  "ValidatingWebhookConfiguration",
  "MutatingWebhookConfiguration",
  "ValidatingAdmissionPolicy",
  "ValidatingAdmissionPolicyBinding",
  "PriorityClass",
  "IngressClass",
  "StorageClass",
  "CustomResourceDefinition",
  "APIService",
  "CertificateSigningRequest",
]);

/** The collection a resource is posted to. */
export function collectionOf(resource: Resource): string {
  const { apiVersion, kind, metadata } = resource;
  const base = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const namespace = clusterScoped.has(kind) ? "" : `/namespaces/${metadata.namespace ?? "default"}`;
  return `${base}${namespace}/${apiResourceOf(resource).resource}`;
}

/** The kubeconfigs that the harness wrote: the administrator's, and that of an account that may not see all. */
export function kubeconfigOf(name: "admin" | "limited"): string {
  const file = process.env[name === "admin" ? "KUBECONFIG" : "PLIMSOLL_LIMITED_KUBECONFIG"];
  if (file === undefined)
    throw new Error("the cluster's kubeconfig is not named: run these tests through tests/cluster/test.sh");
  return file;
}

/** Asks again and again until the answer is yes; says what it waited for when the time is up. */
export async function until(what: string, check: () => Promise<boolean>, seconds = 30): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  while (!(await check())) {
    if (Date.now() > deadline) throw new Error(`waited ${seconds} s in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
