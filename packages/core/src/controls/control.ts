/**
 * The shape of a control: a requirement, its check, the words for people, and the fix.
 *
 * Data, unless CEL cannot say it. The same CEL text scans a file, watches the cluster and becomes a
 * ValidatingAdmissionPolicy, so it may use only what a ValidatingAdmissionPolicy may use.
 */
import type { Image } from "../model/image.ts";
import type { Json } from "../model/json.ts";
import type { Severity } from "../model/finding.ts";
import type { ResourceRef } from "../model/resource.ts";
import type { Inventory } from "../inventory/inventory.ts";
import type { Framework } from "./framework.ts";

/**
 * What a control looks at, and the CEL names it may use:
 *
 * | target | evaluated once for each | names |
 * |---|---|---|
 * | `container` | container of a workload (also init, sidecar, ephemeral) | `object`, `pod`, `container` |
 * | `pod` | workload, on the pod it makes | `object`, `pod` |
 * | `workload` | resource that makes pods | `object` |
 * | others | resource of those kinds | `object` |
 *
 * `pod` is `{metadata, spec}` of the pod template (the whole Pod for a Pod).
 */
export type Target =
  | "container"
  | "pod"
  | "workload"
  | "role"
  | "binding"
  | "namespace"
  | "service"
  | "serviceaccount"
  | "ingress"
  | "configmap"
  | "node"
  | "networkpolicy"
  | "webhook"
  | "cluster";

/** The kinds that a target means; workloads (container, pod, workload) are found by shape, cluster is none. */
export const targetKinds: {
  readonly [T in Exclude<Target, "container" | "pod" | "workload" | "cluster">]: readonly string[];
} = {
  role: ["rbac.authorization.k8s.io/v1/Role", "rbac.authorization.k8s.io/v1/ClusterRole"],
  binding: ["rbac.authorization.k8s.io/v1/RoleBinding", "rbac.authorization.k8s.io/v1/ClusterRoleBinding"],
  namespace: ["v1/Namespace"],
  service: ["v1/Service"],
  serviceaccount: ["v1/ServiceAccount"],
  ingress: ["networking.k8s.io/v1/Ingress"],
  configmap: ["v1/ConfigMap"],
  node: ["v1/Node"],
  networkpolicy: ["networking.k8s.io/v1/NetworkPolicy"],
  webhook: [
    "admissionregistration.k8s.io/v1/ValidatingWebhookConfiguration",
    "admissionregistration.k8s.io/v1/MutatingWebhookConfiguration",
  ],
};

/** The power that a failing place gives away, which evidence and the graph look for. */
export const privileges = [
  "node-takeover",
  "cluster-takeover",
  "code-execution",
  "secret-access",
  "lateral-movement",
  "host-read",
  "denial-of-service",
  "information",
] as const;

export type Privilege = (typeof privileges)[number];

/** Where a fix's path starts: the item (with `each`), the container, the pod, or the resource's root. Default: what the control is evaluated on. */
export const fixBases = ["item", "container", "pod", "object"] as const;

export type FixBase = (typeof fixBases)[number];

/**
 * A path in dots, as in `securityContext.capabilities.drop`; a segment with dots or slashes is quoted:
 * `metadata.labels["a.b/c"]`. `from` (the value to set) and `keys` (the keys to remove from a map) are CEL over `object`,
 * `pod`, `container` and `item`, as they are after the steps before; where one has no value, the place gets no patch.
 */
export type FixStep =
  | { readonly set: string; readonly to: Json; readonly base?: FixBase } // creates missing parents
  | { readonly set: string; readonly from: string; readonly base?: FixBase }
  | { readonly remove: string; readonly keys?: string; readonly base?: FixBase } // no error where it is absent; "" removes the item itself
  // To a list, made where missing, unless it is already in it, or one of `unless` is, which says it too.
  | {
      readonly append: string;
      readonly value: Json;
      readonly unless?: readonly Json[];
      readonly base?: FixBase;
    };

/** The check as it was on older servers. */
export interface Versioned {
  /** The last Kubernetes minor version (inclusive) this text holds for, e.g. `1.24`. */
  readonly until: string;
  readonly validate: string;
}

/**
 * A resource that shows the control, whole or only the part that matters; `completeExample()` in `example.ts` makes
 * admissible resources of it. Exactly one of `container`, `pod`, `resources` is given.
 */
export interface Example {
  /** What this example shows, where the id of the control does not say it. */
  readonly name?: string;
  /** Fields of the one container of a Pod; `name`, `image` and the rest of the Pod are filled in. */
  readonly container?: { readonly [key: string]: Json };
  /** Fields of a Pod's spec, `containers` filled in where missing; may be given beside `container`. */
  readonly pod?: { readonly [key: string]: Json };
  /** Metadata of that Pod (labels, annotations), beside `container` or `pod`. */
  readonly metadata?: { readonly [key: string]: Json };
  /** One or more whole resources; the first is the one judged. */
  readonly resources?: readonly ExampleResource[];
  /** What is known of the images that they name. */
  readonly images?: readonly Image[];
  /** The Kubernetes version to judge by, e.g. `1.29`; default: the newest. */
  readonly version?: string;
}

export interface ExampleResource {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly [key: string]: Json };
  readonly [key: string]: Json;
}

interface ControlWords {
  readonly id: string;
  readonly title: string;
  readonly severity: Severity;
  /** Why it matters: what an attacker gains, in one to three sentences. */
  readonly why: string;
  /** What to do, in words; says what might break. */
  readonly remediation: string;
  /** The same check elsewhere: `kubescape:C-0057`, `trivy:KSV-0017`, `kube-linter:privileged-container`, `polaris:…`, `checkov:…`, `kyverno:…`, `kube-score:…`. */
  readonly equivalents: readonly string[];
  readonly grants?: Privilege;
  /** What meeting it breaks where somebody relies on it, as long as nobody has looked: `unknown: whether …`. */
  readonly breakRisk?: string;
  /**
   * The fix takes away what is in use for all that the object tells: it is offered where the verdict is `clear` or
   * `repaired`, and withheld where nobody looked.
   */
  readonly fixIf?: "seen";
  /** Where the page that defines the requirement is: a specification or a Kubernetes file. */
  readonly reference?: string;
  readonly maturity?: "stable" | "sandbox" | "retired";
  readonly examples: { readonly pass: readonly Example[]; readonly fail: readonly Example[] };
}

interface WithFix {
  readonly fix: readonly FixStep[];
  /** Why some places get no patch: a step's `from` has no value there, or the check withholds it. */
  readonly noFix?: string;
}

interface WithoutFix {
  readonly fix?: undefined;
  /** Why no patch can be made without knowing more. */
  readonly noFix: string;
}

export interface CelBody {
  readonly target: Exclude<Target, "cluster">;
  /** A list in the target, in dots; the check is then evaluated once for each entry, bound to `item`. E.g. `env` of a container, `spec.volumes` of a pod, `rules` of a role. */
  readonly each?: string;
  /** CEL, boolean: places where it is false are not judged (`skip`). Same names as `validate`. */
  readonly when?: string;
  /** CEL, true when the target passes. Must not fail on any admissible object. */
  readonly validate: string;
  /** Older texts of the check, oldest first; the first whose `until` is not below the server's version holds, else `validate`. */
  readonly versions?: readonly Versioned[];
  /** The first Kubernetes minor version that has this requirement, e.g. `1.34`; older servers: `skip`. */
  readonly since?: string;
  /** The field the finding points at, relative to the target (or item). `""`: the target itself. The nearest existing parent gives the line. */
  readonly path: string;
  /** One sentence said of a failing place, e.g. `The container runs privileged`. */
  readonly message: string;
}

/** What a typed check says of one place. */
export interface Judgement {
  readonly resource: ResourceRef;
  readonly result: "pass" | "fail" | "skip" | "unknown";
  /** From the resource's root, lists by index: `spec.rules[0].host`; `""` or none for the whole. */
  readonly path?: string;
  readonly value?: Json;
  readonly because: string;
  /** The control's fix would be wrong at this place. */
  readonly withoutFix?: true;
}

/**
 * A check that one object does not suffice for. It must name every kind it reads: where one could not be listed, its
 * answers become `unknown`. It yields a judgement for every place it looked at, passes included.
 */
export interface TypedBody {
  readonly target: Target;
  /** Kinds it reads beyond its target, as `v1/Pod`, `networking.k8s.io/v1/NetworkPolicy`. */
  readonly reads: readonly string[];
  readonly judge: (inventory: Inventory) => Iterable<Judgement>;
}

export type CelControl = ControlWords & CelBody & (WithFix | WithoutFix);
export type TypedControl = ControlWords & TypedBody & (WithFix | WithoutFix);
export type Control = CelControl | TypedControl;

export function isCelControl(control: Control): control is CelControl {
  return "validate" in control;
}

/** Declares a control. The id stays a literal type, so that a framework naming a control that does not exist does not compile. */
export function defineControl<const Id extends string>(
  control: CelControl & { readonly id: Id },
): CelControl & { readonly id: Id };
export function defineControl<const Id extends string>(
  control: TypedControl & { readonly id: Id },
): TypedControl & { readonly id: Id };
export function defineControl(control: Control): Control {
  return control;
}

/** The controls and frameworks a scan is run with. */
export interface Library {
  readonly controls: readonly Control[];
  readonly frameworks: readonly Framework[];
}
