/** Objects written to look better than they are: each is judged by the worst that it may mean. */
import { completeExample, exampleSnapshot, scan, type Example } from "@plimsoll/core";
import { expect, test } from "vitest";
import { library } from "./index.ts";

const options = { toolVersion: "test", everyResult: true };

function failing(example: Example, controls: readonly string[]): readonly string[] {
  const snapshot = exampleSnapshot(completeExample(example), example.version);
  const { results } = scan(snapshot, library, { ...options, controls });
  return results.filter(({ result }) => result === "fail").map(({ control }) => control);
}

const privileged = { securityContext: { privileged: true } };

test("case 32: an object that is being deleted is judged like any other", () => {
  const deleted = { metadata: { deletionTimestamp: "2026-01-01T00:00:00Z" }, container: privileged };
  expect(failing(deleted, ["privileged-container"])).toEqual(["privileged-container"]);
});

test.each(["initContainers", "ephemeralContainers"])("case 33: privileged in %s is found", (list) => {
  const hidden = { pod: { [list]: [{ name: "hidden", image: "a", ...privileged }] } };
  expect(failing(hidden, ["privileged-container"])).toEqual(["privileged-container"]);
});

test("case 33: privileged in a sidecar and in a custom resource's pods is found", () => {
  const sidecar = {
    pod: { initContainers: [{ name: "hidden", image: "a", restartPolicy: "Always", ...privileged }] },
  };
  expect(failing(sidecar, ["privileged-container"])).toEqual(["privileged-container"]);
  const custom = {
    apiVersion: "example.com/v1",
    kind: "Runner",
    metadata: { name: "r", namespace: "n" },
    spec: { jobs: [{ template: { spec: { containers: [{ name: "hidden", image: "a", ...privileged }] } } }] },
  };
  expect(failing({ resources: [custom] }, ["privileged-container"])).toEqual(["privileged-container"]);
});

test.each([
  ["the annotation", { "container.apparmor.security.beta.kubernetes.io/app": "unconfined" }, {}],
  ["the field", {}, { appArmorProfile: { type: "Unconfined" } }],
  [
    "the annotation beside a good field",
    { "container.apparmor.security.beta.kubernetes.io/app": "unconfined" },
    { appArmorProfile: { type: "RuntimeDefault" } },
  ],
  [
    "the field beside a good annotation",
    { "container.apparmor.security.beta.kubernetes.io/app": "runtime/default" },
    { appArmorProfile: { type: "Unconfined" } },
  ],
])("case 34: AppArmor switched off by %s is found", (_, annotations, securityContext) => {
  const example = { metadata: { annotations }, container: { securityContext } };
  expect(failing(example, ["apparmor-annotation", "apparmor-unconfined"]).length).toBeGreaterThan(0);
});

test.each([0, "0", -1])(
  "case 35: a container that runs as user %j is never taken for one that does not run as root",
  (runAsUser) => {
    const example = { container: { securityContext: { runAsUser } } };
    const snapshot = exampleSnapshot(completeExample(example));
    const { results } = scan(snapshot, library, {
      ...options,
      controls: ["root-user", "root-allowed", "low-user-id"],
    });
    expect(results.some(({ result }) => result === "fail" || result === "unknown")).toBe(true);
  },
);

test("case 35: a user id beyond 31 bits is no error", () => {
  const example = { container: { securityContext: { runAsUser: 2147483648 } } };
  const snapshot = exampleSnapshot(completeExample(example));
  const { results } = scan(snapshot, library, { ...options, controls: ["root-user"] });
  expect(results.every(({ result }) => result === "pass")).toBe(true);
});
