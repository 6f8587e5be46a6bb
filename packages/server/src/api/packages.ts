/** What running images hold, as agents read it from their files; and which were not read, and why. */
import { Type } from "typebox";
import { listAnswerShape, listBatchShape, listKey, mostListBytes } from "../agents/lists.ts";
import { defineRoute, mustBeJudged } from "./route.ts";
import { runningImages, whyUnread } from "./running.ts";
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
      mustBeJudged(context);
      const running = (await runningImages(context, eyes, namespace)).filter(
        (each) => image === undefined || each.image.reference === image,
      );
      const { given } = context.pipeline;
      return {
        items: running.flatMap(({ image: { id, reference }, image: found }) => {
          const list = given.get(listKey(found));
          if (list === undefined) return [];
          const { packages = [], left = {}, readAt = "" } = list;
          const told =
            image === undefined
              ? {}
              : { list: packages.map(({ purl, files = [] }) => ({ purl, files: files.length })) };
          return [{ image: reference, id, readAt, packages: packages.length, left, ...told }];
        }),
        unread: running.flatMap((each) => {
          const why = whyUnread(context, each);
          return why === undefined ? [] : [{ image: each.image.reference, id: each.image.id, why }];
        }),
      };
    },
  }),
];
