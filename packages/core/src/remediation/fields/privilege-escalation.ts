/** `allowPrivilegeEscalation: false`: refuses what programs with the setuid bit or file capabilities gain. */
import type { Change, Seen } from "./field.ts";
import { defineField } from "./field.ts";
import { breaksByConstruction, byObservation, clearByConstruction } from "./judgement.ts";
import { usedCapabilities } from "./capabilities.ts";
import { isOrdinaryUser, isPrivileged, listedCapabilities, ownSecurity, userOf } from "./site.ts";

/** Set-user-id in most images that have them; where the image was looked into, its own list counts. */
const usual =
  /\/(?:su|sudo|doas|pkexec|passwd|chsh|chfn|chage|gpasswd|newgrp|sg|expiry|mount|umount|fusermount3?|ping6?|arping|crontab|at|newuidmap|newgidmap|unix_chkpwd|dbus-daemon-launch-helper|ssh-keysign|bwrap|chrome-sandbox|chrome_sandbox)$/;

function gains({ before, seen }: Change): readonly Seen[] {
  const files = before.image?.config?.setuidFiles;
  const user = userOf(before);
  const ran = seen.seen("exec").filter(({ detail }) => {
    if (files !== undefined && !files.includes(detail.path)) return false;
    if (user?.id === 0 && detail.user === 0) return false; // root gains nothing
    return files !== undefined || usual.test(detail.path);
  });
  // Ordinary users can neither become others nor use a capability but by such a program.
  const became = seen.seen("setuid").filter(({ detail }) => detail.from !== 0 && detail.from !== detail.to);
  const asRoot = isOrdinaryUser(user) ? seen.seen("exec").filter(({ detail }) => detail.user === 0) : [];
  const used = isOrdinaryUser(user) ? usedCapabilities({ seen } as Change) : [];
  return [...new Set<Seen>([...ran, ...became, ...asRoot, ...used])];
}

const off = { container: { securityContext: { allowPrivilegeEscalation: false } } };

export const privilegeEscalation = defineField({
  id: "privilege-escalation",
  title: "programs that gain rights as they start",
  paths: ["container.securityContext.allowPrivilegeEscalation"],
  effective: (site) => ownSecurity(site, "allowPrivilegeEscalation") !== false,
  judge: (change) => {
    const { after } = change;
    if (ownSecurity(after, "allowPrivilegeEscalation") !== false)
      return clearByConstruction("More may be gained than before");
    if (isPrivileged(after) || listedCapabilities(after, "add").includes("SYS_ADMIN"))
      return breaksByConstruction(
        "The API server refuses it together with privileged or SYS_ADMIN, which this container has",
      );
    if (change.before.image?.config?.setuidFiles?.length === 0)
      return clearByConstruction("No file of its image has the setuid bit or capabilities");
    return byObservation(change, {
      // Whoever becomes another user is seen by that, or by the user that programs run as.
      kinds: ["exec", change.seen.coverage("setuid").sight === "none" ? "capability" : "setuid"],
      refused: gains(change),
      doing: "gain rights by a program with the setuid bit or file capabilities",
    });
  },
  examples: {
    clear: [
      {
        name: "it runs ordinary programs, and drops its user as root may",
        after: off,
        seen: [
          { kind: "exec", path: "/usr/sbin/nginx", args: [], user: 0 },
          { kind: "setuid", from: 0, to: 101 },
        ],
      },
      { name: "the image has none", after: off, unseen: ["exec"], image: { config: { setuidFiles: [] } } },
    ],
    breaks: [
      {
        name: "it runs sudo as an ordinary user",
        after: off,
        image: { config: { user: "1000" } },
        seen: [{ kind: "exec", path: "/usr/bin/sudo", args: ["id"], user: 1000 }],
      },
      {
        name: "a file of its image that has the bit",
        after: off,
        image: { config: { user: "1000", setuidFiles: ["/app/helper"] } },
        seen: [{ kind: "exec", path: "/app/helper", args: [], user: 1000 }],
      },
      { name: "an ordinary user became root", after: off, seen: [{ kind: "setuid", from: 1000, to: 0 }] },
      {
        name: "the API server refuses it",
        before: { container: { securityContext: { privileged: true } } },
        after: { container: { securityContext: { privileged: true, allowPrivilegeEscalation: false } } },
      },
    ],
    unknown: [{ name: "nobody watched programs", after: off, unseen: ["exec"] }],
  },
});
