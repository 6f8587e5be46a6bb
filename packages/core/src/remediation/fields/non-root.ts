/** `runAsNonRoot`: refuses to start a container whose user is root or is told by name alone. */
import { pointerOf } from "../../inventory/path.ts";
import type { Change, Judgement, Repair } from "./field.ts";
import { defineField } from "./field.ts";
import { breaksByConstruction, clearByConstruction, unknownFor } from "./judgement.ts";
import { securityOf, userOf } from "./site.ts";
import { plainPrograms } from "./user.ts";

/** An arbitrary user that no image has: what files it may use is judged like any other's. */
const nobodysUser = 65532;

function withUser({ after }: Change, id: number): Repair {
  const security = after.container["securityContext"];
  const path = [...after.containerPath, "securityContext"];
  return {
    operations: [
      security === undefined
        ? { op: "add", path: pointerOf(path), value: { runAsUser: id } }
        : { op: "add", path: pointerOf([...path, "runAsUser"]), value: id },
    ],
    text: `runAsUser: ${id}`,
  };
}

/** The only user that any program of it ran as. */
function seenUser(change: Change): number | "several" | undefined {
  const users = new Set(plainPrograms(change).map(({ detail }) => detail.user));
  if (users.size === 0) return undefined;
  const [first] = users;
  return users.size === 1 ? first : "several";
}

function judge(change: Change): Judgement {
  const user = userOf(change.after);
  if (user?.id === 0) {
    const asked = securityOf(change.after, "runAsUser") === 0;
    return breaksByConstruction(
      asked
        ? "It asks to run as user 0, so that kubelet would refuse to start it"
        : "Its image runs as root, so that kubelet would refuse to start it",
      asked ? undefined : withUser(change, nobodysUser),
    );
  }
  if (user?.id !== undefined)
    return clearByConstruction(`It runs as user ${user.id} as it is: only root is refused`);
  const seen = seenUser(change);
  if (user?.name !== undefined)
    return breaksByConstruction(
      `Its image names its user ${user.name} and no number, so that kubelet could not tell and would refuse to start it`,
      typeof seen === "number" && seen !== 0 ? withUser(change, seen) : undefined,
    );
  const asRoot = plainPrograms(change).filter(({ detail }) => detail.user === 0);
  if (asRoot.length > 0 && securityOf(change.after, "runAsUser") === undefined) {
    return {
      verdict: "breaks",
      basis: "observation",
      because: "It was seen to run as root, which kubelet would refuse to start",
      witnesses: asRoot,
      ...(asRoot.every(({ flags }) => flags.length === 0) ? { repair: withUser(change, nobodysUser) } : {}),
    };
  }
  if (typeof seen === "number" && seen !== 0 && change.seen.lacks("exec").length === 0)
    return breaksByConstruction(
      `It was seen to run as user ${seen}, but whether its image says so by number is not known`,
      withUser(change, seen),
    );
  return unknownFor("Its image decides which user it runs as, and nobody looked into the image", [
    {
      text: "the user of its image",
      remedy: "read it: docker image inspect --format '{{.Config.User}}' IMAGE",
    },
  ]);
}

const nonRoot = { container: { securityContext: { runAsNonRoot: true } } };

export const nonRootField = defineField({
  id: "non-root",
  title: "a start as root",
  paths: ["container.securityContext.runAsNonRoot", "pod.securityContext.runAsNonRoot"],
  effective: (site) => securityOf(site, "runAsNonRoot") === true,
  judge: (change) =>
    securityOf(change.after, "runAsNonRoot") === true
      ? judge(change)
      : clearByConstruction("Any user may start it"),
  examples: {
    clear: [
      { name: "the image's user is a number", after: nonRoot, image: { config: { user: "101:101" } } },
      {
        name: "the pod says who",
        before: { pod: { securityContext: { runAsUser: 1000 } } },
        after: { ...nonRoot, pod: { securityContext: { runAsUser: 1000 } } },
      },
    ],
    breaks: [
      {
        name: "it asks for root",
        before: { container: { securityContext: { runAsUser: 0 } } },
        after: { container: { securityContext: { runAsUser: 0, runAsNonRoot: true } } },
      },
      {
        name: "the image runs as root and changes owners",
        after: nonRoot,
        image: { config: {} },
        seen: [{ kind: "capability", name: "CHOWN", granted: true, opportunistic: false }],
      },
      {
        name: "the image names a user, and nobody saw its number",
        after: nonRoot,
        image: { config: { user: "app" } },
      },
    ],
    repaired: [
      {
        name: "the image runs as root and needs nothing of it",
        after: nonRoot,
        image: { config: {} },
        seen: [{ kind: "file", operation: "open", path: "/etc/app.conf", mode: 0o644, owner: 0 }],
      },
      {
        name: "the image names a user whose number was seen",
        after: nonRoot,
        image: { config: { user: "app" } },
        seen: [{ kind: "exec", path: "/app", args: [], user: 101 }],
      },
      {
        name: "a user whose number was seen runs a program that is root's by its bit",
        after: nonRoot,
        seen: [
          { kind: "exec", path: "/app", args: [], user: 101 },
          { kind: "exec", path: "/bin/ping", args: [], user: 0 },
          { kind: "setuid", path: "/bin/ping", from: 101, to: 0 },
        ],
      },
    ],
    unknown: [{ name: "nobody looked into the image, nor at programs", after: nonRoot, unseen: ["exec"] }],
  },
});
