/** What is not the API: the way in, the report as a page, live events, health and metrics. */
import type { FastifyInstance } from "fastify";
import { openApi } from "../api/openapi.ts";
import { ProblemError } from "../api/problem.ts";
import { asOf, reportOf, type AsOf, type Context } from "../api/route.ts";
import { openEyes, placesIn, type Eyes } from "../api/sight.ts";
import { streamEvents } from "../api/events.ts";
import { healthOf, type Health } from "../health.ts";
import { expose } from "../metrics.ts";
import { principalOf, type HttpOptions } from "./server.ts";

export interface PageOptions extends HttpOptions {
  readonly version: string;
  readonly health: () => Promise<Health>;
}

export function addPages(app: FastifyInstance, options: PageOptions): void {
  const { context, sessions, counters, grants, version, health } = options;
  const eyesOf = (principal: NonNullable<Parameters<typeof openEyes>[1]>): Eyes =>
    openEyes(grants, principal, context.cluster, context.pipeline.present);
  // A preview that asks for the head alone would use it up.
  app.get("/login/:code", { exposeHeadRoute: false }, async (request, reply) => {
    const { code } = request.params as { readonly code: string };
    const cookie = sessions()?.exchange(code);
    if (cookie === undefined)
      throw new ProblemError("unauthenticated", "this link was used or is too old: start the service anew");
    return reply.header("set-cookie", cookie).redirect("/", 303);
  });
  app.get("/", async (request, reply) => {
    await eyesOf(request.principal!).mustSeeReport();
    reportOf(context);
    const standing = asOf(context);
    const page = await context.pipeline.page();
    if (page === undefined)
      throw new ProblemError("not-ready", "the whole cluster is being looked at anew; ask again soon");
    // The page brings its own policy, by the hashes of its own script and style.
    return reply
      .header("content-security-policy", "frame-ancestors 'none'; base-uri 'none'; form-action 'none'")
      .type("text/html; charset=utf-8")
      .send(withStanding(page, standing));
  });
  app.get("/api/v1/openapi.json", async (_, reply) =>
    reply.type("application/json; charset=utf-8").send(JSON.stringify(openApi(version))),
  );
  app.get("/metrics", async (request, reply) => {
    const may = await eyesOf(request.principal!).may({ verb: "get", path: "/metrics" });
    if (!may) throw new ProblemError("forbidden", "it needs get on the path /metrics");
    return reply
      .type("application/openmetrics-text; version=1.0.0; charset=utf-8")
      .send(expose(await context.status(), context.pipeline.outline(), counters));
  });
  app.get("/livez", async (_, reply) => reply.type("text/plain; charset=utf-8").send("ok\n"));
  app.get("/readyz", async (_, reply) => {
    const { ready, lines } = healthOf(await health());
    return reply
      .status(ready ? 200 : 503)
      .type("text/plain; charset=utf-8")
      .send(`${lines.join("\n")}\n`);
  });
  addEvents(app, options, eyesOf);
}

/** Made once for each report: it is long. */
const beginning = '<main id="main" class="wrap">\n';

/** Says so where findings are known that the page does not hold yet. */
function withStanding(html: string, { revision, latest, current }: AsOf): string {
  if (current) return html;
  const note = `<p role="status">Findings, paths and priorities as of revision ${revision} of the cluster; those of revision ${latest} are being worked out.</p>\n`;
  return html.replace(beginning, () => beginning + note);
}

const mostStreams = 200;

function addEvents(
  app: FastifyInstance,
  options: PageOptions,
  eyesOf: (principal: Parameters<typeof openEyes>[1]) => Eyes,
): void {
  const { context } = options;
  let streams = 0;
  const closing = new AbortController();
  app.addHook("preClose", async () => closing.abort());
  app.get("/api/v1/events", { exposeHeadRoute: false }, async (request, reply) => {
    const after = afterOf(request.headers["last-event-id"]);
    const eyes = eyesOf(request.principal!);
    const before = await sightKey(eyes, context);
    if (streams >= mostStreams) throw new ProblemError("too-many-requests", "too many streams are open");
    const stillMay = async (): Promise<void> => {
      await principalOf(options, request);
      if ((await sightKey(eyes, context)) !== before) throw new ProblemError("forbidden");
    };
    reply.hijack();
    const { raw } = reply;
    const gone = new AbortController();
    raw.on("close", () => gone.abort());
    raw.writeHead(200, {
      ...(reply.getHeaders() as { readonly [name: string]: string }),
      "content-type": "text/event-stream; charset=utf-8",
      "x-accel-buffering": "no",
    });
    streams += 1;
    const signal = AbortSignal.any([gone.signal, closing.signal]);
    try {
      await streamEvents(
        context,
        { eyes, stillMay, after },
        { signal, write: (text) => written(raw, text, signal) },
      );
    } catch {
      // The reader has gone, or the store cannot be read: he comes back and is told then.
    } finally {
      streams -= 1;
      raw.end();
    }
  });
}

function afterOf(given: unknown): number | undefined {
  if (given === undefined) return undefined;
  if (typeof given !== "string" || !/^\d{1,15}$/.test(given))
    throw new ProblemError("bad-request", "the header last-event-id is not understood");
  return Number(given);
}

/** One text for what somebody may see now: a stream that was opened with more ends. */
async function sightKey(eyes: Eyes, { pipeline }: Context): Promise<string> {
  if (await eyes.seesReport()) return "all";
  const places = placesIn(pipeline.present);
  const sees = await eyes.seen(places);
  const namespaces = new Set(places.filter(sees).map(({ namespace }) => namespace));
  return JSON.stringify([...namespaces].sort());
}

/** Waits for a slow reader, and gives up on one who does not read at all. */
function written(raw: NodeJS.WritableStream, text: string, signal: AbortSignal): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  if (signal.aborted) reject(new Error("gone"));
  else if (raw.write(text)) resolve();
  else {
    const stop = (): void => reject(new Error("gone"));
    signal.addEventListener("abort", stop, { once: true });
    raw.once("drain", () => {
      signal.removeEventListener("abort", stop);
      resolve();
    });
  }
  return promise;
}
