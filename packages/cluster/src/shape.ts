/** The types of the fields that thinking relies on. Where an object has another, the API server would refuse it too. */
import { entryOf, isRawObject, kindOf, type Raw, type RawObject } from "./raw.ts";

/** A type; a list of a shape; fields that have shapes (others are free); or, under `*`, a map of one shape. */
type Shape =
  | "string"
  | "boolean"
  | "integer"
  | "quantity" // a string or a number
  | "mapping"
  | readonly [Shape]
  | { readonly [field: string]: Shape };

const text = "string";
const flag = "boolean";
const strings = { "*": text } as const;
const selector = {
  matchLabels: strings,
  matchExpressions: [{ key: text, operator: text, values: [text] }],
} as const;

const metadata: Shape = {
  name: text,
  generateName: text,
  namespace: text,
  uid: text,
  labels: strings,
  annotations: strings,
  ownerReferences: [{ apiVersion: text, kind: text, name: text, uid: text, controller: flag }],
};

const everyResource = { metadata } as const;

const securityProfiles = {
  seccompProfile: { type: text, localhostProfile: text },
  appArmorProfile: { type: text, localhostProfile: text },
  seLinuxOptions: { user: text, role: text, type: text, level: text },
  windowsOptions: { hostProcess: flag, runAsUserName: text },
  runAsUser: "integer",
  runAsGroup: "integer",
  runAsNonRoot: flag,
} as const;

const probe = {
  httpGet: { host: text, path: text, port: "quantity", httpHeaders: [{ name: text, value: text }] },
  tcpSocket: { host: text, port: "quantity" },
  exec: { command: [text] },
} as const;

const container = {
  name: text,
  image: text,
  imagePullPolicy: text,
  command: [text],
  args: [text],
  workingDir: text,
  restartPolicy: text,
  env: [{ name: text, value: text, valueFrom: { secretKeyRef: { name: text, key: text } } }],
  envFrom: [{ prefix: text, secretRef: { name: text }, configMapRef: { name: text } }],
  ports: [{ name: text, containerPort: "integer", hostPort: "integer", hostIP: text, protocol: text }],
  resources: { limits: { "*": "quantity" }, requests: { "*": "quantity" } },
  volumeMounts: [{ name: text, mountPath: text, readOnly: flag, subPath: text, mountPropagation: text }],
  lifecycle: { postStart: probe, preStop: probe },
  livenessProbe: probe,
  readinessProbe: probe,
  startupProbe: probe,
  securityContext: {
    ...securityProfiles,
    privileged: flag,
    allowPrivilegeEscalation: flag,
    readOnlyRootFilesystem: flag,
    procMount: text,
    capabilities: { add: [text], drop: [text] },
  },
} as const;

const podSpec = {
  containers: [container],
  initContainers: [container],
  ephemeralContainers: [container],
  volumes: [
    {
      name: text,
      hostPath: { path: text, type: text },
      secret: { secretName: text },
      configMap: { name: text },
      projected: { sources: ["mapping"] },
    },
  ],
  hostNetwork: flag,
  hostPID: flag,
  hostIPC: flag,
  hostUsers: flag,
  shareProcessNamespace: flag,
  automountServiceAccountToken: flag,
  serviceAccountName: text,
  serviceAccount: text,
  nodeName: text,
  priorityClassName: text,
  runtimeClassName: text,
  restartPolicy: text,
  hostAliases: [{ ip: text, hostnames: [text] }],
  imagePullSecrets: [{ name: text }],
  nodeSelector: strings,
  tolerations: [{ key: text, operator: text, value: text, effect: text }],
  securityContext: {
    ...securityProfiles,
    fsGroup: "integer",
    supplementalGroups: ["integer"],
    sysctls: [{ name: text, value: text }],
  },
} as const;

const template = { metadata: { labels: strings, annotations: strings }, spec: podSpec } as const;
const replicated = { spec: { selector, template } } as const;
const rules = [
  { verbs: [text], apiGroups: [text], resources: [text], resourceNames: [text], nonResourceURLs: [text] },
] as const;
const binding = {
  subjects: [{ kind: text, apiGroup: text, name: text, namespace: text }],
  roleRef: { apiGroup: text, kind: text, name: text },
} as const;
const peers = [
  {
    podSelector: selector,
    namespaceSelector: selector,
    ipBlock: { cidr: text, except: [text] },
  },
] as const;
const policyPorts = [{ port: "quantity", endPort: "integer", protocol: text }] as const;
const backend = { service: { name: text, port: { name: text, number: "integer" } } } as const;
const webhooks = [
  {
    name: text,
    failurePolicy: text,
    clientConfig: { url: text, service: { name: text, namespace: text, path: text } },
    namespaceSelector: selector,
    objectSelector: selector,
  },
] as const;

const shapes: { readonly [kind: string]: Shape } = {
  "v1/Pod": { spec: podSpec },
  "v1/PodTemplate": { template },
  "v1/ReplicationController": { spec: { selector: strings, template } },
  "apps/v1/Deployment": replicated,
  "apps/v1/ReplicaSet": replicated,
  "apps/v1/StatefulSet": replicated,
  "apps/v1/DaemonSet": replicated,
  "batch/v1/Job": { spec: { template } },
  "batch/v1/CronJob": { spec: { jobTemplate: { spec: { template } } } },
  "v1/ConfigMap": { data: strings, binaryData: strings },
  "v1/Secret": { data: strings, stringData: strings, type: text },
  "v1/Namespace": {},
  "v1/ServiceAccount": {
    automountServiceAccountToken: flag,
    secrets: [{ name: text }],
    imagePullSecrets: [{ name: text }],
  },
  "v1/Service": {
    spec: {
      type: text,
      selector: strings,
      externalIPs: [text],
      loadBalancerSourceRanges: [text],
      ports: [{ name: text, port: "integer", targetPort: "quantity", nodePort: "integer", protocol: text }],
    },
  },
  "v1/Node": { spec: { taints: [{ key: text, value: text, effect: text }] } },
  "rbac.authorization.k8s.io/v1/Role": { rules },
  "rbac.authorization.k8s.io/v1/ClusterRole": {
    rules,
    aggregationRule: { clusterRoleSelectors: [selector] },
  },
  "rbac.authorization.k8s.io/v1/RoleBinding": binding,
  "rbac.authorization.k8s.io/v1/ClusterRoleBinding": binding,
  "networking.k8s.io/v1/NetworkPolicy": {
    spec: {
      podSelector: selector,
      policyTypes: [text],
      ingress: [{ from: peers, ports: policyPorts }],
      egress: [{ to: peers, ports: policyPorts }],
    },
  },
  "networking.k8s.io/v1/Ingress": {
    spec: {
      ingressClassName: text,
      defaultBackend: backend,
      tls: [{ hosts: [text], secretName: text }],
      rules: [{ host: text, http: { paths: [{ path: text, pathType: text, backend }] } }],
    },
  },
  "admissionregistration.k8s.io/v1/ValidatingWebhookConfiguration": { webhooks },
  "admissionregistration.k8s.io/v1/MutatingWebhookConfiguration": { webhooks },
};

/** Lists that must be there, or the resource makes no pod: where its containers stand. */
const containersPaths: { readonly [kind: string]: readonly string[] } = {
  "v1/Pod": ["spec", "containers"],
  ...Object.fromEntries(
    [
      "apps/v1/Deployment",
      "apps/v1/ReplicaSet",
      "apps/v1/StatefulSet",
      "apps/v1/DaemonSet",
      "batch/v1/Job",
    ].map((kind) => [kind, ["spec", "template", "spec", "containers"]]),
  ),
  "batch/v1/CronJob": ["spec", "jobTemplate", "spec", "template", "spec", "containers"],
};

/** A field that has not the type it must have. */
export interface Fault {
  readonly path: readonly (string | number)[];
  /** In words: `spec.hostPID must be a boolean, found a string`. */
  readonly message: string;
}

/** The first misshapen field of a resource; `undefined` where there is none. */
export function misshapen(resource: RawObject): Fault | undefined {
  if (!isRawObject(entryOf(resource, "metadata"))) {
    return told({ steps: ["metadata"], wanted: "mapping", found: entryOf(resource, "metadata") });
  }
  const gvk = `${String(resource["apiVersion"])}/${String(resource["kind"])}`;
  const wrong =
    firstWrong(resource, everyResource) ??
    (Object.hasOwn(shapes, gvk) ? firstWrong(resource, shapes[gvk]!) : undefined) ??
    (Object.hasOwn(containersPaths, gvk) ? containersMissing(resource, containersPaths[gvk]!) : undefined);
  return wrong === undefined ? undefined : told(wrong);
}

/** The same for a pod spec that stands at a path of a custom resource. */
export function misshapenPodSpec(spec: Raw, path: readonly (string | number)[]): Fault | undefined {
  const wrong = firstWrong(spec, podSpec);
  if (wrong === undefined) return undefined;
  wrong.steps.push(...path.toReversed());
  return told(wrong);
}

/** `steps` lead from the field up to the root: they are added on the way back. */
interface Wrong {
  readonly steps: (string | number)[];
  readonly wanted: Shape;
  readonly found: Raw | undefined;
}

function containersMissing(resource: RawObject, path: readonly string[]): Wrong | undefined {
  let value: Raw | undefined = resource;
  for (const step of path) value = isRawObject(value) ? entryOf(value, step) : undefined;
  return Array.isArray(value) ? undefined : { steps: path.toReversed(), wanted: [{}], found: value };
}

function firstWrong(value: Raw | undefined, shape: Shape): Wrong | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof shape === "string")
    return fits(value, shape) ? undefined : { steps: [], wanted: shape, found: value };
  if (!Array.isArray(shape)) return firstWrongField(value, shape as Fields);
  if (!Array.isArray(value)) return { steps: [], wanted: shape, found: value };
  const inner = shape[0] as Shape;
  for (let index = 0; index < value.length; index += 1) {
    const entry = value[index];
    const wrong = entry === null ? { steps: [], wanted: inner, found: null } : firstWrong(entry, inner);
    if (wrong === undefined) continue;
    wrong.steps.push(index);
    return wrong;
  }
  return undefined;
}

type Fields = { readonly [field: string]: Shape };

function firstWrongField(value: Raw, shape: Fields): Wrong | undefined {
  if (!isRawObject(value)) return { steps: [], wanted: shape, found: value };
  const every = shape["*"];
  for (const key in every === undefined ? shape : value) {
    if (!Object.hasOwn(value, key)) continue;
    const wrong = firstWrong(value[key], every ?? shape[key]!);
    if (wrong === undefined) continue;
    wrong.steps.push(key);
    return wrong;
  }
  return undefined;
}

function fits(value: Raw, shape: string): boolean {
  switch (shape) {
    case "integer":
      return Number.isInteger(value);
    case "quantity":
      return typeof value === "string" || typeof value === "number";
    case "mapping":
      return isRawObject(value);
    default:
      return typeof value === shape;
  }
}

const wantedWords: { readonly [shape: string]: string } = {
  integer: "a whole number",
  quantity: "a string or a number",
};

function told({ steps, wanted, found }: Wrong): Fault {
  const path = steps.toReversed();
  const name = path.reduce<string>((text, step) => {
    if (typeof step === "number") return `${text}[${step}]`;
    return text === "" ? step : `${text}.${step}`;
  }, "");
  const words =
    typeof wanted === "string"
      ? (wantedWords[wanted] ?? `a ${wanted}`)
      : Array.isArray(wanted)
        ? "a list"
        : "a mapping";
  const message = `${name} must be ${words}, found ${found === undefined ? "nothing" : kindOf(found)}`;
  return { path, message };
}
