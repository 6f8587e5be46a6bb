import {
  exampleSnapshot,
  scan,
  type AttackPath,
  type GraphOptions,
  type Json,
  type Resource,
} from "@plimsoll/core";
import { expect, test } from "vitest";
import { library } from "../index.ts";

type Fields = { readonly [key: string]: Json };
const listening = { ports: [{ containerPort: 8080 }] };
const privileged = { securityContext: { privileged: true } };
const meta = { namespace: "shop", name: "web" };

function container(name: string, more: Fields = {}): Json {
  return { name, image: "registry.example.com/shop/app:1.0", ...more };
}

function pod(containers: readonly Json[], spec: Fields = {}): Resource {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { ...meta, labels: { app: "web" } },
    spec: { automountServiceAccountToken: false, containers: [...containers], ...spec },
  };
}

const service: Resource = {
  apiVersion: "v1",
  kind: "Service",
  metadata: meta,
  spec: { type: "LoadBalancer", selector: { app: "web" }, ports: [{ port: 80, targetPort: 8080 }] },
};

function pathsOf(resources: readonly Resource[], paths: GraphOptions = {}): readonly AttackPath[] {
  const report = scan(exampleSnapshot(resources), library, { toolVersion: "test", paths });
  expect(report.paths?.uncutCount ?? 0).toBe(0);
  return report.paths?.top ?? [];
}

function told(paths: readonly AttackPath[]): readonly string[] {
  return paths.map(({ certain, target, steps }) =>
    [certain ? "certain" : "unsure", target, ...steps.map(({ by }) => by)].join(" "),
  );
}

const node = "a node exposed-workload";

test.each([
  [
    "the only container",
    pod([container("app", { ...listening, ...privileged })]),
    `certain ${node} privileged-mount`,
  ],
  [
    "the container that listens",
    pod([container("app", { ...listening, ...privileged }), container("log")]),
    `certain ${node} privileged-mount`,
  ],
  [
    "one beside it",
    pod([container("app", listening), container("log", privileged)]),
    `unsure ${node} part-of container-loopback privileged-mount`,
  ],
  [
    "one beside it, with one process namespace",
    pod([container("app", listening), container("log", privileged)], { shareProcessNamespace: true }),
    `unsure ${node} part-of container-loopback privileged-mount`,
  ],
  [
    "whichever, where none says that it listens",
    pod([container("app"), container("log", privileged)]),
    `certain ${node} contains privileged-mount`,
  ],
])("privileged is %s", (_, workload, expected) => {
  expect(told(pathsOf([workload, service])).filter((text) => text.includes("privileged-mount"))).toEqual([
    expected,
  ]);
});

test("an init container that has ended is entered by nobody who comes over the network", () => {
  const init = pod([container("app", listening), container("log")], {
    initContainers: [container("setup", privileged)],
  });
  expect(pathsOf([init, service])).toEqual([]);
  const ref = { apiVersion: "v1", kind: "Pod", ...meta };
  const held = pathsOf([init, service], { from: [{ kind: "workload", ref }] });
  expect(told(held)).toContain("certain a node contains privileged-mount");
});

test("who may run commands in the pod chooses the container", () => {
  const rules = [
    { apiGroups: [""], resources: ["pods/exec"], verbs: ["create", "get"] },
    { apiGroups: [""], resources: ["pods"], verbs: ["get"] },
  ];
  const rbac = "rbac.authorization.k8s.io";
  const role = { apiVersion: `${rbac}/v1`, kind: "Role", metadata: { namespace: "shop", name: "r" }, rules };
  const binding = {
    apiVersion: `${rbac}/v1`,
    kind: "RoleBinding",
    metadata: { namespace: "shop", name: "r" },
    roleRef: { apiGroup: rbac, kind: "Role", name: "r" },
    subjects: [{ kind: "ServiceAccount", namespace: "ci", name: "runner" }],
  };
  const subject = { kind: "ServiceAccount", namespace: "ci", name: "runner" } as const;
  const workload = pod([container("app", listening), container("log", privileged)]);
  const paths = pathsOf([workload, role, binding], {
    from: [{ kind: "subject", subject }],
    to: [{ kind: "any", of: "node", namespace: "" }],
  });
  expect(told(paths)[0]).toBe("certain a node exec-into-pods contains contains privileged-mount");
});

test("a Secret is read by the container that mounts it; the token by all", () => {
  const secret = { volumes: [{ name: "s", secret: { secretName: "admin" } }] };
  const mount = { volumeMounts: [{ name: "s", mountPath: "/s" }] };
  const to: GraphOptions = { to: [{ kind: "secret", namespace: "shop", name: "admin" }] };
  const own = pod([container("app", { ...listening, ...mount }), container("log")], secret);
  const other = pod([container("app", listening), container("log", mount)], secret);
  const steps = (paths: readonly AttackPath[]): string => told(paths)[0]!.split("admin ").at(-1)!;
  const certain = scan(exampleSnapshot([own, service]), library, { toolVersion: "test", paths: to }).paths!
    .top;
  expect(steps(certain)).toBe("exposed-workload secret-mount");
  const unsure = scan(exampleSnapshot([other, service]), library, { toolVersion: "test", paths: to }).paths!
    .top;
  expect(steps(unsure)).toBe("exposed-workload part-of container-loopback secret-mount");
});
