/** Resources as the cluster has them now, credentials already redacted where they were read. */
import { Type } from "typebox";
import { refKey, refOf } from "@plimsoll/core";
import { ProblemError } from "./problem.ts";
import { defineRoute } from "./route.ts";
import { closed, cursor, pageOf, shapes, word } from "./shapes.ts";
import { placesIn } from "./sight.ts";

const query = Type.Object(
  {
    kind: Type.Optional(word),
    namespace: Type.Optional(Type.String({ maxLength: 512 })),
    search: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
    limit: Type.Optional(pageOf),
    cursor: Type.Optional(cursor),
  },
  closed,
);
const params = Type.Object({ key: Type.String({ minLength: 1, maxLength: 2048 }) }, closed);

export const resourceRoutes = [
  defineRoute({
    id: "listResources",
    path: "/api/v1/resources",
    tag: "resources",
    summary: "Names of the resources there are, in the order of their keys",
    needs: "objects",
    query,
    answer: Type.Object({
      items: Type.Array(Type.Object({ key: Type.String(), resource: shapes.resource })),
      next: Type.Optional(Type.String()),
    }),
    run: async ({ query: asked, eyes }, { pipeline: { present } }) => {
      const { kind, namespace, search, limit = 50, cursor: after = "" } = asked;
      const places = placesIn(present, namespace === undefined ? undefined : [namespace]);
      const sees = await eyes.seen(places);
      const wanted = search?.toLowerCase() ?? "";
      const items: { readonly key: string; readonly resource: ReturnType<typeof refOf> }[] = [];
      for (const { resource } of present.records()) {
        const ref = refOf(resource);
        const key = refKey(ref);
        if (key <= after || (kind !== undefined && ref.kind !== kind)) continue;
        if (namespace !== undefined && ref.namespace !== namespace) continue;
        if (!key.toLowerCase().includes(wanted) || !sees(ref)) continue;
        if (items.length === limit) return { items, next: items.at(-1)!.key };
        items.push({ key, resource: ref });
      }
      return { items };
    },
  }),
  defineRoute({
    id: "getResource",
    path: "/api/v1/resources/:key",
    tag: "resources",
    summary: "One resource by its key: apps/v1/Deployment/shop/web",
    needs: "objects",
    params,
    answer: Type.Object({
      resource: Type.Record(Type.String(), Type.Unknown()),
      lastChange: Type.Optional(Type.Object({ manager: Type.String(), at: Type.String() })),
    }),
    run: async ({ params: { key }, eyes }, { pipeline: { present } }) => {
      const record = present.get(key);
      if (record === undefined) throw new ProblemError("not-found");
      const ref = refOf(record.resource);
      if (!(await eyes.seen([ref]))(ref)) throw new ProblemError("not-found");
      const { resource, lastChange } = record;
      return { resource, ...(lastChange === undefined ? {} : { lastChange }) };
    },
  }),
];
