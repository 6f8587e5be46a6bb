/** `automountServiceAccountToken`: refuses the account's token, and with it the Kubernetes API. */
import type { Change, Seen, Site } from "./field.ts";
import { defineField } from "./field.ts";
import { byObservation, clearByConstruction } from "./judgement.ts";
import { isUnder, linked, mountsOf } from "./site.ts";

export const tokenDirectory = "/run/secrets/kubernetes.io/serviceaccount";

function mountsToken({ pod, accountMounts }: Site): boolean {
  const own = pod["automountServiceAccountToken"];
  return typeof own === "boolean" ? own : (accountMounts ?? true);
}

function bringsOwn(site: Site): boolean {
  return mountsOf(site).some(({ path }) => linked(path) === tokenDirectory);
}

function uses({ seen, account }: Change): readonly Seen[] {
  return [
    ...seen
      .seen("file")
      .filter(({ detail }) => detail.refused !== true && isUnder(linked(detail.path), tokenDirectory)),
    ...seen.seen("api-request"),
    ...account.seen("api-request"),
  ];
}

const none = { pod: { automountServiceAccountToken: false } };

export const accountToken = defineField({
  id: "account-token",
  title: "the token of its service account",
  paths: ["pod.automountServiceAccountToken"],
  effective: mountsToken,
  judge: (change) => {
    if (mountsToken(change.after)) return clearByConstruction("The token comes in addition");
    if (bringsOwn(change.after)) return clearByConstruction("It mounts a token of its own, which stays");
    return byObservation(change, {
      kinds: ["file"],
      refused: uses(change),
      doing: "use the token of its service account",
    });
  },
  examples: {
    clear: [
      {
        name: "it reads other files",
        after: none,
        seen: [{ kind: "file", operation: "open", path: "/run/secrets/db/password" }],
      },
      {
        name: "it mounts its own",
        before: {
          pod: { volumes: [{ name: "token", projected: {} }] },
          container: {
            volumeMounts: [{ name: "token", mountPath: "/var/run/secrets/kubernetes.io/serviceaccount" }],
          },
        },
        after: {
          pod: { ...none.pod, volumes: [{ name: "token", projected: {} }] },
          container: {
            volumeMounts: [{ name: "token", mountPath: "/var/run/secrets/kubernetes.io/serviceaccount" }],
          },
        },
        unseen: ["file"],
      },
    ],
    breaks: [
      {
        name: "it reads the token",
        after: none,
        seen: [
          {
            kind: "file",
            operation: "open",
            path: "/run/secrets/kubernetes.io/serviceaccount/..2026_01_01/token",
          },
        ],
      },
    ],
    unknown: [{ name: "nobody watched its files", after: none, unseen: ["file"] }],
  },
});
