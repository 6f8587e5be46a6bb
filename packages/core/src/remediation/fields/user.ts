/** `runAsUser`: refuses what only the former user may read, write, make or bind. */
import { pointerOf } from "../../inventory/path.ts";
import { isJsonArray, type Json } from "../../model/json.ts";
import type { Missing } from "../../model/verdict.ts";
import { usedCapabilities } from "./capabilities.ts";
import type { Change, Repair, Seen, Site } from "./field.ts";
import { defineField } from "./field.ts";
import { byObservation, clearByConstruction } from "./judgement.ts";
import { isBenign, isRuntimes, pathsOf, scratchRepair } from "./scratch.ts";
import {
  capabilityName,
  isHostNetwork,
  linked,
  listAt,
  mountHolding,
  objectAt,
  parentOf,
  userOf,
} from "./site.ts";

/** Anybody may make files there. */
const openToAll = /^\/(?:tmp|var\/tmp|dev\/shm)(?:\/|$)/;
const openSysctl = "net.ipv4.ip_unprivileged_port_start";

/** What asks the directory, not the file. */
const directoryOperations = new Set(["create", "unlink", "rename", "link", "symlink", "mkdir", "bind"]);

type Directories = ReadonlyMap<string, NonNullable<Seen<"file">["detail"]["directory"]>>;

/** What is known of directories, from any file in them. */
function directoriesOf({ seen }: Change): Directories {
  return new Map(
    seen
      .seen("file")
      .flatMap(({ detail: { path, directory } }) =>
        directory === undefined ? [] : [[parentOf(linked(path)), directory] as const],
      ),
  );
}

/** Whether another user than its owner is kept from it. `undefined`: its mode or owner was not told. */
function isKept(
  entry: Seen<"file">,
  user: number,
  after: Site,
  directories: Directories,
): boolean | undefined {
  const { operation, path, mode, owner } = entry.detail;
  if (isRuntimes(path) || isBenign(path)) return false;
  const mount = mountHolding(after, path);
  if (mount?.source["emptyDir"] !== undefined) return false;
  if (operation === "chmod" || operation === "chown") return owner === undefined || owner !== user;
  if (directoryOperations.has(operation))
    return pathsOf(entry).some((each) => isClosed(each, user, mount === undefined, directories));
  if (mode === undefined || owner === undefined) return undefined;
  if (owner === user) return false;
  return (mode & (operation === "open" ? 0o004 : 0o002)) === 0;
}

/** Whether he may not make and remove names there. Of directories of the image that nothing is known of, root is the owner. */
function isClosed(path: string, user: number, ofImage: boolean, directories: Directories): boolean {
  if (ofImage && openToAll.test(path)) return false;
  const known = directories.get(parentOf(path));
  if (known === undefined) return true;
  return known.owner === user ? (known.mode & 0o200) === 0 : (known.mode & 0o002) === 0;
}

/** What neither its owner's rights nor everybody's let him use. */
export function keptFiles(change: Change, user: number): readonly Seen<"file">[] {
  const directories = directoriesOf(change);
  return change.seen
    .seen("file")
    .filter(
      (entry) => entry.detail.refused !== true && isKept(entry, user, change.after, directories) === true,
    );
}

/** What cannot be told of files that he uses. */
export function unclearFiles(change: Change, user: number): readonly Missing[] {
  const { seen, after } = change;
  const directories = directoriesOf(change);
  const unclear = seen
    .seen("file")
    .filter(
      (entry) => entry.detail.refused !== true && isKept(entry, user, after, directories) === undefined,
    );
  if (unclear.length === 0) return [];
  const [first] = unclear;
  return [
    {
      text: `owner and mode of ${unclear.length} files that it uses, as ${first!.detail.path}`,
      remedy: "bring the records of a sensor that tells owner and mode of files",
    },
  ];
}

/** Ports that only root or NET_BIND_SERVICE may bind, unless the pod's sysctl opens them. */
function lowPorts({ seen, after }: Change): readonly Seen<"connection">[] {
  if (isOpen(after)) return [];
  return seen.seen("connection").filter(({ detail }) => detail.operation === "listen" && detail.port < 1024);
}

function isOpen({ pod }: Site): boolean {
  return listAt(objectAt(pod, "securityContext"), "sysctls").some(
    ({ name, value }) => name === openSysctl && value === "0",
  );
}

function portRepair({ after }: Change): Repair | undefined {
  if (isHostNetwork(after)) return undefined;
  const security = after.pod["securityContext"];
  const value: Json = { name: openSysctl, value: "0" };
  const path = [...after.podPath, "securityContext"];
  const list = objectAt(after.pod, "securityContext")["sysctls"];
  return {
    operations: [
      security === undefined
        ? { op: "add", path: pointerOf(path), value: { sysctls: [value] } }
        : isJsonArray(list)
          ? { op: "add", path: `${pointerOf([...path, "sysctls"])}/-`, value }
          : { op: "add", path: pointerOf([...path, "sysctls"]), value: [value] },
    ],
    text: `the sysctl ${openSysctl}=0, so that it may bind ports below 1024`,
  };
}

function repairOf(change: Change, refused: readonly Seen[]): Repair | undefined {
  const files = refused.filter((entry): entry is Seen<"file"> => entry.detail.kind === "file");
  const ports = refused.filter(({ detail }) => detail.kind === "connection" || isBinding(detail));
  if (files.length + ports.length < refused.length) return undefined;
  const onVolumes = files.some((entry) => pathsOf(entry).some((path) => mountHolding(change.after, path)));
  if (onVolumes || files.some(({ detail }) => !directoryOperations.has(detail.operation))) return undefined;
  const repairs = [
    files.length === 0 ? noRepair : scratchRepair(change, files),
    ports.length === 0 ? noRepair : portRepair(change),
  ];
  if (repairs.includes(undefined)) return undefined;
  return {
    operations: repairs.flatMap((repair) => repair!.operations),
    text: repairs.flatMap((repair) => (repair!.text === "" ? [] : [repair!.text])).join(", and "),
  };
}

const noRepair: Repair = { operations: [], text: "" };

function isBinding(detail: Seen["detail"]): boolean {
  return detail.kind === "capability" && capabilityName(detail.name) === "NET_BIND_SERVICE";
}

/** What another user than root, or than the former one, would be refused. */
export function judgeUser(change: Change, user: number): ReturnType<typeof byObservation> {
  const wasRoot = userOf(change.before)?.id === 0 || userOf(change.before) === undefined;
  const binds = lowPorts(change);
  const used = usedCapabilities(change).filter((entry) => !(isBinding(entry.detail) && isOpen(change.after)));
  // Where the capability was looked for and not asked for, the node lets anybody bind these ports.
  const asked =
    change.seen.coverage("capability").sight !== "whole" || used.some(({ detail }) => isBinding(detail));
  const gains = change.seen
    .seen("setuid")
    .filter(({ detail }) => detail.to !== user && detail.from !== detail.to);
  const refused: readonly Seen[] = [
    ...used,
    ...(wasRoot && asked && used.every(({ detail }) => !isBinding(detail)) ? binds : []),
    ...(wasRoot ? gains : []),
    ...keptFiles(change, user),
  ];
  return byObservation(change, {
    kinds: ["file", "capability", "connection"],
    refused,
    doing: `do what user ${user} may not`,
    missing: unclearFiles(change, user),
    repair: (list) => repairOf(change, list),
  });
}

/** Programs that it ran without a setuid bit's help: whom those act as says nothing of who started it. */
export function plainPrograms({ seen }: Change): readonly Seen<"exec">[] {
  const elevated = new Set(seen.seen("setuid").map(({ detail }) => detail.path));
  return seen.seen("exec").filter(({ detail }) => !elevated.has(detail.path));
}

/** Its image's user is not known, and every program was seen to run as the one that is asked for. */
function isSeenUser(change: Change, id: number): boolean {
  const { before, seen } = change;
  const runs = plainPrograms(change);
  return (
    userOf(before)?.id === undefined &&
    runs.length > 0 &&
    runs.every(({ detail }) => detail.user === id) &&
    seen.lacks("exec").length === 0
  );
}

const asUser = { container: { securityContext: { runAsUser: 10001 } } };

export const user = defineField({
  id: "user",
  title: "what another user may not do",
  paths: ["container.securityContext.runAsUser", "pod.securityContext.runAsUser"],
  effective: (site) => {
    const found = userOf(site);
    return found === undefined ? "image" : (found.id ?? found.name ?? "image");
  },
  judge: (change) => {
    const after = userOf(change.after);
    if (after?.id === 0) return clearByConstruction("Root may do what any user may");
    if (after?.id !== undefined && isSeenUser(change, after.id))
      return { verdict: "clear", basis: "observation", because: `All its programs ran as user ${after.id}` };
    if (after?.id !== undefined) return judgeUser(change, after.id);
    return {
      verdict: "unknown",
      basis: "observation",
      because: "It would run as the user that its image names, and nobody looked into the image",
      missing: [
        {
          text: "the user of its image",
          remedy: "read it: docker image inspect --format '{{.Config.User}}' IMAGE",
        },
      ],
    };
  },
  examples: {
    clear: [
      {
        name: "it reads what everybody may and writes to an emptyDir",
        before: {
          pod: { volumes: [{ name: "data", emptyDir: {} }] },
          container: { volumeMounts: [{ name: "data", mountPath: "/data" }] },
        },
        after: {
          pod: { volumes: [{ name: "data", emptyDir: {} }] },
          container: { ...asUser.container, volumeMounts: [{ name: "data", mountPath: "/data" }] },
        },
        seen: [
          { kind: "file", operation: "open", path: "/etc/app.conf", mode: 0o644, owner: 0 },
          { kind: "file", operation: "create", path: "/data/a", mode: 0o644, owner: 0 },
          { kind: "connection", operation: "listen", direction: "in", protocol: "TCP", port: 8080 },
        ],
      },
      {
        name: "it writes in a directory of its own",
        after: asUser,
        seen: [
          {
            kind: "file",
            operation: "create",
            path: "/home/app/a",
            mode: 0o644,
            owner: 10001,
            directory: { mode: 0o755, owner: 10001, group: 0 },
          },
          { kind: "file", operation: "unlink", path: "/home/app/b" },
        ],
      },
    ],
    breaks: [
      {
        name: "it writes where only root may, and reads there what the image brought",
        after: asUser,
        seen: [
          {
            kind: "file",
            operation: "create",
            path: "/opt/app/state",
            mode: 0o644,
            owner: 0,
            directory: { mode: 0o755, owner: 0, group: 0 },
          },
          { kind: "file", operation: "open", path: "/opt/app/app.js", mode: 0o644, owner: 0 },
        ],
      },
      {
        name: "it reads a key of root's",
        after: asUser,
        seen: [{ kind: "file", operation: "open", path: "/etc/key.pem", mode: 0o600, owner: 0 }],
      },
      {
        name: "it changes owners",
        after: asUser,
        seen: [{ kind: "capability", name: "CHOWN", granted: true, opportunistic: false }],
      },
    ],
    repaired: [
      {
        name: "it binds port 80 and keeps a pid file",
        after: asUser,
        seen: [
          { kind: "capability", name: "NET_BIND_SERVICE", granted: true, opportunistic: false },
          { kind: "connection", operation: "listen", direction: "in", protocol: "TCP", port: 80 },
          {
            kind: "file",
            operation: "create",
            path: "/run/app.pid",
            onRootFilesystem: true,
            mode: 0o644,
            owner: 0,
          },
        ],
      },
    ],
    unknown: [
      { name: "nobody watched its files", after: asUser, unseen: ["file"] },
      {
        name: "the mode of a file was not told",
        after: asUser,
        seen: [{ kind: "file", operation: "open", path: "/etc/app.conf" }],
      },
    ],
  },
});
