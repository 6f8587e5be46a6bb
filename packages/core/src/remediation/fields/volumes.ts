/** Volumes taken away or mounted read-only, of the node's directories above all: refuse what was read or written there. */
import type { Missing } from "../../model/verdict.ts";
import type { Change, Seen } from "./field.ts";
import { defineField } from "./field.ts";
import { byObservation, clearByConstruction } from "./judgement.ts";
import { changing, hiddenBy, pathsOf } from "./scratch.ts";
import { isUnder, linked, mountsOf, objectAt, ordered, type Mount } from "./site.ts";

interface Loss {
  readonly mount: Mount;
  /** It stays, and may only be read. */
  readonly readable: boolean;
}

function lossesOf({ before, after }: Change): readonly Loss[] {
  const kept = mountsOf(after);
  return mountsOf(before).flatMap((mount): readonly Loss[] => {
    const now = kept.find(({ path, source }) => path === mount.path && sameSource(source, mount.source));
    if (now === undefined) return [{ mount, readable: false }];
    return now.readOnly && !mount.readOnly ? [{ mount, readable: true }] : [];
  });
}

/** Volumes where files of the image were. */
function additionsOf({ before, after }: Change): readonly Mount[] {
  const known = new Set(mountsOf(before).map(({ path }) => path));
  return mountsOf(after).filter(({ path }) => !known.has(path));
}

function sameSource(a: Mount["source"], b: Mount["source"]): boolean {
  const bare = ({ name: _name, ...source }: Mount["source"]): string => ordered(source);
  return bare(a) === bare(b) || (a["emptyDir"] !== undefined && b["emptyDir"] !== undefined);
}

function refusedBy(entry: Seen<"file">, losses: readonly Loss[], change: Change): boolean {
  const { operation, refused, onRootFilesystem } = entry.detail;
  if (refused === true || onRootFilesystem === true) return false;
  return pathsOf(entry).some((path) => {
    const deepest = mountsOf(change.before).find((mount) => isUnder(path, linked(mount.path)));
    const loss = losses.find(({ mount }) => mount.path === deepest?.path);
    return loss !== undefined && (!loss.readable || changing.has(operation));
  });
}

const sockets = /\.sock$|^\/(?:var\/)?run(?:\/|$)/;

/** To connect to a socket is no reading of a file, and no sensor tells it. */
function unseenSockets(losses: readonly Loss[]): readonly Missing[] {
  const places = losses.flatMap(({ mount, readable }) => {
    const host = objectAt(mount.source, "hostPath");
    const path = String(host["path"] ?? "");
    return !readable && (host["type"] === "Socket" || sockets.test(path)) ? [path] : [];
  });
  if (places.length === 0) return [];
  return [
    {
      text: `whether it connects to a socket at ${places.join(", ")}`,
      remedy: "look at its configuration, or take the volume from one replica first",
    },
  ];
}

const hostPath = (readOnly: boolean): { pod: object; container: object } => ({
  pod: { volumes: [{ name: "logs", hostPath: { path: "/var/log" } }] },
  container: { volumeMounts: [{ name: "logs", mountPath: "/host/log", ...(readOnly ? { readOnly } : {}) }] },
});
const writable = hostPath(false) as { pod: Record<string, never>; container: Record<string, never> };
const readable = hostPath(true) as typeof writable;

export const volumes = defineField({
  id: "volumes",
  title: "files of volumes that go or become read-only",
  paths: ["pod.volumes", "container.volumeMounts"],
  effective: (site) => mountsOf(site).map(({ path, readOnly, source }) => ({ path, readOnly, source })),
  judge: (change) => {
    const losses = lossesOf(change);
    const hidden = additionsOf(change).flatMap(({ path }) => hiddenBy(change, linked(path)));
    if (losses.length === 0 && additionsOf(change).length === 0)
      return clearByConstruction("No file that was there goes or becomes read-only");
    return byObservation(change, {
      kinds: ["file", ...(losses.some(({ readable: stays }) => !stays) ? (["exec"] as const) : [])],
      refused: [
        ...hidden,
        ...change.seen.seen("file").filter((entry) => refusedBy(entry, losses, change)),
        ...[...change.seen.seen("exec"), ...change.seen.seen("library")].filter(({ detail }) =>
          losses.some(
            ({ mount, readable: stays }) => !stays && isUnder(linked(detail.path), linked(mount.path)),
          ),
        ),
      ],
      doing: "use files there in a way that would be refused",
      missing: unseenSockets(losses),
    });
  },
  examples: {
    clear: [
      {
        name: "it only reads what becomes read-only",
        before: writable,
        after: readable,
        seen: [{ kind: "file", operation: "open", path: "/host/log/syslog", onRootFilesystem: false }],
      },
      { name: "it does not use what goes", before: writable, after: {} },
    ],
    breaks: [
      {
        name: "it writes",
        before: writable,
        after: readable,
        seen: [{ kind: "file", operation: "create", path: "/host/log/app", onRootFilesystem: false }],
      },
      {
        name: "it reads what goes",
        before: writable,
        after: {},
        seen: [{ kind: "file", operation: "open", path: "/host/log/syslog", onRootFilesystem: false }],
      },
    ],
    unknown: [
      { name: "nobody watched its files", before: writable, after: readable, unseen: ["file"] },
      {
        name: "a socket goes",
        before: {
          pod: { volumes: [{ name: "docker", hostPath: { path: "/run/docker.sock" } }] },
          container: { volumeMounts: [{ name: "docker", mountPath: "/run/docker.sock" }] },
        },
        after: {},
      },
    ],
  },
});
