import { expect, test } from "vitest";
import { discovery, json, names, pod, read, resource, serve, status } from "./fixtures/apiserver.ts";

test("where discovery is forbidden the places are guessed", async () => {
  const cluster = await serve((path, response) => {
    if (path === "/api" || path === "/apis" || path === "/version") status(response, 403, "no");
    else if (path.startsWith("/apis/networking.k8s.io/v1/networkpolicies?"))
      json(response, { items: [{ metadata: { name: "n", namespace: "a" } }] });
    else if (path.startsWith("/apis/apps/v1/")) status(response, 404, "no such thing");
    else json(response, { items: [] });
  });
  const kinds = ["networking.k8s.io/v1/NetworkPolicy", "apps/v1/Deployment"];
  const snapshot = await read(cluster, { kinds });
  expect([names(snapshot), snapshot.covered, snapshot.gaps]).toEqual([["NetworkPolicy n"], kinds, []]);
});

test("an older server is asked about the wanted group versions", async () => {
  const cluster = await serve((path, response) => {
    if (path === "/api") json(response, { kind: "APIVersions", versions: ["v1"] });
    else if (path === "/apis") json(response, { kind: "APIGroupList", groups: [] });
    else if (path === "/api/v1")
      json(response, {
        resources: [
          { name: "pods", kind: "Pod", namespaced: true, verbs: ["list"] },
          { name: "pods/log", kind: "Pod", namespaced: true, verbs: ["get"] },
        ],
      });
    else if (path === "/apis/apps/v1") status(response, 404, "no");
    else if (path === "/apis/batch/v1") status(response, 503, "no");
    else json(response, { items: [pod("a")] });
  });
  const snapshot = await read(cluster, { kinds: ["v1/Pod", "apps/v1/Deployment", "batch/v1/Job"] });
  expect(names(snapshot)).toEqual(["Pod a"]);
  expect(snapshot.covered).toEqual(["v1/Pod", "apps/v1/Deployment"]);
  expect(snapshot.gaps).toMatchObject([
    { reason: "server-error", kinds: ["batch/v1/Job"], message: "the server of batch/v1 does not answer" },
  ]);
});

test("a group whose own server is down, and a kind served in another version only, are unknown", async () => {
  const groups = [
    { metadata: { name: "kyverno.io" }, versions: [{ version: "v1", freshness: "Stale" }] },
    {
      metadata: { name: "policy.sigstore.dev" },
      versions: [
        {
          version: "v1beta1",
          resources: [resource("clusterimagepolicies", "ClusterImagePolicy", "Cluster")],
        },
      ],
    },
  ];
  const cluster = await serve(
    (path, response) => void (discovery(path, response, groups) || json(response, { items: [] })),
  );
  const snapshot = await read(cluster, {
    kinds: ["kyverno.io/v1/ClusterPolicy", "policy.sigstore.dev/v1/ClusterImagePolicy"],
  });
  expect(snapshot.gaps).toMatchObject([
    { reason: "server-error", kinds: ["kyverno.io/v1/ClusterPolicy"] },
    {
      reason: "unsupported",
      kinds: ["policy.sigstore.dev/v1/ClusterImagePolicy"],
      message: expect.stringContaining("v1beta1"),
    },
  ]);
  expect(snapshot.covered).toEqual([]);
});

test.each([
  ["v1.33.1-eks-595af52", {}, "eks"],
  ["v1.33.1-gke.1584000", {}, "gke"],
  ["v1.33.1+k3s1", {}, "k3s"],
  ["v1.33.1+rke2r1", {}, "rke2"],
  ["v1.33.1", { "kubernetes.azure.com/cluster": "x" }, "aks"],
  ["v1.33.1", { "node-role.kubernetes.io/control-plane": "" }, "self-managed"],
  ["v1.33.1", { a: "b" }, undefined],
])("%s with nodes labelled %j is %s", async (version, labels, distribution) => {
  const cluster = await serve((path, response) => {
    if (path === "/version") json(response, { gitVersion: version });
    else if (!discovery(path, response)) json(response, { items: [{ metadata: { name: "n", labels } }] });
  });
  expect((await read(cluster, { kinds: ["v1/Node"] })).header.server.distribution).toBe(distribution);
});

test("reports of flaws are listed where they are served, without what nobody judges by", async () => {
  const groups = [
    {
      metadata: { name: "aquasecurity.github.io" },
      versions: [
        {
          version: "v1alpha1",
          resources: [
            resource("vulnerabilityreports", "VulnerabilityReport"),
            resource("exposedsecretreports", "ExposedSecretReport"),
          ],
        },
      ],
    },
  ];
  const flaw = { vulnerabilityID: "CVE-2024-0001", resource: "zlib", installedVersion: "1" };
  const cluster = await serve((path, response) => {
    if (discovery(path, response, groups)) return;
    const report = {
      scanner: { name: "Trivy" },
      artifact: { repository: "web", tag: "1" },
      vulnerabilities: [{ ...flaw, title: "long", description: "longer", links: ["https://example.com"] }],
    };
    const items = path.includes("/vulnerabilityreports?")
      ? [{ metadata: { name: "r", namespace: "a" }, report }]
      : [];
    json(response, { items });
  });
  const snapshot = await read(cluster, { kinds: ["v1/Pod"] });
  expect([names(snapshot), snapshot.gaps]).toEqual([["VulnerabilityReport r"], []]);
  expect(snapshot.resources[0]!.resource["report"]).toEqual({
    artifact: { repository: "web", tag: "1" },
    vulnerabilities: [flaw],
  });
  expect(cluster.asked.some((path) => path.includes("exposedsecretreports"))).toBe(false);
});
