import { defineControl, refOf, type Inventory, type Judgement } from "@plimsoll/core";

const constraintKind = "security.openshift.io/v1/SecurityContextConstraints";

/** Those that OpenShift brings itself; who may use them is what bindings and the platform's roles say. */
const builtIn =
  /^(privileged|hostaccess|hostmount-anyuid.*|hostnetwork.*|node-exporter|machine-api-termination-handler|insights-runtime-extractor-scc)$/;

function* judge(inventory: Inventory): Generator<Judgement> {
  for (const { resource } of inventory.ofKind(constraintKind)) {
    if (builtIn.test(resource.metadata.name ?? "")) continue;
    const open = resource["allowPrivilegedContainer"] === true;
    yield {
      resource: refOf(resource),
      path: "allowPrivilegedContainer",
      result: open ? "fail" : "pass",
      because: open
        ? "It lets those who may use it run privileged containers"
        : "it allows no privileged containers",
    };
  }
}

function constraints(allowPrivilegedContainer: boolean) {
  return {
    apiVersion: "security.openshift.io/v1",
    kind: "SecurityContextConstraints",
    metadata: { name: "shop-agents" },
    allowPrivilegedContainer,
  };
}

export const privilegedScc = defineControl({
  id: "privileged-scc",
  title: "Security context constraints of your own allow no privileged containers",
  severity: "high",
  why: "On OpenShift the constraint decides what a pod may ask for. Each account that may use this one runs privileged containers, and so takes a node.",
  remediation:
    "Set `allowPrivilegedContainer: false` and allow the capabilities and volumes that are needed one by one. Pods that still ask for `privileged` are refused when they are next made.",
  equivalents: ["kube-linter:scc-deny-privileged-container"],
  grants: "node-takeover",
  target: "cluster",
  reads: [constraintKind],
  judge,
  fix: [{ set: "allowPrivilegedContainer", to: false }],
  examples: {
    pass: [{ resources: [constraints(false)] }],
    fail: [{ resources: [constraints(true)] }],
  },
});
