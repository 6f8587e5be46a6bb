/** Exports a CEL control as a ValidatingAdmissionPolicy and its binding: the same expression that the scan evaluates. */
import { targetKinds, type CelControl } from "../controls/control.ts";
import { checkFor } from "../controls/version.ts";
import { UserError } from "../model/error.ts";
import type { JsonObject } from "../model/json.ts";
import type { Resource } from "../model/resource.ts";

/** What the binding does with a resource that fails. */
export type ValidationAction = "Deny" | "Warn" | "Audit";

export interface AdmissionOptions {
  readonly actions: readonly ValidationAction[];
  /** `v1.35`: selects the text of versioned controls. */
  readonly version?: string;
  /** Names of namespaces that are left alone. */
  readonly exceptNamespaces: readonly string[];
  /** Names of the only namespaces that are bound; absent: all but those. */
  readonly onlyNamespaces?: readonly string[];
}

const defaults: AdmissionOptions = { actions: ["Deny"], exceptNamespaces: ["kube-system"] };

const workloadRules: readonly JsonObject[] = [
  rule("", ["v1"], ["pods", "pods/ephemeralcontainers", "replicationcontrollers"]),
  rule("apps", ["v1"], ["deployments", "replicasets", "statefulsets", "daemonsets"]),
  rule("batch", ["v1"], ["jobs", "cronjobs"]),
];

/** The plural names of the kinds that targets mean, as the API's paths spell them. */
const plurals: { readonly [kind: string]: string } = {
  Role: "roles",
  ClusterRole: "clusterroles",
  RoleBinding: "rolebindings",
  ClusterRoleBinding: "clusterrolebindings",
  Namespace: "namespaces",
  Service: "services",
  ServiceAccount: "serviceaccounts",
  Ingress: "ingresses",
  ConfigMap: "configmaps",
  Node: "nodes",
  NetworkPolicy: "networkpolicies",
};

/** Kubernetes does not let policies judge these kinds, lest one locks everybody out. */
const exempt = new Set(["webhook"]);

/** The policy and its binding. Throws `UserError` where admission cannot judge the control's target or version. */
export function toAdmissionPolicy(
  control: CelControl,
  options: Partial<AdmissionOptions> = {},
): readonly [Resource, Resource] {
  const { actions, version, exceptNamespaces, onlyNamespaces } = { ...defaults, ...options };
  if (exempt.has(control.target)) {
    throw new UserError(
      "usage",
      `${control.id} looks at admission itself, which Kubernetes exempts from admission policies`,
    );
  }
  const check = checkFor(control, version);
  if (check === undefined)
    throw new UserError("usage", `${control.id} needs Kubernetes ${control.since} or newer`);
  const name = `plimsoll-${control.id}`;
  const metadata = { name, annotations: { "plimsoll.dev/control": control.id } };
  const matchExpressions = [
    { key: "kubernetes.io/metadata.name", operator: "NotIn", values: exceptNamespaces },
  ];
  const policy: Resource = {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "ValidatingAdmissionPolicy",
    metadata,
    spec: {
      failurePolicy: "Fail",
      matchConstraints: {
        resourceRules: rulesOf(control),
        ...(exceptNamespaces.length > 0 && isNamespaced(control)
          ? { namespaceSelector: { matchExpressions } }
          : {}),
      },
      ...(isWorkload(control) ? { variables: workloadVariables } : {}),
      validations: [
        {
          expression: expressionOf(control, check),
          message: `${control.title} (${control.id})`,
          reason: "Forbidden",
        },
      ],
    },
  };
  const binding: Resource = {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "ValidatingAdmissionPolicyBinding",
    metadata,
    spec: {
      policyName: name,
      validationActions: actions,
      ...(onlyNamespaces === undefined
        ? {}
        : { matchResources: { namespaceSelector: named(onlyNamespaces) } }),
    },
  };
  return [policy, binding];
}

function named(values: readonly string[]): JsonObject {
  return { matchExpressions: [{ key: "kubernetes.io/metadata.name", operator: "In", values }] };
}

function rule(group: string, versions: readonly string[], resources: readonly string[]): JsonObject {
  return { apiGroups: [group], apiVersions: versions, operations: ["CREATE", "UPDATE"], resources };
}

function isWorkload({ target }: CelControl): boolean {
  return target === "container" || target === "pod" || target === "workload";
}

function isNamespaced({ target }: CelControl): boolean {
  return target !== "node";
}

function rulesOf(control: CelControl): readonly JsonObject[] {
  const { target } = control;
  if (target === "container" || target === "pod" || target === "workload") return workloadRules;
  return targetKinds[target].map((kind) => {
    const [version, group] = kind.split("/").toReversed().slice(1);
    return rule(group ?? "", [version!], [plurals[kind.split("/").at(-1)!]!]);
  });
}

/** `pod` is the template whatever the kind; `containers` are all of them, as the scan counts them. */
const workloadVariables: readonly JsonObject[] = [
  {
    name: "pod",
    expression:
      "object.kind == 'Pod' ? object : object.kind == 'CronJob' ? object.spec.jobTemplate.spec.template : object.spec.template",
  },
  {
    name: "containers",
    expression: ["initContainers", "containers", "ephemeralContainers"]
      .map((list) => `(has(variables.pod.spec.${list}) ? variables.pod.spec.${list} : [])`)
      .join(" + "),
  },
];

/** Wraps the control's text so that its names mean what they mean in a scan: `pod`, each `container`, each `item`. */
function expressionOf(control: CelControl, check: string): string {
  const judged = control.when === undefined ? check : `!(${control.when}) || (${check})`;
  const perItem = control.each === undefined ? judged : overItems(baseName(control), control.each, judged);
  if (control.target === "container") {
    return `[variables.pod].all(pod, variables.containers.all(container, ${perItem}))`;
  }
  return control.target === "pod" ? `[variables.pod].all(pod, ${perItem})` : perItem;
}

function baseName({ target }: CelControl): string {
  return target === "container" ? "container" : target === "pod" ? "pod" : "object";
}

/** A list that is missing has no items: `object.?rules.orValue([]).all(item, …)`. */
function overItems(base: string, each: string, judged: string): string {
  const [first, ...rest] = each.split(".");
  const list = `${base}.?${[first, ...rest].join(".?")}.orValue([])`;
  return `${list}.all(item, ${judged})`;
}
