import { defineControl } from "@plimsoll/core";

export const finishedJobKept = defineControl({
  id: "finished-job-kept",
  title: "Finished Jobs are cleared away",
  severity: "low",
  why: "A finished Job stays with its pods until someone deletes it, and its logs, arguments and environment stay readable through the API to everyone who may look. Thousands of them also slow the API server down.",
  remediation:
    "Set `ttlSecondsAfterFinished` (a day is usual): the Job and its pods then go that long after they end. Ship their logs first if anyone reads them later. Argo CD and Flux may create a Job again that has gone; mark it as a hook there.",
  equivalents: ["kube-linter:job-ttl-seconds-after-finished"],
  grants: "information",
  reference: "https://kubernetes.io/docs/concepts/workloads/controllers/ttlafterfinished/",
  target: "workload",
  since: "1.23",
  when: "object.kind == 'Job' && !object.metadata.?ownerReferences.orValue([]).exists(owner, owner.?controller.orValue(false))",
  validate: "object.spec.?ttlSecondsAfterFinished.hasValue()",
  path: "spec.ttlSecondsAfterFinished",
  message: "The Job and its pods stay after it has finished",
  fix: [{ set: "spec.ttlSecondsAfterFinished", to: 86400 }],
  examples: {
    pass: [
      {
        resources: [
          {
            apiVersion: "batch/v1",
            kind: "Job",
            metadata: { name: "migrate", namespace: "shop" },
            spec: {
              ttlSecondsAfterFinished: 3600,
              template: {
                spec: {
                  restartPolicy: "Never",
                  containers: [{ name: "app", image: "registry.example.com/shop/app:1.4.2" }],
                },
              },
            },
          },
        ],
      },
      {
        name: "its CronJob clears up",
        resources: [
          {
            apiVersion: "batch/v1",
            kind: "Job",
            metadata: {
              name: "report-29101",
              namespace: "shop",
              ownerReferences: [
                {
                  apiVersion: "batch/v1",
                  kind: "CronJob",
                  name: "report",
                  uid: "0d3c2a51-94f4-4c4e-8d55-1b7a6e0f3c21",
                  controller: true,
                },
              ],
            },
            spec: {
              template: {
                spec: {
                  restartPolicy: "Never",
                  containers: [{ name: "app", image: "registry.example.com/shop/app:1.4.2" }],
                },
              },
            },
          },
        ],
      },
    ],
    fail: [
      {
        resources: [
          {
            apiVersion: "batch/v1",
            kind: "Job",
            metadata: { name: "migrate", namespace: "shop" },
            spec: {
              template: {
                spec: {
                  restartPolicy: "Never",
                  containers: [{ name: "app", image: "registry.example.com/shop/app:1.4.2" }],
                },
              },
            },
          },
        ],
      },
    ],
  },
});
