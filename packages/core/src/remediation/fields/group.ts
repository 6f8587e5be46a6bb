/** `runAsGroup` and `supplementalGroups`: refuse what only the former group may read. */
import { defineField } from "./field.ts";
import { byObservation, clearByConstruction, unknownFor } from "./judgement.ts";
import { objectAt, securityOf, userOf } from "./site.ts";
import { keptFiles, unclearFiles } from "./user.ts";

const asGroup = { container: { securityContext: { runAsGroup: 10001 } } };

export const group = defineField({
  id: "group",
  title: "what another group may not do",
  paths: [
    "container.securityContext.runAsGroup",
    "pod.securityContext.runAsGroup",
    "pod.securityContext.supplementalGroups",
  ],
  effective: (site) => ({
    group: securityOf(site, "runAsGroup") ?? null,
    more: objectAt(site.pod, "securityContext")["supplementalGroups"] ?? null,
  }),
  judge: (change) => {
    const user = userOf(change.after);
    if (user?.id === 0)
      return byObservation(change, {
        kinds: ["capability"],
        refused: [],
        doing: "need its group: root may use files of any, and none was refused",
      });
    const id = user?.id;
    if (id === undefined)
      return unknownFor("Which files it may use by its user is not known: its image names him", [
        {
          text: "the number of its user",
          remedy: "read it: docker image inspect --format '{{.Config.User}}' IMAGE",
        },
      ]);
    return byObservation(change, {
      kinds: ["file"],
      // What it uses all the same, it uses by its group.
      refused: keptFiles(change, id),
      doing: "use files that neither everybody nor its user may use",
      missing: unclearFiles(change, id),
    });
  },
  examples: {
    clear: [
      {
        name: "it uses what everybody may",
        before: { container: { securityContext: { runAsUser: 1000 } } },
        after: { container: { securityContext: { runAsUser: 1000, runAsGroup: 10001 } } },
        seen: [{ kind: "file", operation: "open", path: "/etc/app.conf", mode: 0o644, owner: 0 }],
      },
    ],
    breaks: [
      {
        name: "it reads what its group may",
        before: { container: { securityContext: { runAsUser: 1000 } } },
        after: { container: { securityContext: { runAsUser: 1000, runAsGroup: 10001 } } },
        seen: [{ kind: "file", operation: "open", path: "/etc/app.key", mode: 0o640, owner: 0 }],
      },
    ],
    unknown: [{ name: "nobody watched its files", after: asGroup, unseen: ["file"] }],
  },
});

/** Kinds of volumes whose files kubelet gives to the group. */
const handedOver = [
  "persistentVolumeClaim",
  "emptyDir",
  "secret",
  "configMap",
  "projected",
  "downwardAPI",
  "ephemeral",
  "csi",
];

export const volumeGroup = defineField({
  id: "volume-group",
  title: "files whose group and mode must stay",
  paths: ["pod.securityContext.fsGroup", "pod.securityContext.fsGroupChangePolicy"],
  effective: ({ pod }) => objectAt(pod, "securityContext")["fsGroup"] ?? null,
  judge: (change) => {
    const volumes = change.after.pod["volumes"];
    const any =
      Array.isArray(volumes) &&
      volumes.some((volume: { readonly [key: string]: unknown }) =>
        handedOver.some((kind) => volume[kind] !== undefined),
      );
    if (!any) return clearByConstruction("No volume of it takes a group");
    return {
      verdict: "unknown",
      basis: "observation",
      because: "Files of its volumes change group and mode, which some programs refuse to use",
      missing: [
        {
          text: "whether it minds files that its group may write",
          remedy: "roll it out to one replica first, and look at its log",
        },
      ],
    };
  },
  examples: {
    clear: [{ name: "no volumes", after: { pod: { securityContext: { fsGroup: 10001 } } } }],
    unknown: [
      {
        name: "a claim",
        before: { pod: { volumes: [{ name: "data", persistentVolumeClaim: { claimName: "data" } }] } },
        after: {
          pod: {
            securityContext: { fsGroup: 10001 },
            volumes: [{ name: "data", persistentVolumeClaim: { claimName: "data" } }],
          },
        },
      },
    ],
  },
});
