/** Requirements about files on the nodes: nothing of them shows through the API, so they are met by hand. */
import type { Requirement } from "@plimsoll/core";
import type { ControlId } from "../../controls/index.ts";

/** What is asked of a file: `mode` the widest that is allowed, or the owner it must have. */
export function fileRequirement(
  id: string,
  what: string,
  path: string,
  asked: { readonly mode: string } | { readonly owner: string },
): Requirement<ControlId> {
  const [title, wanted] =
    "mode" in asked
      ? [
          `${what}: nobody else may write or read what mode ${asked.mode} does not allow`,
          `a mode of ${asked.mode} or narrower`,
        ]
      : [`${what}: it belongs to ${asked.owner}`, `the owner ${asked.owner}`];
  return {
    id,
    title,
    controls: [],
    manual: `Modes and owners of files on a node do not show through the API. Run \`stat -c '%a %U:%G' ${path}\` on each node that has it and keep the output: it should show ${wanted}. On a managed cluster the provider's attestation takes its place.`,
  };
}
