/** `runAsGroup` and `supplementalGroups`: refuse what only the former group may read. */
import type { Missing } from "../../model/verdict.ts";
import type { Change, Seen } from "./field.ts";
import { defineField } from "./field.ts";
import { byObservation, clearByConstruction } from "./judgement.ts";
import { changing, isRuntimes } from "./scratch.ts";
import { objectAt, securityOf, userOf } from "./site.ts";

/** Whether it may be that the group gave the right: neither the owner nor everybody has it. */
function byGroup({ detail }: Seen<"file">, user: number): boolean | undefined {
  const { mode, owner, operation, path, refused } = detail;
  if (refused === true || isRuntimes(path)) return false;
  if (mode === undefined || owner === undefined) return undefined;
  if (owner === user) return false;
  return (mode & (changing.has(operation) ? 0o002 : 0o004)) === 0;
}

function untold(change: Change, user: number): readonly Missing[] {
  const files = change.seen.seen("file").filter((entry) => byGroup(entry, user) === undefined);
  if (files.length === 0) return [];
  return [
    {
      text: `owner and mode of ${files.length} files that it uses`,
      remedy: "bring the records of a sensor that tells owner and mode of files",
    },
  ];
}

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
    const id = user?.id ?? -1;
    return byObservation(change, {
      kinds: ["file"],
      refused: change.seen.seen("file").filter((entry) => byGroup(entry, id) === true),
      doing: "use files that neither everybody nor its user may use",
      missing: untold(change, id),
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
