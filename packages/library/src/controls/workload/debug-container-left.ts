import { defineControl, type Judgement } from "@plimsoll/core";

export const debugContainerLeft = defineControl({
  id: "debug-container-left",
  title: "No debug container is left in a running pod",
  severity: "low",
  why: "An ephemeral container is put into a running pod by hand, with an image, rights and tools of someone's choice, and stays there until the pod goes. An intruder's looks just the same.",
  remediation:
    "Delete the pod and let its controller make a new one, since ephemeral containers cannot be removed singly. Find out first who added it: the audit log names who patched `pods/ephemeralcontainers`.",
  equivalents: [],
  grants: "lateral-movement",
  reference: "https://kubernetes.io/docs/concepts/workloads/pods/ephemeral-containers/",
  target: "workload",
  reads: [],
  *judge({ workloads }): Iterable<Judgement> {
    for (const { ref, containers } of workloads) {
      const left = containers.filter(({ role }) => role === "ephemeral");
      if (left.length === 0)
        yield { resource: ref, result: "pass", because: "It holds no ephemeral container" };
      for (const { name, path, image } of left) {
        yield {
          resource: ref,
          result: "fail",
          path: `spec.ephemeralContainers[${path.at(-1)}]`,
          value: image,
          because: `The debug container ${name} is in the pod`,
        };
      }
    }
  },
  noFix: "An ephemeral container stays as long as its pod.",
  examples: {
    pass: [{ container: {} }],
    fail: [
      {
        pod: {
          ephemeralContainers: [
            {
              name: "debugger-x7k2p",
              image: "registry.example.com/tools/debug:1.0",
              targetContainerName: "app",
            },
          ],
        },
      },
    ],
  },
});
