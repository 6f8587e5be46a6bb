/** The HTTP door: who asks, whether he may, and in which words he is answered. */
import type { Duplex } from "node:stream";
import { Check } from "typebox/value";
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import type { Clock } from "@plimsoll/cluster";
import type { Bearer } from "../auth/bearer.ts";
import { AuthError } from "../auth/error.ts";
import { sourceFolder, type Sources } from "../auth/sources.ts";
import type { Grants } from "../auth/grants.ts";
import type { Guard } from "../auth/guard.ts";
import { localPrincipal, type LocalSessions } from "../auth/local.ts";
import { principalKey, type Principal } from "../auth/principal.ts";
import { problemOf, problemType, ProblemError, type Problem } from "../api/problem.ts";
import type { Context, Route } from "../api/route.ts";
import { routes } from "../api/routes.ts";
import { openEyes } from "../api/sight.ts";
import { failureText, type Log } from "../log.ts";
import type { Counters } from "../metrics.ts";
import { jsonIn } from "./body.ts";
import { createPace } from "./pace.ts";
import { parseQuery, refuseQuery } from "./query.ts";

export interface HttpOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly counters: Counters;
  readonly context: Context;
  /** Known once the port is. */
  readonly guard: () => Guard;
  readonly grants: Grants;
  /** Local mode: sessions of the person at the machine. Otherwise tokens. */
  readonly sessions: () => LocalSessions | undefined;
  readonly bearer: () => Bearer | undefined;
  readonly sources: Sources;
  readonly tls?: { readonly cert: Uint8Array; readonly key: Uint8Array };
}

declare module "fastify" {
  interface FastifyRequest {
    principal: Principal | undefined;
  }
  interface FastifyContextConfig {
    readonly document?: true;
    readonly deepest?: number;
  }
}

const usualDepth = 200;

const security = {
  "content-security-policy":
    "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "cache-control": "no-store",
} as const;

/** Needs no credential: probes of the kubelet, and the way to a session. */
const open: ReadonlySet<string> = new Set(["/livez", "/readyz", "/login/:code"]);

export function createHttp(options: HttpOptions): FastifyInstance {
  const { tls, context, counters } = options;
  const app = Fastify({
    logger: false,
    bodyLimit: 64 * 1024,
    requestTimeout: 10_000,
    keepAliveTimeout: 30_000,
    forceCloseConnections: true,
    return503OnClosing: true,
    exposeHeadRoutes: true,
    routerOptions: {
      maxParamLength: 2048,
      querystringParser: parseQuery as (text: string) => { [name: string]: unknown },
      ignoreDuplicateSlashes: false,
    },
    ajv: {
      customOptions: { removeAdditional: false, coerceTypes: "array", useDefaults: true, strict: false },
    },
    http: { maxHeaderSize: 16 * 1024, headersTimeout: 5_000, insecureHTTPParser: false },
    ...(tls === undefined
      ? {}
      : { https: { cert: Buffer.from(tls.cert), key: Buffer.from(tls.key), minVersion: "TLSv1.3" } }),
    clientErrorHandler: refuseBytes,
    // An address that cannot be read comes to no route, and is refused in the same words.
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) =>
      refuse(options, error, request, reply),
  } as object) as unknown as FastifyInstance;
  app.decorateRequest("principal", undefined);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    "application/json",
    { parseAs: "buffer" },
    ({ headers, routeOptions }: FastifyRequest, bytes: Buffer) =>
      jsonIn(bytes, {
        encoding: headers["content-encoding"],
        isDocument: routeOptions.config.document === true,
        most: routeOptions.bodyLimit,
        deepest: routeOptions.config.deepest ?? usualDepth,
      }),
  );
  app.addHook("onRequest", gateOf(options));
  app.addHook("onResponse", async (request, reply) => counters.request(routeOf(request), reply.statusCode));
  app.setErrorHandler((error, request, reply) => refuse(options, error, request, reply));
  app.setNotFoundHandler((request, reply) => refuse(options, new ProblemError("not-found"), request, reply));
  for (const route of routes) addRoute(app, options, context, route);
  return app;
}

/** What is no HTTP is not answered in many words: the connection may carry somebody else's request behind it. */
function refuseBytes(error: Error & { readonly code?: string }, socket: Duplex): void {
  const status =
    error.code === "HPE_HEADER_OVERFLOW" ? "431 Request Header Fields Too Large" : "400 Bad Request";
  if (socket.writable) socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
  else socket.destroy();
}

function routeOf(request: FastifyRequest): string {
  return request.routeOptions.url ?? "none";
}

/** A thousand wrong tokens a minute are guesses; and nobody may ask so often that others wait. */
function gateOf(options: HttpOptions): (request: FastifyRequest, reply: FastifyReply) => Promise<void> {
  const { clock, guard } = options;
  const guesses = createPace(clock, 20, 0.5);
  const asks = createPace(clock, 200, 50);
  return async (request, reply) => {
    reply.headers(security);
    refuseQuery(request.query);
    guard().check(request.headers);
    const path = request.routeOptions.url ?? "";
    if (open.has(path) && path !== "/login/:code") return;
    mustWait(guesses.look(request.ip), reply);
    if (path === "/login/:code") {
      guesses.take(request.ip);
      return;
    }
    try {
      request.principal = path.startsWith(sourceFolder)
        ? await options.sources.owner(path.slice(sourceFolder.length), request.headers.authorization)
        : await principalOf(options, request);
    } catch (error) {
      if (error instanceof AuthError && error.code === "unauthenticated") guesses.take(request.ip);
      throw error;
    }
    mustWait(asks.take(principalKey(request.principal)), reply);
  };
}

function mustWait(milliseconds: number, reply: FastifyReply): void {
  if (milliseconds === 0) return;
  reply.header("retry-after", String(Math.ceil(milliseconds / 1000)));
  throw new ProblemError("too-many-requests");
}

export async function principalOf(
  { sessions, bearer }: Pick<HttpOptions, "sessions" | "bearer">,
  { headers }: Pick<FastifyRequest, "headers">,
): Promise<Principal> {
  const { authorization, cookie } = headers;
  const tokens = bearer();
  if (tokens !== undefined && authorization !== undefined) return tokens.owner(authorization);
  if (cookie !== undefined && sessions()?.holds(cookie) === true) return localPrincipal;
  throw new AuthError("unauthenticated", "log in first");
}

function addRoute(app: FastifyInstance, { grants }: HttpOptions, context: Context, route: Route): void {
  const { query, params, body, mostBytes, document, deepest, method = "get" } = route;
  app.route({
    method: method === "post" ? "POST" : "GET",
    url: route.path,
    ...(mostBytes === undefined ? {} : { bodyLimit: mostBytes }),
    config: {
      ...(document === undefined ? {} : { document }),
      ...(deepest === undefined ? {} : { deepest }),
    },
    schema: {
      querystring: query ?? { type: "object", additionalProperties: false },
      ...(params === undefined ? {} : { params }),
    },
    handler: async (request, reply) => {
      // Not by Fastify's validator, which would make fit what is not.
      if (body !== undefined && !Check(body, request.body))
        throw new ProblemError("bad-request", "the body is not understood");
      const principal = request.principal!;
      const eyes = openEyes(grants, principal, context.cluster, context.pipeline.present);
      const { query: asked, params: named, body: given } = request;
      const answer = await route.run({ query: asked, params: named, body: given, eyes, principal }, context);
      return reply.type("application/json; charset=utf-8").send(JSON.stringify(answer));
    },
  });
}

function refuse(
  { log, context }: HttpOptions,
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const told: Problem = validationOf(error) ?? problemOf(error);
  if (told.status >= 500)
    log("warn", "request-failed", { route: routeOf(request), because: failureText(error) });
  if (request.principal?.by === "source")
    context.reception.missed(routeOf(request).slice(sourceFolder.length));
  if (told.status === 401) reply.header("www-authenticate", "Bearer");
  return reply.headers(security).status(told.status).type(problemType).send(JSON.stringify(told));
}

/** Names the parameter, never what it was. */
function validationOf(error: unknown): Problem | undefined {
  if (!(error instanceof Error) || !("validation" in error) || !Array.isArray(error.validation))
    return undefined;
  const [first] = error.validation as readonly { readonly instancePath: string; readonly keyword: string }[];
  const name = /^\/(\w{1,40})/.exec(first?.instancePath ?? "")?.[1];
  const detail =
    first?.keyword === "additionalProperties"
      ? "there is no such parameter"
      : name === undefined
        ? "a parameter is missing"
        : `the parameter ${name} is not understood`;
  return problemOf(new ProblemError("bad-request", detail));
}
