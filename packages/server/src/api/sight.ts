/** What one asker may see, worked out for each answer: by kind and namespace for objects, by a right of its own for whole reports. */
import { refKey, type ResourceRef } from "@plimsoll/core";
import type { Question } from "../auth/apiserver.ts";
import type { Grants, Place, Sight } from "../auth/grants.ts";
import type { Principal } from "../auth/principal.ts";
import type { Present } from "../pipeline/present.ts";
import type { Visible } from "../store/query.ts";
import { ProblemError } from "./problem.ts";

export interface Eyes {
  /** For the store; `undefined`: everything. `namespaces` are the only ones asked about. */
  readonly visible: (namespaces?: readonly string[]) => Promise<Visible | undefined>;
  /** Whether each of these may be seen. */
  readonly seen: (refs: Iterable<Place>) => Promise<(ref: Place) => boolean>;
  /** Throws a `ProblemError` (`forbidden`) unless the whole report is theirs to see: its numbers tell of every object. */
  readonly mustSeeReport: () => Promise<void>;
  readonly seesReport: () => Promise<boolean>;
  readonly may: (question: Question) => Promise<boolean>;
}

/** A right that RBAC grants by a rule of its own: no object of that kind exists. */
export const reportQuestion: Question = {
  verb: "get",
  group: "plimsoll.dev",
  resource: "reports",
  namespace: "",
};

export function openEyes(grants: Grants, principal: Principal, cluster: string, present: Present): Eyes {
  const seesReport = (): Promise<boolean> => grants.may(principal, reportQuestion);
  return {
    visible: async (namespaces) => {
      const places = placesIn(present, namespaces);
      return visibleBy(await grants.sightOf(principal, places), places, cluster);
    },
    seen: async (refs) => {
      const sight = await grants.sightOf(principal, [...refs]);
      return sight.all ? () => true : sight.sees;
    },
    seesReport,
    mustSeeReport: async () => {
      if (!(await seesReport()))
        throw new ProblemError(
          "forbidden",
          "this is about the whole cluster: it needs get on reports.plimsoll.dev",
        );
    },
    may: (question) => grants.may(principal, question),
  };
}

/** Every kind in every namespace that something is known of. */
export function placesIn(present: Present, namespaces?: readonly string[]): readonly Place[] {
  const wanted = namespaces === undefined ? undefined : new Set(namespaces);
  const found = new Map<string, Place>();
  for (const { resource } of present.records()) {
    const namespace = resource.metadata.namespace ?? "";
    if (wanted?.has(namespace) === false) continue;
    const place = { apiVersion: resource.apiVersion, kind: resource.kind, namespace };
    found.set(refKey({ ...place, name: "" }), place);
  }
  return [...found.values()];
}

/** The store knows kinds by name alone: of two groups with one name, both must be theirs. */
function visibleBy(sight: Sight, places: readonly Place[], cluster: string): Visible | undefined {
  if (sight.all) return undefined;
  const seen = new Map<string, boolean>();
  for (const place of places) {
    const key = `${place.kind} ${place.namespace}`;
    seen.set(key, (seen.get(key) ?? true) && sight.sees(place));
  }
  const namespacesOf = new Map<string, string[]>();
  for (const [key, isSeen] of seen) {
    if (!isSeen) continue;
    const [kind = "", namespace = ""] = key.split(" ");
    namespacesOf.set(kind, [...(namespacesOf.get(kind) ?? []), namespace]);
  }
  const kindsOf = new Map<string, string[]>();
  for (const [kind, namespaces] of namespacesOf) {
    const key = JSON.stringify(namespaces.sort());
    kindsOf.set(key, [...(kindsOf.get(key) ?? []), kind]);
  }
  return [...kindsOf].map(([key, kinds]) => ({ cluster, kinds, namespaces: JSON.parse(key) as string[] }));
}

/** What the id of a result is about: `control:apiVersion/kind/namespace/name:path`; names may hold colons themselves. */
export function placeOfId(id: string): ResourceRef | undefined {
  const [, rest = ""] = /^[^:]*:(.*)$/s.exec(id) ?? [];
  const found = /^((?:[^/:]+\/)?v[^/:]*)\/([^/:]+)\/([^/:]*)\/([^/]*)/s.exec(rest);
  if (found === null) return undefined;
  const [, apiVersion = "", kind = "", namespace = "", name = ""] = found;
  return { apiVersion, kind, namespace, name };
}
