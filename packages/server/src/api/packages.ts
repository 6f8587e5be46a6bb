/** What running images hold, as agents read it from their files; and which were not read, and why. */
import { Type } from "typebox";
import type { ResourceRecord } from "@plimsoll/core";
import { runImagesOf, type RunImage } from "../agents/containers.ts";
import { listAnswerShape, listBatchShape, listKey, mostListBytes } from "../agents/lists.ts";
import { defineRoute, type Context } from "./route.ts";
import { closed, word } from "./shapes.ts";

const held = Type.Object({ purl: Type.String(), files: Type.Integer() });

export const packageRoutes = [
  defineRoute({
    id: "postPackages",
    method: "post",
    path: "/api/v1/packages",
    tag: "packages",
    summary: "What an agent read in the files of a running container, and which it is to read next",
    needs: "agent",
    body: listBatchShape,
    mostBytes: mostListBytes,
    answer: listAnswerShape,
    run: async ({ principal, body }, { reception }) => reception.lists.receive(principal, body),
  }),
  defineRoute({
    id: "listPackages",
    path: "/api/v1/packages",
    tag: "packages",
    summary:
      "The images that pods run: how many packages were read in each, what was left, and what was not read",
    needs: "objects",
    query: Type.Object(
      {
        namespace: Type.Optional(word),
        /** As pods write it: its packages are told too. */
        image: Type.Optional(Type.String({ minLength: 1, maxLength: 1_024 })),
      },
      closed,
    ),
    answer: Type.Object({
      items: Type.Array(
        Type.Object({
          image: Type.String(),
          id: Type.String(),
          readAt: Type.String(),
          packages: Type.Integer(),
          left: Type.Record(Type.String(), Type.Integer()),
          list: Type.Optional(Type.Array(held)),
        }),
      ),
      unread: Type.Array(Type.Object({ image: Type.String(), id: Type.String(), why: Type.String() })),
    }),
    run: async ({ query: { namespace, image }, eyes }, context) => {
      const pods = podsOf(context, namespace);
      const place = ({ resource }: ResourceRecord) => ({
        apiVersion: "v1",
        kind: "Pod",
        namespace: resource.metadata.namespace ?? "",
      });
      const sees = await eyes.seen(pods.map(place));
      const run = new Map<string, readonly [RunImage, string]>();
      for (const pod of pods.filter((each) => sees(place(each)))) {
        const spec = pod.resource["spec"] as { readonly nodeName?: unknown } | undefined;
        for (const found of runImagesOf(pod).values())
          if (image === undefined || found.reference === image)
            run.set(listKey(found), [found, String(spec?.nodeName ?? "")]);
      }
      const { given } = context.pipeline;
      const sorted = [...run].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, entry]) => entry);
      return {
        items: sorted.flatMap(([found]) => {
          const list = given.get(listKey(found));
          if (list === undefined) return [];
          const { packages = [], left = {}, readAt = "" } = list;
          return [
            {
              image: found.reference,
              id: found.id,
              readAt,
              packages: packages.length,
              left,
              ...(image === undefined
                ? {}
                : { list: packages.map(({ purl, files = [] }) => ({ purl, files: files.length })) }),
            },
          ];
        }),
        unread: sorted.flatMap(([found, node]) =>
          given.has(listKey(found))
            ? []
            : [{ image: found.reference, id: found.id, why: whyUnread(context, found, node) }],
        ),
      };
    },
  }),
];

function podsOf({ pipeline }: Context, namespace: string | undefined): readonly ResourceRecord[] {
  return pipeline.present
    .records()
    .filter(
      ({ resource: { kind, metadata } }) =>
        kind === "Pod" && (namespace === undefined || metadata.namespace === namespace),
    );
}

function whyUnread({ reception: { lists } }: Context, { id }: RunImage, node: string): string {
  return (
    lists.unread(id) ??
    (lists.hears(node)
      ? "not read yet"
      : "no agent reads packages on its node: kubectl apply -f deploy/packages.yaml")
  );
}
