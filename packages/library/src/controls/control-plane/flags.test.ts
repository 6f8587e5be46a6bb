import { createInventory, exampleSnapshot, type Resource, type Server } from "@plimsoll/core";
import { expect, test } from "vitest";
import { componentsOf, isWeakCipher, judgeComponent, secondsOf, staticPod } from "./flags.ts";

function inventoryOf(resources: readonly Resource[], server?: Partial<Server>) {
  const snapshot = exampleSnapshot(resources);
  const header = { ...snapshot.header, server: { ...snapshot.header.server, ...server } };
  return createInventory({ ...snapshot, header });
}

function pod(container: object, metadata = {}): Resource {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "kube-apiserver-cp-1", namespace: "kube-system", ...metadata },
    spec: { containers: [{ name: "kube-apiserver", ...container }] },
  } as Resource;
}

test.each([
  ["in the command", { command: ["kube-apiserver", "--profiling=false"] }, "false"],
  ["in the arguments", { command: ["kube-apiserver"], args: ["--profiling=false"] }, "false"],
  ["as two words", { command: ["kube-apiserver", "--profiling", "false"] }, "false"],
  ["without a value", { command: ["kube-apiserver", "--profiling", "--v=2"] }, "true"],
  [
    "within a shell's line",
    { command: ["/bin/sh", "-c", "exec kube-apiserver --profiling=false --v=2"] },
    "false",
  ],
  ["twice, the last holds", { args: ["--profiling=true", "--profiling=false"] }, "false"],
  ["not at all", { args: ["--v=2"] }, undefined],
])("a flag is read %s", (_, container, value) => {
  const [component] = componentsOf(inventoryOf([pod(container)]), "kube-apiserver");
  expect(component?.flags.get("profiling")).toBe(value);
});

test("lists gather what several flags give", () => {
  const container = { args: ["--enable-admission-plugins=A,B", "--enable-admission-plugins=C"] };
  const [component] = componentsOf(inventoryOf([pod(container)]), "kube-apiserver");
  expect(component?.flags.list("enable-admission-plugins")).toEqual(["A", "B", "C"]);
});

test("etcd takes flags from its environment too", () => {
  const resource = {
    ...staticPod("etcd"),
    spec: {
      containers: [
        { name: "etcd", command: ["etcd"], env: [{ name: "ETCD_CLIENT_CERT_AUTH", value: "true" }] },
      ],
    },
  } as Resource;
  const [component] = componentsOf(inventoryOf([resource]), "etcd");
  expect(component?.flags.get("client-cert-auth")).toBe("true");
});

test("a pod elsewhere is no control plane, whatever it is called", () => {
  const elsewhere = pod({ args: ["--profiling=false"] }, { namespace: "shop" });
  expect(componentsOf(inventoryOf([elsewhere]), "kube-apiserver")).toEqual([]);
});

test.each([
  [{}, "unknown", /ps -o args= -C kube-apiserver/],
  [{ distribution: "eks" }, "skip", /Amazon EKS runs/],
  [{ distribution: "k3s" }, "unknown", /k3s runs it within its own process/],
  [{ kind: "files" }, "skip", /no cluster/],
] as const)("where no pod shows it: %j is %s", (server, result, because) => {
  const inventory = inventoryOf([], server);
  const [judgement] = judgeComponent(inventory, "kube-apiserver", "profiling", () => ({
    result: "pass",
    because: "",
  }));
  expect(judgement).toMatchObject({ result, because: expect.stringMatching(because) });
});

test.each([
  ["1h30m", 5400],
  ["60s", 60],
  ["500ms", 0.5],
  ["0", Number.NaN],
  ["soon", Number.NaN],
])("%s is %d seconds", (text, seconds) => {
  expect(secondsOf(text)).toBe(seconds);
});

test.each([
  ["TLS_AES_128_GCM_SHA256", false],
  ["TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", false],
  ["TLS_RSA_WITH_AES_128_GCM_SHA256", true],
  ["TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA", true],
  ["TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256", true],
])("%s is weak: %s", (suite, weak) => {
  expect(isWeakCipher(suite)).toBe(weak);
});
