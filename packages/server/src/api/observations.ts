/** What agents tell, who they are, and what other tools tell over doors of their own. */
import { Type } from "typebox";
import type { ContainerKey } from "@plimsoll/core";
import { agentShape, answerShape, batchShape, mostBytes } from "../agents/batch.ts";
import { mostScannedBytes, scannedShape } from "../agents/scanned.ts";
import { placeOf } from "./profiles.ts";
import { defineRoute } from "./route.ts";
import { closed } from "./shapes.ts";

const toldShape = Type.Object({
  taken: Type.Integer(),
  refused: Type.Record(Type.String(), Type.Integer()),
});
const told = Type.Record(Type.String(), Type.Unknown());
const longestList = 8 * 1024 * 1024;
/** The API server takes objects that lie 10,000 deep: one of them in a parcel must not lose the others. */
const deepestAudit = 10_100;

/** The API server says with each list how long it will wait. */
const withPatience = Type.Object({ timeout: Type.Optional(Type.String({ maxLength: 20 })) }, closed);

export const observationRoutes = [
  defineRoute({
    id: "postObservations",
    method: "post",
    path: "/api/v1/observations",
    tag: "observations",
    summary: "What an agent saw on its node; sent again, it counts once",
    needs: "agent",
    body: batchShape,
    mostBytes,
    answer: answerShape,
    run: async ({ principal, body }, { reception }) => reception.receive(principal, body),
  }),
  ...(["falco", "audit"] as const).map((source) =>
    defineRoute({
      id: source === "falco" ? "postFalco" : "postAudit",
      method: "post",
      path: `/api/v1/sources/${source}`,
      tag: "observations",
      summary:
        source === "falco"
          ? "An alert of Falco, as its http_output sends it"
          : "Events of the Kubernetes audit log, as the API server's webhook sends them",
      needs: "source",
      ...(source === "audit" ? { query: withPatience } : {}),
      body: Type.Object({}),
      mostBytes: longestList,
      ...(source === "audit" ? { deepest: deepestAudit } : {}),
      answer: toldShape,
      run: async ({ body }, { reception }) => reception.hear(source, body),
    }),
  ),
  defineRoute({
    id: "postScanner",
    method: "post",
    path: "/api/v1/sources/scanner",
    tag: "vulnerabilities",
    summary:
      "What a scanner (Trivy, Grype) or a bill of materials (CycloneDX, SPDX, Syft) says of one image, as JSON; also gzip or zstd. It takes the place of what was sent of the same image before",
    needs: "source",
    body: Type.Unknown(),
    document: true,
    mostBytes: mostScannedBytes,
    answer: scannedShape,
    run: async ({ body }, { reception }) => reception.scanned(body),
  }),
  defineRoute({
    id: "listObservations",
    path: "/api/v1/observations",
    tag: "observations",
    summary: "All that was seen and when it was looked; `--from-service` reads it",
    needs: "objects",
    answer: Type.Object({
      observations: Type.Array(told),
      watches: Type.Array(told),
      detections: Type.Array(told),
      hidden: Type.Integer({ description: "Entries that the asker may not see." }),
    }),
    run: async ({ eyes }, { pipeline }) => {
      const { observations, watches = [], detections = [] } = pipeline.snapshot();
      const all = [...observations, ...watches, ...detections];
      const sees = await eyes.seen(all.map(({ container }) => placeOf(container)));
      const isSeen = ({ container }: { readonly container: ContainerKey }): boolean =>
        sees(placeOf(container));
      return {
        observations: observations.filter(isSeen),
        watches: watches.filter(isSeen),
        detections: detections.filter(isSeen),
        hidden: all.filter((each) => !isSeen(each)).length,
      };
    },
  }),
  defineRoute({
    id: "listAgents",
    path: "/api/v1/agents",
    tag: "observations",
    summary: "The agents, how each looks, what it cannot see and what it lost",
    needs: "report",
    answer: Type.Object({ items: Type.Array(agentShape) }),
    run: async ({ eyes }, { reception }) => {
      await eyes.mustSeeReport();
      return { items: reception.standing() };
    },
  }),
];
