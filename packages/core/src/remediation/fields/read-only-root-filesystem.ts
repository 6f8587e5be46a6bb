/** `readOnlyRootFilesystem`: refuses whatever changes the container's own files outside its volumes. */
import { byObservation } from "./judgement.ts";
import { defineField, type Seen } from "./field.ts";
import { benignDirectories, changesRoot, scratchRepair } from "./scratch.ts";
import { linked, ownSecurity } from "./site.ts";

const isFile = (entry: Seen): entry is Seen<"file"> => entry.detail.kind === "file";

const readOnly = { container: { securityContext: { readOnlyRootFilesystem: true } } };

export const readOnlyRootFilesystem = defineField({
  id: "read-only-root-filesystem",
  title: "changes to files of the image",
  paths: ["container.securityContext.readOnlyRootFilesystem"],
  effective: (site) => ownSecurity(site, "readOnlyRootFilesystem") === true,
  judge: (change) => {
    if (ownSecurity(change.after, "readOnlyRootFilesystem") !== true)
      return { verdict: "clear", basis: "construction", because: "More may be written than before" };
    const files = change.seen.seen("file");
    const spared = benignDirectories(files);
    const isSpared = ({ detail }: Seen<"file">): boolean =>
      detail.operation === "mkdir" && spared.has(linked(detail.path));
    return byObservation(change, {
      kinds: ["file"],
      refused: files.filter((entry) => changesRoot(entry, change.after) && !isSpared(entry)),
      doing: "change files on its root file system",
      repair: (refused) => scratchRepair(change, refused.filter(isFile)),
    });
  },
  examples: {
    clear: [
      { name: "it writes nothing", after: readOnly },
      {
        name: "it writes to a volume, /dev and the JVM's counters",
        before: {
          pod: { volumes: [{ name: "data", emptyDir: {} }] },
          container: { volumeMounts: [{ name: "data", mountPath: "/data" }] },
        },
        after: {
          pod: { volumes: [{ name: "data", emptyDir: {} }] },
          container: { ...readOnly.container, volumeMounts: [{ name: "data", mountPath: "/data" }] },
        },
        seen: [
          { kind: "file", operation: "create", path: "/data/index" },
          { kind: "file", operation: "write", path: "/dev/shm/ring" },
          { kind: "file", operation: "create", path: "/tmp/hsperfdata_root/7", onRootFilesystem: true },
        ],
      },
      {
        name: "it keeps what Python compiled in directories made for that",
        after: readOnly,
        seen: [
          { kind: "file", operation: "mkdir", path: "/var/pyc", onRootFilesystem: true },
          { kind: "file", operation: "mkdir", path: "/var/pyc/usr", onRootFilesystem: true },
          { kind: "file", operation: "create", path: "/var/pyc/usr/csv.pyc.139", onRootFilesystem: true },
          {
            kind: "file",
            operation: "rename",
            path: "/var/pyc/usr/csv.pyc.139",
            target: "/var/pyc/usr/csv.pyc",
            onRootFilesystem: true,
          },
        ],
      },
      {
        name: "a write that was refused before",
        after: readOnly,
        seen: [
          { kind: "file", operation: "write", path: "/etc/passwd", onRootFilesystem: true, refused: true },
        ],
      },
    ],
    breaks: [
      {
        name: "beside what Python compiled it keeps something else in a directory that it makes",
        after: readOnly,
        seen: [
          { kind: "file", operation: "mkdir", path: "/opt/state", onRootFilesystem: true },
          { kind: "file", operation: "create", path: "/opt/state/csv.pyc", onRootFilesystem: true },
          { kind: "file", operation: "write", path: "/opt/state/order", onRootFilesystem: true },
        ],
      },
      {
        name: "it changes a file of its image",
        after: readOnly,
        seen: [{ kind: "file", operation: "write", path: "/etc/app.conf", onRootFilesystem: true }],
      },
      {
        name: "an empty directory would hide what it reads",
        after: readOnly,
        seen: [
          { kind: "file", operation: "create", path: "/opt/app/state", onRootFilesystem: true },
          { kind: "file", operation: "open", path: "/opt/app/app.js", onRootFilesystem: true },
        ],
      },
    ],
    repaired: [
      {
        name: "it writes a cache",
        after: readOnly,
        seen: [
          { kind: "file", operation: "mkdir", path: "/var/cache/app/a", onRootFilesystem: true },
          { kind: "file", operation: "create", path: "/var/cache/app/a/1", onRootFilesystem: true },
          { kind: "file", operation: "rename", path: "/tmp/x", target: "/tmp/y", onRootFilesystem: true },
        ],
      },
    ],
    unknown: [{ name: "nobody watched its files", after: readOnly, unseen: ["file"] }],
  },
});
