/** `procMount`: refuses the parts of `/proc` that the runtime hides or makes read-only. */
import { defineField } from "./field.ts";
import { byObservation, clearByConstruction } from "./judgement.ts";
import { beyondProc } from "./privileged.ts";
import { isPrivileged, ownSecurity } from "./site.ts";

const unmasked = { container: { securityContext: { procMount: "Unmasked" } } };

export const procMount = defineField({
  id: "proc-mount",
  title: "hidden and read-only parts of /proc",
  paths: ["container.securityContext.procMount"],
  effective: (site) => isPrivileged(site) || ownSecurity(site, "procMount") === "Unmasked",
  judge: (change) =>
    ownSecurity(change.after, "procMount") === "Unmasked"
      ? clearByConstruction("More of /proc is there than before")
      : byObservation(change, {
          kinds: ["file"],
          refused: beyondProc(change),
          doing: "use parts of /proc that would be hidden or read-only",
        }),
  examples: {
    clear: [
      {
        name: "it reads ordinary files there",
        before: unmasked,
        after: {},
        seen: [{ kind: "file", operation: "open", path: "/proc/meminfo" }],
      },
    ],
    breaks: [
      {
        name: "it reads the kernel's keys",
        before: unmasked,
        after: {},
        seen: [{ kind: "file", operation: "open", path: "/proc/keys" }],
      },
    ],
    unknown: [{ name: "nobody watched its files", before: unmasked, after: {}, unseen: ["file"] }],
  },
});
