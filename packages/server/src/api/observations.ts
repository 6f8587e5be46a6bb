/** What agents tell, who they are, and what other tools tell over doors of their own. */
import { Type } from "typebox";
import { agentShape, answerShape, batchShape, mostBytes } from "../agents/batch.ts";
import { defineRoute } from "./route.ts";

const toldShape = Type.Object({
  taken: Type.Integer(),
  refused: Type.Record(Type.String(), Type.Integer()),
});
const longestList = 8 * 1024 * 1024;

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
      body: Type.Object({}),
      mostBytes: longestList,
      answer: toldShape,
      run: async ({ body }, { reception }) => reception.hear(source, body),
    }),
  ),
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
