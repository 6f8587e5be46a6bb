import { defineControl, type Inventory, type Judgement } from "@plimsoll/core";
import { ownWorkloads, pathText } from "../identity/place.ts";
import { credentialIn, exampleCredential, objectsOf } from "./credential.ts";

function* judge(inventory: Inventory): Generator<Judgement> {
  for (const workload of ownWorkloads(inventory)) {
    for (const container of workload.containers) {
      const variables = objectsOf(container.raw["env"]);
      if (variables.length === 0) continue;
      const list = pathText(...container.path, "env");
      for (let index = 0; index < variables.length; index += 1) {
        const variable = variables[index]!;
        const found = credentialIn(variable["value"]);
        yield {
          resource: workload.ref,
          path: `${list}[${index}].value`,
          result: found === undefined ? "pass" : "fail",
          because:
            found === undefined
              ? "its value looks like no credential"
              : `The variable ${String(variable["name"])} holds what looks like ${found}`,
        };
      }
    }
  }
}

export const credentialInEnv = defineControl({
  id: "credential-in-env",
  title: "No password or key stands in an environment variable",
  severity: "high",
  why: "The value lies in Git, in Helm's history, in etcd without encryption and in the hands of everyone who may look at a pod. Whoever reads the manifest has the account it opens.",
  remediation:
    "Replace the value by a reference to a Secret with a new credential. The old one must count as known: change it first. Until the program is restarted with it, it goes on with the old one.",
  equivalents: ["kubescape:C-0012", "kubescape:C-0259", "polaris:sensitiveContainerEnvVar"],
  grants: "secret-access",
  target: "container",
  reads: [],
  judge,
  noFix: "The credential must be changed where it came from, and its successor kept elsewhere.",
  examples: {
    pass: [
      { container: { env: [{ name: "MODE", value: "fast" }] } },
      {
        container: {
          env: [{ name: "PASSWORD", valueFrom: { secretKeyRef: { name: "db", key: "password" } } }],
        },
      },
    ],
    fail: [{ container: { env: [{ name: "PASSWORD", value: exampleCredential }] } }],
  },
});
