/** kube-linter's annotations on the resources of a folder: `ignore-check.kube-linter.io/CHECK: reason`. */
import { refOf, type Snapshot } from "@plimsoll/core";
import { terms, type Draft, type Equals, type Imported, type Leftover } from "./importer.ts";

const prefix = "ignore-check.kube-linter.io/";
const everything = "kube-linter.io/ignore-all";

export function fromKubeLinter(snapshot: Snapshot, equals: Equals): Imported {
  const drafts: Draft[] = [];
  const leftovers: Leftover[] = [];
  for (const { resource, source } of snapshot.resources) {
    const { kind, namespace, name } = refOf(resource);
    const place = source.line === undefined ? source.file : `${source.file}:${source.line}`;
    const match = { kind, name, ...(namespace === "" ? {} : { namespace }) };
    for (const [key, reason] of Object.entries(resource.metadata.annotations ?? {})) {
      const what = `${key} of ${kind} ${name}`;
      if (key === everything) leftovers.push({ what, place, why: "it accepts every check there is" });
      if (!key.startsWith(prefix)) continue;
      const controls = equals(`kube-linter:${key.slice(prefix.length)}`);
      if (controls.length === 0) leftovers.push({ what, place, why: "no control here is its equal" });
      else if (`${namespace}${name}`.includes("*"))
        leftovers.push({ what, place, why: "its name would be a pattern here, and accept more" });
      else drafts.push({ controls, ...terms(reason, undefined), match, place });
    }
  }
  return { drafts, leftovers };
}
