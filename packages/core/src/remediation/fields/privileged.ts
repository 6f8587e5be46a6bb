/** `privileged`: refuses devices, kernel interfaces and every capability beyond those that stay. */
import type { Change, Seen } from "./field.ts";
import { defineField } from "./field.ts";
import { byObservation, clearByConstruction } from "./judgement.ts";
import { usedCapabilities } from "./capabilities.ts";
import { changing } from "./scratch.ts";
import { capabilityName, holdsCapability, isPrivileged, mountHolding } from "./site.ts";

/** Devices that every container has. */
const ordinaryDevices =
  /^\/dev\/(?:null|zero|full|random|urandom|tty|console|ptmx|pts(?:\/.*)?|fd(?:\/.*)?|stdin|stdout|stderr|shm(?:\/.*)?|mqueue(?:\/.*)?|core|termination-log)$/;

/** What the runtime hides (OCI `maskedPaths`) or mounts read-only (`readonlyPaths`) in an ordinary container. */
const masked =
  /^\/(?:proc\/(?:asound|acpi|kcore|keys|latency_stats|timer_list|timer_stats|sched_debug|scsi|interrupts)|sys\/(?:firmware|devices\/virtual\/powercap))(?:\/|$)/;
const readOnlyPaths = /^\/(?:proc\/(?:bus|fs|irq|sys|sysrq-trigger)|sys)(?:\/|$)/;

/** Files that only an unconfined `/proc` and `/sys` gives. */
export function beyondProc({ seen, after }: Change): readonly Seen<"file">[] {
  return seen.seen("file").filter(({ detail }) => {
    if (detail.refused === true || mountHolding(after, detail.path) !== undefined) return false;
    return masked.test(detail.path) || (changing.has(detail.operation) && readOnlyPaths.test(detail.path));
  });
}

function beyond(change: Change): readonly Seen[] {
  const { seen, before, after } = change;
  return [
    ...usedCapabilities(change).filter(({ detail }) => {
      const name = capabilityName(detail.name);
      return holdsCapability(before, name) && !holdsCapability(after, name);
    }),
    ...seen.seen("file").filter(
      ({ detail }) =>
        detail.refused !== true &&
        detail.path.startsWith("/dev/") &&
        !ordinaryDevices.test(detail.path) &&
        // A device in a mounted directory is refused by the device cgroup all the same.
        (mountHolding(after, detail.path) === undefined || detail.operation !== "bind"),
    ),
    ...beyondProc(change),
    ...seen
      .seen("kernel")
      .filter(({ detail }) => ["module-load", "bpf-load", "mount"].includes(detail.operation)),
  ];
}

const plain = { container: { securityContext: { privileged: false } } };
const all = { container: { securityContext: { privileged: true } } };

export const privileged = defineField({
  id: "privileged",
  title: "devices, kernel interfaces and capabilities of the node",
  paths: ["container.securityContext.privileged"],
  effective: isPrivileged,
  judge: (change) =>
    isPrivileged(change.after)
      ? clearByConstruction("It may do more than before")
      : byObservation(change, {
          kinds: ["capability", "file", "kernel"],
          refused: beyond(change),
          doing: "do what only a privileged container may",
        }),
  examples: {
    clear: [
      {
        name: "it needs nothing of it",
        before: all,
        after: plain,
        seen: [
          { kind: "file", operation: "open", path: "/dev/null" },
          { kind: "capability", name: "CHOWN", granted: true, opportunistic: false },
        ],
      },
    ],
    breaks: [
      {
        name: "it mounts",
        before: all,
        after: plain,
        seen: [
          { kind: "kernel", operation: "mount", target: "/mnt" },
          { kind: "capability", name: "SYS_ADMIN", syscall: "mount", granted: true, opportunistic: false },
        ],
      },
      {
        name: "it reads a disk",
        before: all,
        after: plain,
        seen: [{ kind: "file", operation: "open", path: "/dev/sda" }],
      },
      {
        name: "it sets a kernel parameter",
        before: all,
        after: plain,
        seen: [{ kind: "file", operation: "write", path: "/proc/sys/vm/max_map_count" }],
      },
    ],
    unknown: [{ name: "nobody watched capabilities", before: all, after: plain, unseen: ["capability"] }],
  },
});
