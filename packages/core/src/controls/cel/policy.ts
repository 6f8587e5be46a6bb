/**
 * The variables of a ValidatingAdmissionPolicy, and their types.
 *
 * Copied facts: k8s.io/apiserver v0.35.4, pkg/admission/plugin/cel/compile.go (BuildRequestType, BuildNamespaceType).
 */
import type { Options } from "./compile.ts";

const kind = { group: "string", version: "string", kind: "string" };
const resource = { group: "string", version: "string", resource: "string" };

const request = {
  kind: "kubernetes.GroupVersionKind",
  resource: "kubernetes.GroupVersionResource",
  subResource: "string",
  requestKind: "kubernetes.GroupVersionKind",
  requestResource: "kubernetes.GroupVersionResource",
  requestSubResource: "string",
  name: "string",
  namespace: "string",
  operation: "string",
  userInfo: "kubernetes.UserInfo",
  dryRun: "bool",
  options: "dyn",
};

const user = {
  username: "string",
  uid: "string",
  groups: "list(string)",
  extra: "map(string, list(string))",
};

const metadata = {
  name: "string",
  generateName: "string",
  namespace: "string",
  labels: "map(string, string)",
  annotations: "map(string, string)",
  UID: "string",
  creationTimestamp: "timestamp",
  deletionGracePeriodSeconds: "int",
  deletionTimestamp: "timestamp",
  generation: "int",
  resourceVersion: "string",
  finalizers: "list(string)",
};

/** What a ValidatingAdmissionPolicy's expressions may name, in the order of the slots; `variables` come on top. */
export const policy = {
  names: [
    "object",
    "oldObject",
    "params",
    "request",
    "namespaceObject",
    "authorizer",
    "authorizer.requestResource",
    "variables",
  ],
  types: {
    request: "kubernetes.AdmissionRequest",
    namespaceObject: "kubernetes.Namespace",
    authorizer: "kubernetes.authorization.Authorizer",
    "authorizer.requestResource": "kubernetes.authorization.ResourceCheck",
  },
  objects: {
    "kubernetes.AdmissionRequest": request,
    "kubernetes.GroupVersionKind": kind,
    "kubernetes.GroupVersionResource": resource,
    "kubernetes.UserInfo": user,
    "kubernetes.Namespace": {
      metadata: "kubernetes.NamespaceMetadata",
      spec: "kubernetes.NamespaceSpec",
      status: "kubernetes.NamespaceStatus",
    },
    "kubernetes.NamespaceMetadata": metadata,
    "kubernetes.NamespaceSpec": { finalizers: "list(string)" },
    "kubernetes.NamespaceStatus": { conditions: "list(kubernetes.NamespaceCondition)", phase: "string" },
    "kubernetes.NamespaceCondition": {
      status: "string",
      type: "string",
      lastTransitionTime: "timestamp",
      message: "string",
      reason: "string",
    },
  },
} as const satisfies Required<Options> & { readonly names: readonly string[] };
