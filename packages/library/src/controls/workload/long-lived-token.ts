import { defineControl } from "@plimsoll/core";

export const longLivedToken = defineControl({
  id: "long-lived-token",
  title: "Service account tokens of pods expire within a day",
  severity: "low",
  why: "A projected token is valid until it expires, wherever it has been copied to. Asked for months, one that leaks into a log or a backup opens the same doors for months.",
  remediation:
    "Lower the token's `expirationSeconds` to an hour, the default. The kubelet renews the file in time, and the program must read it again: one that reads it only at start fails when the first token runs out.",
  equivalents: [],
  grants: "lateral-movement",
  reference: "https://kubernetes.io/docs/concepts/storage/projected-volumes/#serviceaccounttoken",
  target: "pod",
  each: "spec.volumes",
  validate:
    "item.?projected.?sources.orValue([]).all(source, source.?serviceAccountToken.?expirationSeconds.orValue(3600) <= 86400)",
  path: "projected.sources",
  message: "The pod asks for a service account token valid for more than a day",
  noFix: "Whether the program reads a renewed token is not in the manifest.",
  examples: {
    pass: [
      {
        pod: {
          serviceAccountName: "shop",
          volumes: [
            {
              name: "token",
              projected: {
                sources: [
                  { serviceAccountToken: { path: "token", audience: "vault", expirationSeconds: 3600 } },
                ],
              },
            },
          ],
        },
      },
    ],
    fail: [
      {
        pod: {
          serviceAccountName: "shop",
          volumes: [
            {
              name: "token",
              projected: {
                sources: [
                  { serviceAccountToken: { path: "token", audience: "vault", expirationSeconds: 31536000 } },
                ],
              },
            },
          ],
        },
      },
    ],
  },
});
