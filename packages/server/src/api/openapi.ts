/** The API's description, OpenAPI 3.1, made from the routes themselves and from the published schema of reports. */
import type { TSchema } from "typebox";
import { reportSchema } from "@plimsoll/core";
import { eventShape } from "./events.ts";
import { problemShape, problemType } from "./problem.ts";
import type { Route } from "./route.ts";
import { routes } from "./routes.ts";

type Node = { readonly [key: string]: unknown };

const needs: { readonly [N in Route["needs"]]: string } = {
  nothing: "Whoever is logged in.",
  report: "`get` on `reports.plimsoll.dev` in the whole cluster.",
  agent:
    "The agents' account of the settings, by a token whose audience is the service's and that is bound to the node that the batch speaks of.",
  source: "The source's own token of the settings, as Bearer or as the password of Basic.",
  objects: "Holds what concerns objects that the asker may `get`; everything else is absent, in counts too.",
};

export function openApi(version: string): Node {
  const paths: { [path: string]: Node } = {};
  for (const route of routes) {
    const path = route.path.replaceAll(/:(\w+)/g, "{$1}");
    paths[path] = { ...paths[path], [route.method ?? "get"]: operationOf(route) };
  }
  paths["/api/v1/events"] = { get: eventsOperation() };
  return {
    openapi: "3.1.0",
    info: {
      title: "Plimsoll",
      version,
      description:
        "What `plimsoll serve` answers. Within /api/v1 keys may be added; none changes its meaning or goes.",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: "/" }],
    security: [{ token: [] }, { session: [] }],
    tags: [...new Set([...routes.map(({ tag }) => tag), "events"])].map((name) => ({ name })),
    paths,
    components: {
      securitySchemes: {
        token: {
          type: "apiKey",
          in: "header",
          name: "authorization",
          description:
            "`Bearer` and a Kubernetes token whose audience is the service's, or an ID token of its issuer.",
        },
        session: { type: "apiKey", in: "cookie", name: "plimsoll-PORT", description: "Local mode only." },
      },
      schemas: { ...partsOfReport(), problem: plain(problemShape), event: plain(eventShape) },
    },
  };
}

function operationOf({ id, tag, summary, needs: need, query, params, body, answer }: Route): Node {
  return {
    operationId: id,
    tags: [tag],
    summary,
    description: needs[need],
    parameters: [...parametersOf(params, "path"), ...parametersOf(query, "query")],
    ...(body === undefined
      ? {}
      : { requestBody: { required: true, content: { "application/json": { schema: plain(body) } } } }),
    responses: {
      "200": { description: "The answer.", content: { "application/json": { schema: plain(answer) } } },
      default: problemAnswer,
    },
  };
}

const problemAnswer: Node = {
  description: "Why there is no answer.",
  content: { [problemType]: { schema: { $ref: "#/components/schemas/problem" } } },
};

function eventsOperation(): Node {
  return {
    operationId: "streamEvents",
    tags: ["events"],
    summary: "Live change, as server-sent events",
    description:
      "One event `changes` for each batch, its data as the schema `event`; `reset` where too much was missed: read the lists anew. The stream ends when rights are taken away.",
    parameters: [
      {
        name: "last-event-id",
        in: "header",
        required: false,
        description: "The id of the last event that was seen.",
        schema: { type: "string", pattern: "^\\d{1,15}$" },
      },
    ],
    responses: {
      "200": { description: "The stream.", content: { "text/event-stream": { schema: { type: "string" } } } },
      default: problemAnswer,
    },
  };
}

function parametersOf(shape: Route["query"], place: "path" | "query"): readonly Node[] {
  if (shape === undefined) return [];
  const { properties, required = [] } = plain(shape) as {
    readonly properties: { readonly [name: string]: Node };
    readonly required?: readonly string[];
  };
  return Object.entries(properties).map(([name, { description, ...schema }]) => ({
    name,
    in: place,
    required: place === "path" || required.includes(name),
    ...(description === undefined ? {} : { description }),
    schema,
    ...(schema["type"] === "array" ? { style: "form", explode: true } : {}),
  }));
}

/** Only what JSON Schema knows, and references as OpenAPI has them. */
function plain(shape: TSchema | Node): Node {
  return JSON.parse(JSON.stringify(shape), (key, value: unknown) =>
    key === "$ref" && typeof value === "string" ? refOf(value) : value,
  ) as Node;
}

function refOf(name: string): string {
  return `#/components/schemas/${name.replace("#/$defs/", "")}`;
}

function partsOfReport(): { readonly [name: string]: Node } {
  const { $defs } = reportSchema as { readonly $defs: { readonly [name: string]: Node } };
  return Object.fromEntries(Object.entries($defs).map(([name, schema]) => [name, plain(schema)]));
}
