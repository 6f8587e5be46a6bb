/** Examples of changed rights. */
import type { ObservationDetail } from "../../model/observation.ts";
import type { ObjectField } from "./object-field.ts";
import { binding, role, shopAccount, usingPod, webSubject } from "./example-objects.ts";

const wide = [{ apiGroups: ["", "apps"], resources: ["*"], verbs: ["*"] }];
const reading = [{ apiGroups: [""], resources: ["configmaps"], verbs: ["get"] }];
const narrowed = [{ op: "replace", path: "/rules", value: reading }] as const;

function asked(verb: string, resource: string, name: string, allowed = true): ObservationDetail {
  return { kind: "api-request", verb, group: "", resource, namespace: "shop", name, allowed };
}

const bound = [role(wide), binding([webSubject]), shopAccount, usingPod({})];
const who = "ServiceAccount shop/web";
const withoutSubjects = [{ op: "remove", path: "/subjects/0" }] as const;
const group = (name: string): { readonly kind: string; readonly name: string } => ({ kind: "Group", name });

export const rightsExamples: ObjectField["examples"] = {
  clear: [
    {
      name: "what it asks for stays allowed",
      resources: bound,
      operations: narrowed,
      seen: { [who]: [asked("get", "configmaps", "settings")] },
    },
    {
      name: "what was refused before is refused again",
      resources: [role(reading), binding([webSubject])],
      operations: [{ op: "replace", path: "/rules/0/resourceNames", value: ["settings"] }],
      seen: { [who]: [asked("get", "configmaps", "settings"), asked("get", "secrets", "key", false)] },
    },
    {
      name: "nobody is bound to it",
      resources: [role(wide)],
      operations: narrowed,
      unwatched: true,
    },
    {
      name: "a group of accounts goes, none of which asked for anything",
      resources: [binding([group("system:serviceaccounts:shop")]), role(wide), usingPod({})],
      operations: withoutSubjects,
    },
  ],
  repaired: [
    {
      name: "it reads a secret that the rule left out; the rule is added, of that name",
      resources: bound,
      operations: narrowed,
      seen: { [who]: [asked("get", "secrets", "key")] },
    },
  ],
  breaks: [
    {
      name: "the account is taken out of a binding by which it reads",
      resources: [binding([webSubject]), role(reading), shopAccount],
      operations: withoutSubjects,
      seen: { [who]: [asked("get", "configmaps", "settings")] },
    },
    {
      name: "an account of the group asks by it",
      resources: [binding([group("system:serviceaccounts")]), role(reading), shopAccount],
      operations: withoutSubjects,
      seen: { [who]: [asked("get", "configmaps", "settings")] },
    },
    {
      name: "all that it asks by is taken away, and a repair would take nothing",
      resources: [
        role([{ apiGroups: [""], resources: ["secrets"], verbs: ["get"], resourceNames: ["key"] }]),
        binding([webSubject]),
      ],
      operations: [{ op: "replace", path: "/rules", value: [] }],
      seen: { [who]: [asked("get", "secrets", "key")] },
    },
  ],
  unknown: [
    { name: "nobody read the audit log", resources: bound, operations: narrowed, unwatched: true },
    {
      name: "people are in the group",
      resources: [binding([group("developers")]), role(wide)],
      operations: withoutSubjects,
    },
  ],
};
