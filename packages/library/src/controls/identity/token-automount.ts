import {
  defineControl,
  subjectKey,
  type Inventory,
  type Judgement,
  type Subject,
  type Workload,
} from "@plimsoll/core";
import { accountRef, ownWorkloads, pathText } from "./place.ts";

function* judge(inventory: Inventory): Generator<Judgement> {
  const holders = new Set(inventory.bindings.flatMap(({ subjects }) => subjects.map(subjectKey)));
  for (const workload of ownWorkloads(inventory)) {
    const path = pathText(...workload.pod.specPath, "automountServiceAccountToken");
    yield {
      resource: workload.ref,
      path,
      ...effectiveMount(
        inventory,
        workload,
        subjectsOf(workload).some((subject) => holders.has(subjectKey(subject))),
      ),
    };
  }
}

/** The account and the groups that it alone, or all accounts of its namespace, are in. */
function subjectsOf({ serviceAccount }: Workload): readonly Subject[] {
  const group = `system:serviceaccounts:${serviceAccount.namespace}`;
  return [
    { kind: "ServiceAccount", ...serviceAccount },
    { kind: "Group", namespace: "", name: group },
  ];
}

/** What the pod says holds over what its account says; where neither says anything, the token is mounted. */
function effectiveMount(
  inventory: Inventory,
  workload: Workload,
  holdsRoles: boolean,
): Pick<Judgement, "result" | "because"> {
  const purpose = holdsRoles ? "; the account holds roles, so the program may well call the API" : "";
  const own = workload.pod.spec["automountServiceAccountToken"];
  if (own === false) return { result: "pass", because: "the pod refuses the token" };
  if (own === true) return { result: "fail", because: `The pod asks for its account's token${purpose}` };
  const account = inventory.get(accountRef(workload))?.resource;
  if (account?.["automountServiceAccountToken"] === false)
    return { result: "pass", because: "its account hands out no token" };
  const whose = account === undefined ? "which was not read, " : "";
  return {
    result: "fail",
    because: `Neither the pod nor its account ${workload.serviceAccount.name}, ${whose}refuses the token, so it is mounted${purpose}`,
  };
}

export const tokenAutomount = defineControl({
  id: "token-automount",
  title: "Pods that do not call the API have no token",
  severity: "medium",
  why: "The token lies in each container as a file. Whoever reads files there, by a path traversal or a shell, logs in to the API with it, sees what the account may see and acts with what it may do.",
  remediation:
    "Set `automountServiceAccountToken: false` in the pod spec where the program does not call the API. The audit log tells whether the account has made requests; an account that holds roles probably has. A program that calls, fails at its first request with a missing token file: give it a projected token of a short life instead.",
  equivalents: [
    "kubescape:C-0034",
    "kubescape:C-0190",
    "kubescape:C-0261",
    "trivy:KSV-0036",
    "polaris:automountServiceAccountToken",
    "checkov:CKV_K8S_38",
    "kubehound:TOKEN_STEAL",
    "popeye:301",
  ],
  grants: "lateral-movement",
  reference:
    "https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/#opt-out-of-api-credential-automounting",
  breakRisk: "unknown: whether the programs use the token was not observed",
  target: "pod",
  reads: ["v1/ServiceAccount"],
  judge,
  fix: [{ set: "spec.automountServiceAccountToken", to: false }],
  examples: {
    pass: [
      { pod: { automountServiceAccountToken: false } },
      {
        name: "the account refuses",
        resources: [
          {
            apiVersion: "v1",
            kind: "Pod",
            metadata: { name: "web", namespace: "default" },
            spec: {
              serviceAccountName: "web",
              containers: [{ name: "web", image: "registry.example.com/shop/web:1.0" }],
            },
          },
          {
            apiVersion: "v1",
            kind: "ServiceAccount",
            metadata: { name: "web", namespace: "default" },
            automountServiceAccountToken: false,
          },
        ],
      },
    ],
    fail: [
      { pod: {} },
      { name: "the account holds a role", resources: [deployer("web"), ...roleOf("web")] },
      {
        name: "the pod's word holds over the account's",
        resources: [
          {
            apiVersion: "v1",
            kind: "Pod",
            metadata: { name: "web", namespace: "default" },
            spec: {
              serviceAccountName: "web",
              automountServiceAccountToken: true,
              containers: [{ name: "web", image: "registry.example.com/shop/web:1.0" }],
            },
          },
          {
            apiVersion: "v1",
            kind: "ServiceAccount",
            metadata: { name: "web", namespace: "default" },
            automountServiceAccountToken: false,
          },
        ],
      },
    ],
  },
});

function deployer(name: string) {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace: "default" },
    spec: {
      serviceAccountName: name,
      containers: [{ name, image: "registry.example.com/shop/deployer:1.0" }],
    },
  } as const;
}

function roleOf(name: string) {
  const metadata = { name, namespace: "default" };
  const account = { apiVersion: "v1", kind: "ServiceAccount", metadata } as const;
  const binding = {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "RoleBinding",
    metadata,
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "edit" },
    subjects: [{ kind: "ServiceAccount", ...metadata }],
  } as const;
  return [account, binding] as const;
}
