import { defineControl } from "@plimsoll/core";
import { webDeployment } from "./example-web.ts";

export const barePod = defineControl({
  id: "bare-pod",
  title: "Pods have a controller",
  severity: "low",
  why: "Nothing starts a bare pod again when its node fails, and nothing rolls a fixed image out to it. Left over from a debugging session, it is also what nobody patches, and what an intruder with the right to create pods leaves behind.",
  remediation:
    "Put a Deployment, StatefulSet, DaemonSet or Job in the place of the pod; or delete it if it was for a look only. Its name changes, so nothing may depend on that.",
  equivalents: ["kubescape:C-0073", "popeye:208"],
  reference: "https://kubernetes.io/docs/concepts/workloads/pods/#pods-and-controllers",
  target: "workload",
  when: "object.kind == 'Pod'",
  validate: "object.metadata.?ownerReferences.orValue([]).exists(owner, owner.?controller.orValue(false))",
  path: "",
  message: "The pod belongs to no controller",
  noFix: "A controller of the right kind must take its place; a patch cannot turn one kind into another.",
  examples: {
    pass: [
      { resources: [webDeployment({})] },
      {
        metadata: {
          ownerReferences: [
            {
              apiVersion: "apps/v1",
              kind: "ReplicaSet",
              name: "web-5d8f9c7b6",
              uid: "4f2b8a16-3a5e-4a0d-9b53-6d1c2f7e8a90",
              controller: true,
            },
          ],
        },
        container: {},
      },
    ],
    fail: [{ container: {} }],
  },
});
