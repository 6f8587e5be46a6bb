import { defineControl } from "@plimsoll/core";
import { webDeployment } from "./example-web.ts";
import { sameQuestion } from "./probe-guess.ts";

export const missingReadinessProbe = defineControl({
  id: "missing-readiness-probe",
  title: "Long-running containers have a readiness probe",
  severity: "low",
  why: "Without one a Service sends requests to the container before it is ready and after it stopped being so. A rollout replaces every good pod by a broken one, without a stop in between.",
  remediation:
    "Add a `readinessProbe` that asks whether the program can serve now. The patch writes a first guess: the question of the liveness probe, or a connection to the container's port; a path that answers only once caches and connections stand is better. Unlike liveness it may fail for a time and only takes the pod out of its Services; where it fails everywhere at once, nothing is left to serve.",
  equivalents: [
    "kubescape:C-0018",
    "kube-linter:no-readiness-probe",
    "polaris:readinessProbeMissing",
    "checkov:CKV_K8S_9",
    "kube-score:pod-probes",
    "gatekeeper:k8srequiredprobes",
    "popeye:104",
    "popeye:102",
    "prowler:core_readiness_probe_configured",
  ],
  reference: "https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/",
  target: "container",
  when: "pod.spec.?restartPolicy.orValue('Always') == 'Always' && pod.spec.containers.exists(main, main.name == container.name) && (size(container.?ports.orValue([])) > 0 || object.kind != 'Pod' && !pod.spec.containers.exists(other, size(other.?ports.orValue([])) > 0))",
  validate: "has(container.readinessProbe)",
  path: "readinessProbe",
  message: "The container receives requests whether it is ready or not",
  fix: [
    { set: "readinessProbe", from: sameQuestion("livenessProbe") },
    { set: "readinessProbe.timeoutSeconds", to: 5 },
  ],
  noFix: "Where no TCP port is declared, what tells that the program is ready is not in the manifest.",
  examples: {
    pass: [
      { container: { readinessProbe: { httpGet: { path: "/readyz", port: 8080 } } } },
      { name: "a job serves nobody", pod: { restartPolicy: "OnFailure" } },
      { name: "nor does a bare pod without a port", container: {} },
      {
        name: "a sidecar without a port, beside a container that serves",
        pod: {
          containers: [
            {
              name: "web",
              image: "registry.example.com/shop/web:1.4.2",
              ports: [{ containerPort: 8080 }],
              readinessProbe: { httpGet: { path: "/readyz", port: 8080 } },
            },
            { name: "reload", image: "registry.example.com/shop/reload:1.0.0" },
          ],
        },
      },
    ],
    fail: [
      { container: { ports: [{ containerPort: 8080 }] } },
      { name: "nothing tells how to ask", resources: [webDeployment({})] },
      {
        container: {
          ports: [{ containerPort: 8080 }],
          livenessProbe: { httpGet: { path: "/livez", port: 8080 }, periodSeconds: 20 },
        },
      },
    ],
  },
});
