/** `seccompProfile`: refuses system calls that the profile does not let through. */
import { isJsonObject, type Json } from "../../model/json.ts";
import type { Missing } from "../../model/verdict.ts";
import { allowedByCapability, runtimeDefault, runtimeDependent } from "../generators/runtime-default.ts";
import type { Change, Seen, Site } from "./field.ts";
import { defineField } from "./field.ts";
import { byObservation, clearByConstruction, unknownFor } from "./judgement.ts";
import { holdsCapability, isPrivileged, securityOf } from "./site.ts";

function typeOf(site: Site): Json {
  if (isPrivileged(site)) return "Unconfined";
  const profile = securityOf(site, "seccompProfile");
  if (!isJsonObject(profile)) return "unset";
  return profile["type"] === "Localhost" ? profile : (profile["type"] ?? "unset");
}

function byCapability(site: Site, name: string): boolean {
  return Object.entries(allowedByCapability).some(
    ([capability, names]) => names.includes(name) && holdsCapability(site, capability),
  );
}

function outside({ seen, after }: Change): readonly Seen<"syscall">[] {
  return seen
    .seen("syscall")
    .filter(
      ({ detail: { name } }) =>
        !runtimeDefault.has(name) && !runtimeDependent.has(name) && !byCapability(after, name),
    );
}

/** New namespaces are refused by the arguments of `clone`, which no sensor tells. */
function namespaces({ seen, after }: Change): readonly Seen<"kernel">[] {
  if (holdsCapability(after, "SYS_ADMIN")) return [];
  return seen
    .seen("kernel")
    .filter(({ detail: { operation } }) => ["unshare", "setns", "mount"].includes(operation));
}

function dependent({ seen, after }: Change): readonly Missing[] {
  const names = seen
    .seen("syscall")
    .map(({ detail: { name } }) => name)
    .filter((name) => runtimeDependent.has(name) && !byCapability(after, name));
  if (names.length === 0) return [];
  return [
    {
      text: `whether the runtime of its nodes lets ${[...new Set(names)].join(", ")} through`,
      remedy: "try it on one replica: versions of containerd differ in these",
    },
  ];
}

const asDefault = { container: { securityContext: { seccompProfile: { type: "RuntimeDefault" } } } };

export const seccomp = defineField({
  id: "seccomp",
  title: "system calls",
  paths: ["container.securityContext.seccompProfile", "pod.securityContext.seccompProfile"],
  effective: typeOf,
  judge: (change) => {
    const after = typeOf(change.after);
    if (after === "Unconfined") return clearByConstruction("Every system call is let through");
    if (typeof after !== "string")
      return unknownFor("The profile is a file of the node, which was not read", [
        { text: "the profile's text", remedy: "generate one with plimsoll generate seccomp, and compare" },
      ]);
    if (after === "unset")
      return unknownFor("The node's setting decides which profile is in force", [
        { text: "seccompDefault of the node's kubelet", remedy: "look at its configuration" },
      ]);
    return byObservation(change, {
      kinds: ["syscall"],
      refused: [...outside(change), ...namespaces(change)],
      doing: "make system calls that the runtime's default profile refuses",
      missing: dependent(change),
    });
  },
  examples: {
    clear: [
      {
        name: "it calls what any program does",
        after: asDefault,
        seen: [
          { kind: "syscall", name: "openat" },
          { kind: "syscall", name: "epoll_wait" },
        ],
      },
    ],
    breaks: [
      { name: "it makes keys", after: asDefault, seen: [{ kind: "syscall", name: "keyctl" }] },
      {
        name: "it makes namespaces",
        after: asDefault,
        seen: [{ kind: "kernel", operation: "unshare" }],
      },
    ],
    unknown: [
      { name: "nobody watched system calls", after: asDefault, unseen: ["syscall"] },
      { name: "runtimes differ", after: asDefault, seen: [{ kind: "syscall", name: "io_uring_setup" }] },
    ],
  },
});
