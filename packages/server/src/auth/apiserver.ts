/** Asks the API server who a token belongs to and what somebody may do: TokenReview and SubjectAccessReview. */
import { NetworkError, type Access, type Clock, type Line, type Network } from "@plimsoll/cluster";
import { isJsonArray, isJsonObject, type Json, type JsonObject } from "@plimsoll/core";
import { AuthError } from "./error.ts";
import type { Principal } from "./principal.ts";

/** What somebody may do, in RBAC's words. A namespace of `""` means every one, or none where the resource has none. */
export type Question =
  | {
      readonly verb: string;
      readonly group: string;
      readonly resource: string;
      readonly namespace: string;
      readonly name?: string;
    }
  | { readonly verb: string; readonly path: string };

export interface ApiServer {
  /** The owner of a token that is meant for one of the audiences; `undefined` where it is not valid. */
  readonly owner: (token: string, audiences: readonly string[]) => Promise<Principal | undefined>;
  readonly may: (principal: Principal, question: Question) => Promise<boolean>;
  /** What stands at a path, as the service itself may read it; throws an `AuthError` where it is not told. */
  readonly get: (path: string) => Promise<JsonObject>;
  /** Merges fields into an object. Throws an `AuthError` where the API server does not. */
  readonly patch: (path: string, body: JsonObject) => Promise<void>;
  readonly close: () => void;
}

export interface ApiServerOptions {
  readonly access: Access;
  readonly network: Network;
  readonly clock: Clock;
  /** Milliseconds after which a question counts as unanswered. Default 2 s. */
  readonly patience?: number;
}

/** Bytes: of a review, and of what is read. */
const longestReview = 256 * 1024;
const longestAnswer = 32 * 1024 * 1024;

export function openApiServer({ access, network, clock, patience = 2_000 }: ApiServerOptions): ApiServer {
  const { server, tls, proxy } = access;
  let line: Promise<Line> | undefined;
  let doubted = false;
  /** What is not answered may have gone over a connection that leads nowhere any more: without a sign of life it is cut. */
  const doubt = async (open: Line): Promise<void> => {
    if (doubted) return;
    doubted = true;
    const cancel = clock.after(patience, () => {
      doubted = false;
      open.cut();
    });
    try {
      await open.ping();
    } catch {
      // it was noticed: the next question opens another
    }
    cancel();
    doubted = false;
  };
  const reach = async (): Promise<Line> => {
    const { cert, key } = await access.identify(false);
    const pair = cert === undefined || key === undefined ? {} : { cert, key };
    return network.reach({ server, tls: { ...tls, ...pair }, ...(proxy === undefined ? {} : { proxy }) });
  };
  const ask = async (path: string, body?: JsonObject, verb: Verb = "POST"): Promise<JsonObject> => {
    const abort = new AbortController();
    const cancel = clock.after(patience, () => {
      abort.abort();
      void line?.then(doubt, () => undefined);
    });
    const { promise: late, reject } = Promise.withResolvers<never>();
    late.catch(() => undefined); // the answer may come before it
    abort.signal.addEventListener("abort", () => reject(unavailable()));
    const question = { verb, path, body };
    const asked = (async () => send(access, await (line ??= reach()), question, abort.signal))();
    asked.catch(() => undefined); // it may fail after the time is over
    try {
      return await Promise.race([asked, late]);
    } catch (error) {
      if (error instanceof NetworkError) throw unavailable(error);
      throw error;
    } finally {
      cancel();
    }
  };
  return {
    owner: async (token, audiences) =>
      ownerIn(await ask(tokenPath, tokenReview(token, audiences)), audiences),
    may: async (principal, question) => isAllowed(await ask(accessPath, accessReview(principal, question))),
    get: (path) => ask(path),
    patch: async (path, body) => void (await ask(path, body, "PATCH")),
    close: () => void line?.then((open) => open.cut()).catch(() => undefined),
  };
}

function unavailable(cause?: unknown): AuthError {
  return new AuthError("unavailable", "the API server did not say whether this is allowed", { cause });
}

const tokenPath = "/apis/authentication.k8s.io/v1/tokenreviews";
const accessPath = "/apis/authorization.k8s.io/v1/subjectaccessreviews";

type Verb = "POST" | "PATCH";

/** Without a body it is got. */
async function send(
  access: Access,
  line: Line,
  { verb, path, body }: { readonly verb: Verb; readonly path: string; readonly body: JsonObject | undefined },
  signal: AbortSignal,
): Promise<JsonObject> {
  for (const renew of [false, true]) {
    const { authorization } = await access.identify(renew);
    const answer = await line.send({
      method: body === undefined ? "GET" : verb,
      path: access.server.pathname.replace(/\/$/, "") + path,
      headers: {
        accept: "application/json",
        "user-agent": "plimsoll",
        ...(body === undefined
          ? {}
          : { "content-type": verb === "PATCH" ? "application/merge-patch+json" : "application/json" }),
        ...(authorization === undefined ? {} : { authorization }),
      },
      ...(body === undefined ? {} : { body: Buffer.from(JSON.stringify(body)) }),
      signal,
    });
    const text = await textOf(answer.body, body === undefined ? longestAnswer : longestReview);
    if (answer.status === 401 && !renew) continue;
    if (answer.status !== 200 && answer.status !== 201) throw unavailable();
    try {
      const value = JSON.parse(text) as Json;
      if (isJsonObject(value)) return value;
    } catch (error) {
      throw unavailable(error);
    }
    break;
  }
  throw unavailable();
}

async function textOf(body: AsyncIterable<Uint8Array>, longest: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    if (length > longest) throw unavailable();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function tokenReview(token: string, audiences: readonly string[]): JsonObject {
  return {
    apiVersion: "authentication.k8s.io/v1",
    kind: "TokenReview",
    spec: { token, audiences: [...audiences] },
  };
}

/** A server that knows nothing of audiences leaves them out: its word is not taken for a token meant for us. */
function ownerIn(review: JsonObject, audiences: readonly string[]): Principal | undefined {
  const status = objectIn(review, "status");
  if (status["authenticated"] !== true) return undefined;
  const meant = textsIn(status, "audiences");
  if (audiences.length > 0 && !audiences.some((audience) => meant.includes(audience))) return undefined;
  const user = objectIn(status, "user");
  const name = textIn(user, "username");
  if (name === "") return undefined;
  const extra = objectIn(user, "extra");
  return {
    name,
    uid: textIn(user, "uid"),
    groups: textsIn(user, "groups"),
    extra: Object.fromEntries(Object.keys(extra).map((key) => [key, textsIn(extra, key)])),
    by: "kubernetes",
  };
}

function accessReview({ name, uid, groups, extra }: Principal, question: Question): JsonObject {
  const asked =
    "path" in question
      ? { nonResourceAttributes: { verb: question.verb, path: question.path } }
      : { resourceAttributes: question };
  return {
    apiVersion: "authorization.k8s.io/v1",
    kind: "SubjectAccessReview",
    spec: { user: name, uid, groups: [...groups], extra, ...asked },
  };
}

/** Only a plain yes: an error of an authorizer beside it does not take it back, as in Kubernetes itself. */
function isAllowed(review: JsonObject): boolean {
  return objectIn(review, "status")["allowed"] === true;
}

function objectIn(object: JsonObject, key: string): JsonObject {
  const value = Object.hasOwn(object, key) ? object[key] : undefined;
  return isJsonObject(value) ? value : {};
}

function textIn(object: JsonObject, key: string): string {
  const value = object[key];
  return typeof value === "string" ? value : "";
}

function textsIn(object: JsonObject, key: string): readonly string[] {
  const value = object[key];
  return isJsonArray(value) ? value.filter((each) => typeof each === "string") : [];
}
