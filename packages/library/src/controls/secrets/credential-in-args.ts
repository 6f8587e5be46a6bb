import { defineControl, type Inventory, type Judgement } from "@plimsoll/core";
import { ownWorkloads, pathText } from "../identity/place.ts";
import { credentialIn, exampleCredential, textsOf } from "./credential.ts";

function* judge(inventory: Inventory): Generator<Judgement> {
  for (const workload of ownWorkloads(inventory)) {
    for (const container of workload.containers) {
      for (const list of ["command", "args"]) {
        for (const [index, text] of textsOf(container.raw[list]).entries()) {
          const found = credentialIn(text);
          yield {
            resource: workload.ref,
            path: pathText(...container.path, list, index),
            ...(found === undefined
              ? { result: "pass", because: "it looks like no credential" }
              : {
                  result: "fail",
                  because: `The ${list} of ${container.name} hold what looks like ${found}`,
                }),
          };
        }
      }
    }
  }
}

export const credentialInArgs = defineControl({
  id: "credential-in-args",
  title: "No password or key stands on a command line",
  severity: "high",
  why: "A command line is shown to everyone who lists processes on the node or looks at the pod, and lies in Git beside. It is the first thing an intruder reads.",
  remediation:
    "Take the credential off the command line and hand a new one over as a mounted Secret: the old one must count as known. Most programs take a file or a variable in place of the argument.",
  equivalents: ["kubescape:C-0012"],
  grants: "secret-access",
  target: "container",
  reads: [],
  judge,
  noFix: "The credential must be changed where it came from, and its successor kept elsewhere.",
  examples: {
    pass: [{ container: { args: ["--verbose"] } }],
    fail: [{ container: { args: [`--password=${exampleCredential}`] } }],
  },
});
