import { defineControl } from "@plimsoll/core";

export const secretBySubPath = defineControl({
  id: "secret-by-sub-path",
  title: "Secrets are mounted so that a change reaches the container",
  severity: "low",
  why: "A Secret mounted by `subPath` is copied once: after a rotation the container goes on with the old key until it is started anew, and the leaked one stays in use.",
  remediation:
    "Mount the Secret as a directory and let the program read the file there; use `items` to pick keys. The mount hides what the image has in that directory, so choose one of its own and point the program to it.",
  equivalents: [],
  reference:
    "https://kubernetes.io/docs/concepts/configuration/secret/#mounted-secrets-are-updated-automatically",
  target: "container",
  each: "volumeMounts",
  validate:
    "(item.?subPath.orValue('') == '' && item.?subPathExpr.orValue('') == '') || !pod.spec.?volumes.orValue([]).exists(volume, volume.name == item.name && has(volume.secret))",
  path: "subPath",
  message: "The container keeps the Secret it started with",
  noFix: "The path where the program looks for the file changes with the mount.",
  examples: {
    pass: [
      {
        container: { volumeMounts: [{ name: "tls", mountPath: "/etc/shop/tls", readOnly: true }] },
        pod: { volumes: [{ name: "tls", secret: { secretName: "tls" } }] },
      },
    ],
    fail: [
      {
        container: { volumeMounts: [{ name: "tls", mountPath: "/etc/shop/tls.key", subPath: "tls.key" }] },
        pod: { volumes: [{ name: "tls", secret: { secretName: "tls" } }] },
      },
    ],
  },
});
