/** `capabilities`: refuses what a process of root may do only with a capability that is taken away. */
import { defaultCapabilities } from "../../inventory/capabilities.ts";
import { pointerOf } from "../../inventory/path.ts";
import type { Change, Repair, Seen } from "./field.ts";
import { defineField } from "./field.ts";
import { byObservation, clearByConstruction } from "./judgement.ts";
import {
  capabilityName,
  holdsCapability,
  isOrdinaryUser,
  isPrivileged,
  listedCapabilities,
  ownSecurity,
  userOf,
} from "./site.ts";

const dropAll = { container: { securityContext: { capabilities: { drop: ["ALL"] } } } };

/** Needed: granted, and not merely asked for in passing. */
export function usedCapabilities({ seen }: Change): readonly Seen<"capability">[] {
  return seen.seen("capability").filter(({ detail }) => detail.granted && !detail.opportunistic);
}

/** `add` of just what was used, where all was dropped; what was taken away by name is not given back. */
function givenBack({ before, after }: Change, lost: readonly string[]): Repair | undefined {
  const drop = listedCapabilities(after, "drop");
  const taken = listedCapabilities(before, "add").filter(
    (name) => !listedCapabilities(after, "add").includes(name),
  );
  const named = drop.filter((name) => name !== "ALL");
  if (!drop.includes("ALL") || lost.some((name) => taken.includes(name) || named.includes(name)))
    return undefined;
  const add = [...new Set([...listedCapabilities(after, "add"), ...lost])].sort();
  return {
    operations: [
      {
        op: "add",
        path: pointerOf([...after.containerPath, "securityContext", "capabilities", "add"]),
        value: add,
      },
    ],
    text: `capabilities.add: ${add.join(", ")}, which are what it used`,
  };
}

/** An ordinary user holds none, unless a program of the image gives him some. */
function holdsNone({ before, after }: Change): boolean {
  return (
    isOrdinaryUser(userOf(before)) &&
    isOrdinaryUser(userOf(after)) &&
    (ownSecurity(before, "allowPrivilegeEscalation") === false ||
      before.image?.config?.setuidFiles?.length === 0)
  );
}

export const capabilities = defineField({
  id: "capabilities",
  title: "what takes a capability",
  paths: ["container.securityContext.capabilities"],
  effective: (site) =>
    isPrivileged(site)
      ? "all"
      : {
          add: [...listedCapabilities(site, "add")].sort(),
          drop: [...listedCapabilities(site, "drop")].sort(),
        },
  judge: (change) => {
    const { before, after } = change;
    const names = [...new Set([...defaultCapabilities, ...listedCapabilities(before, "add")])];
    const all = listedCapabilities(before, "add").includes("ALL") || isPrivileged(before);
    if (!all && names.every((name) => !holdsCapability(before, name) || holdsCapability(after, name)))
      return clearByConstruction("No capability is taken away that it held");
    if (!all && holdsNone(change))
      return clearByConstruction("It runs as an ordinary user, who holds no capability, and can gain none");
    const refused = usedCapabilities(change).filter(({ detail }) => {
      const name = capabilityName(detail.name);
      return holdsCapability(before, name) && !holdsCapability(after, name);
    });
    return byObservation(change, {
      kinds: ["capability"],
      refused,
      doing: "use capabilities that are taken away",
      repair: (used) =>
        givenBack(
          change,
          used.flatMap(({ detail }) => (detail.kind === "capability" ? [capabilityName(detail.name)] : [])),
        ),
    });
  },
  examples: {
    clear: [
      { name: "it uses none", after: dropAll },
      {
        name: "asked for in passing, and refused before",
        after: dropAll,
        seen: [
          { kind: "capability", name: "SYS_ADMIN", granted: false, opportunistic: true },
          { kind: "capability", name: "SYS_RESOURCE", granted: true, opportunistic: true },
        ],
      },
      {
        name: "an ordinary user of an image without setuid files",
        after: dropAll,
        unseen: ["capability"],
        image: { config: { user: "101", setuidFiles: [] } },
      },
    ],
    breaks: [
      {
        name: "it opens raw sockets",
        after: { container: { securityContext: { capabilities: { drop: ["NET_RAW"] } } } },
        seen: [
          { kind: "capability", name: "NET_RAW", syscall: "socket", granted: true, opportunistic: false },
        ],
      },
      {
        name: "it uses what was added",
        before: { container: { securityContext: { capabilities: { add: ["SYS_TIME"] } } } },
        after: dropAll,
        seen: [{ kind: "capability", name: "SYS_TIME", granted: true, opportunistic: false }],
      },
    ],
    repaired: [
      {
        name: "it listens on port 80 and changes its user",
        after: dropAll,
        seen: [
          {
            kind: "capability",
            name: "NET_BIND_SERVICE",
            syscall: "bind",
            granted: true,
            opportunistic: false,
          },
          { kind: "capability", name: "SETUID", syscall: "setuid", granted: true, opportunistic: false },
        ],
      },
    ],
    unknown: [{ name: "nobody watched capabilities", after: dropAll, unseen: ["capability"] }],
  },
});
