/** Whether a namespace may enforce a level is told by the controls of the Pod Security Standards, as the library has them. */
import { scan, type Resource, type Snapshot } from "@plimsoll/core";
import { expect, test } from "vitest";
import { library } from "../../index.ts";

const podOf = (securityContext: { readonly [key: string]: boolean }): Resource =>
  ({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "web", namespace: "shop" },
    spec: { containers: [{ name: "app", image: "shop/web:1", securityContext }] },
  }) as Resource;
const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } } as Resource;

function reportOf(pod: Resource) {
  const snapshot: Snapshot = {
    header: {
      format: "plimsoll-snapshot",
      version: 1,
      takenAt: "2026-01-03T00:00:00Z",
      server: { kind: "cluster", name: "test", version: "1.36" },
    },
    resources: [namespace, pod].map((resource) => ({ resource, source: { file: "test" } })),
    observations: [],
    images: [],
    gaps: [],
    skipped: [],
    covered: ["*"],
  };
  const report = scan(snapshot, library, { toolVersion: "0" });
  const finding = report.results.find(
    ({ control, resource }) => control === "pod-security-label" && resource.name === "shop",
  );
  return { finding, edit: report.edits.find(({ id }) => id === finding?.edit) };
}

test("where all pods meet the baseline, the label that enforces it is clear by construction", () => {
  const { edit } = reportOf(podOf({}));
  expect(edit?.verdict).toMatchObject({ verdict: "clear", basis: "construction" });
});

test("where one does not, the patch is withheld, and the pod and its check are named", () => {
  const { finding } = reportOf(podOf({ privileged: true }));
  expect(finding?.fix).toBeUndefined();
  expect(finding?.withheld?.text).toContain(
    "Pod shop/web, container app: The container runs privileged (privileged-container)",
  );
});
