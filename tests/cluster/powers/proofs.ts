/** Powers that rights give, each used for real with the token of an account that has these rights and no others. */
import type { JsonObject } from "@plimsoll/core";
import { isSignedIn } from "./certificate.ts";
import type { Holder, PowerProof, Rule } from "./proof.ts";

const rule = (resources: string, verbs: string, names?: readonly string[], group = ""): Rule => ({
  apiGroups: [group],
  resources: resources.split(","),
  verbs: verbs.split(","),
  ...(names === undefined ? {} : { resourceNames: names }),
});
const rbac = "rbac.authorization.k8s.io";
const inside = "/api/v1/namespaces/powers";
const account = "ServiceAccount:powers/victim";
const named = "system:serviceaccount:powers:victim";
const anyWorkload = "any workload in powers";
const isDone = async (reply: Promise<{ readonly status: number }>): Promise<boolean> =>
  (await reply).status < 300;

function pod(name: string): JsonObject {
  const container = { name: "app", image: "plimsoll.test/busybox:1.35", command: ["sleep", "9"] };
  const spec = { serviceAccountName: "victim", terminationGracePeriodSeconds: 0, containers: [container] };
  return { apiVersion: "v1", kind: "Pod", metadata: { name }, spec };
}

export const proofs: readonly PowerProof[] = [
  {
    power: "read-secrets",
    rules: [rule("secrets", "get", ["treasure"])],
    to: ["secret powers/treasure"],
    by: "the Secret was read",
    attempt: async ({ ask }) =>
      (await ask("GET", `${inside}/secrets/treasure`)).text.includes("known-to-the-test"),
  },
  {
    power: "issue-token-secrets",
    rules: [rule("secrets", "create,get")],
    to: ["any account in powers"],
    by: "a Secret was made that the server filled with another account's token",
    attempt: async ({ ask, whoIs }) => {
      const annotations = { "kubernetes.io/service-account.name": "victim" };
      const type = "kubernetes.io/service-account-token";
      const path = `${inside}/secrets`;
      const made = { apiVersion: "v1", kind: "Secret", metadata: { name: "issued", annotations }, type };
      if ((await ask("POST", path, made)).status !== 201) return false;
      for (let left = 20; left > 0; left -= 1) {
        const { data } = JSON.parse((await ask("GET", `${path}/issued`)).text) as {
          data?: { token?: string };
        };
        if (data?.token !== undefined)
          return (await whoIs(Buffer.from(data.token, "base64").toString())) === named;
        await new Promise((resolve) => setTimeout(resolve, 250));
      }
      return false;
    },
  },
  {
    power: "request-tokens",
    rules: [rule("serviceaccounts/token", "create", ["victim"])],
    to: [account],
    by: "a token of the other account was asked for, and taken",
    attempt: async ({ ask, whoIs }) => {
      const body = { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec: { audiences: [] } };
      const { status, text } = await ask("POST", `${inside}/serviceaccounts/victim/token`, body);
      if (status !== 201) return false;
      return (await whoIs((JSON.parse(text) as { status: { token: string } }).status.token)) === named;
    },
  },
  {
    power: "impersonate-users",
    rules: [rule("users", "impersonate", ["eve"])],
    clusterWide: true,
    to: ["User:eve"],
    by: "the server took it for the user",
    attempt: async ({ token, whoIs }) => (await whoIs(token, { "Impersonate-User": "eve" })) === "eve",
  },
  {
    power: "impersonate-groups",
    rules: [rule("groups", "impersonate", ["system:masters"]), rule("users", "impersonate", ["mallory"])],
    clusterWide: true,
    to: ["Group:system:masters"],
    by: "every Secret was listed as a member of system:masters",
    attempt: ({ ask }) =>
      isDone(
        ask("GET", "/api/v1/secrets", undefined, {
          "Impersonate-User": "mallory",
          "Impersonate-Group": "system:masters",
        }),
      ),
  },
  {
    power: "impersonate-accounts",
    rules: [rule("serviceaccounts", "impersonate", ["victim"])],
    to: [account],
    by: "the server took it for the account",
    attempt: async ({ token, whoIs }) => (await whoIs(token, { "Impersonate-User": named })) === named,
  },
  {
    power: "sign-client-certificates",
    rules: [
      rule("certificatesigningrequests", "create,get", undefined, "certificates.k8s.io"),
      rule("certificatesigningrequests/approval", "update", undefined, "certificates.k8s.io"),
      rule("signers", "approve", ["kubernetes.io/kube-apiserver-client"], "certificates.k8s.io"),
    ],
    clusterWide: true,
    to: ["any user"],
    by: "a certificate for another user was asked for, approved, and signed in with",
    attempt: (holder) => isSignedIn(holder, "trent"),
  },
  {
    power: "create-pods",
    rules: [rule("pods", "create")],
    to: ["any account in powers", "any secret in powers"],
    by: "a pod was made that runs as the other account",
    attempt: ({ ask }) => isDone(ask("POST", `${inside}/pods`, pod("made"))),
  },
  {
    power: "create-controllers",
    rules: [rule("jobs", "create", undefined, "batch")],
    to: ["any account in powers", "any secret in powers"],
    by: "a Job was made that runs as the other account",
    attempt: ({ ask }) => {
      const template = { spec: { ...(pod("job")["spec"] as JsonObject), restartPolicy: "Never" } };
      const job = { apiVersion: "batch/v1", kind: "Job", metadata: { name: "made" }, spec: { template } };
      return isDone(ask("POST", "/apis/batch/v1/namespaces/powers/jobs", job));
    },
  },
  {
    power: "change-pods",
    rules: [rule("pods", "patch")],
    to: [anyWorkload],
    by: "the pod was given another image",
    attempt: (holder) =>
      patched(holder, `${inside}/pods/victim`, {
        spec: { containers: [{ name: "app", image: "plimsoll.test/act:1" }] },
      }),
  },
  {
    power: "change-controllers",
    rules: [rule("deployments", "patch", undefined, "apps")],
    to: [anyWorkload, "any account in powers"],
    by: "the Deployment was given another account",
    attempt: (holder) =>
      patched(holder, "/apis/apps/v1/namespaces/powers/deployments/target", {
        spec: { template: { spec: { serviceAccountName: "victim" } } },
      }),
  },
  {
    power: "add-ephemeral-containers",
    rules: [rule("pods/ephemeralcontainers", "patch")],
    to: [anyWorkload],
    by: "a container was added to the pod",
    attempt: (holder) =>
      patched(holder, `${inside}/pods/victim/ephemeralcontainers`, {
        spec: {
          ephemeralContainers: [{ name: "more", image: "plimsoll.test/act:1", command: ["sleep", "9"] }],
        },
      }),
  },
  {
    power: "exec-into-pods",
    rules: [rule("pods/exec", "create"), rule("pods", "get")],
    to: [anyWorkload],
    by: "a program ran in the pod",
    attempt: async ({ kubectl }) =>
      (await kubectl("exec", "-n", "powers", "victim", "--", "echo", "inside")).out === "inside\n",
  },
  {
    power: "use-node-proxy",
    rules: [rule("nodes/proxy", "get", ["plimsoll-node"])],
    clusterWide: true,
    to: ["node plimsoll-node"],
    by: "the kubelet told of its pods",
    attempt: async ({ ask }) =>
      (await ask("GET", "/api/v1/nodes/plimsoll-node/proxy/pods")).text.includes("victim"),
  },
  {
    power: "bind-cluster-roles",
    rules: [
      rule("clusterroles", "bind", ["cluster-admin"], rbac),
      rule("clusterrolebindings", "create", undefined, rbac),
    ],
    clusterWide: true,
    to: [`role ${rbac}/v1/ClusterRole//cluster-admin in cluster`],
    by: "it bound cluster-admin to itself",
    attempt: ({ ask, name }) =>
      isDone(
        ask("POST", `/apis/${rbac}/v1/clusterrolebindings`, {
          apiVersion: `${rbac}/v1`,
          kind: "ClusterRoleBinding",
          metadata: { name: "powers-taken" },
          roleRef: { apiGroup: rbac, kind: "ClusterRole", name: "cluster-admin" },
          subjects: [{ kind: "ServiceAccount", namespace: "powers", name }],
        }),
      ),
  },
  {
    power: "escalate-cluster-roles",
    rules: [
      rule(
        "clusterroles",
        "escalate,patch",
        ["escalate-cluster-roles"].map((name) => `powers-${name}`),
        rbac,
      ),
    ],
    clusterWide: true,
    to: ["cluster"],
    by: "it gave its own role every right",
    attempt: (holder) =>
      patched(holder, `/apis/${rbac}/v1/clusterroles/powers-escalate-cluster-roles`, {
        metadata: { labels: { taken: "yes" } },
        rules: [{ apiGroups: ["*"], resources: ["*"], verbs: ["*"] }],
      }),
  },
  {
    power: "cluster-admin",
    rules: [rule("*", "*", undefined, "*")],
    clusterWide: true,
    to: ["cluster"],
    by: "every Secret was listed",
    attempt: ({ ask }) => isDone(ask("GET", "/api/v1/secrets")),
  },
];

async function patched({ ask }: Holder, path: string, change: JsonObject): Promise<boolean> {
  const headers = { "content-type": "application/strategic-merge-patch+json" };
  return isDone(ask("PATCH", path, change, headers));
}
