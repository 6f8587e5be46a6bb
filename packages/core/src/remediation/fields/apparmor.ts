/** `appArmorProfile`: what it would refuse was never tried against a kernel that has it, so that nothing is claimed. */
import { isJsonObject, type Json } from "../../model/json.ts";
import type { Site } from "./field.ts";
import { defineField } from "./field.ts";
import { clearByConstruction, unknownFor } from "./judgement.ts";
import { isPrivileged, securityOf } from "./site.ts";

/** Of the pod; the name of the container follows. */
export const annotation = "container.apparmor.security.beta.kubernetes.io/";

function profileOf(site: Site): Json {
  if (isPrivileged(site)) return "unconfined";
  const profile = securityOf(site, "appArmorProfile");
  if (isJsonObject(profile)) return profile["type"] === "Unconfined" ? "unconfined" : profile;
  const named = site.apparmor ?? "runtime/default";
  return named === "runtime/default" ? { type: "RuntimeDefault" } : named;
}

const unconfined = { container: { securityContext: { appArmorProfile: { type: "Unconfined" } } } };

export const apparmor = defineField({
  id: "apparmor",
  title: "what an AppArmor profile denies",
  paths: [
    "container.securityContext.appArmorProfile",
    "pod.securityContext.appArmorProfile",
    `annotations.${annotation}`,
  ],
  effective: profileOf,
  judge: ({ after }) =>
    profileOf(after) === "unconfined"
      ? clearByConstruction("Nothing is denied any more")
      : unknownFor("What an AppArmor profile denies is not judged", [
          {
            text: "what the profile would deny",
            remedy: "load it in complain mode on a node, and read its audit messages",
          },
        ]),
  examples: {
    clear: [{ name: "confinement ends", after: unconfined }],
    unknown: [{ name: "confinement begins", before: unconfined, after: {} }],
  },
});
