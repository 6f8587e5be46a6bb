/** Bearer tokens: of the issuer of ID tokens where there is one, else of Kubernetes. Never kept, never told. */
import { createHash } from "node:crypto";
import type { Clock } from "@plimsoll/cluster";
import type { ApiServer } from "./apiserver.ts";
import { AuthError } from "./error.ts";
import { createKept } from "./kept.ts";
import type { Oidc } from "./oidc.ts";
import type { Principal } from "./principal.ts";

export interface Bearer {
  /** Whose the token of an `Authorization` header is. Throws `AuthError`. */
  readonly owner: (authorization: string) => Promise<Principal>;
}

export interface BearerOptions {
  readonly api: ApiServer;
  /** Whom a Kubernetes token must be meant for: a token for the API server itself is not one for us. */
  readonly audiences: readonly string[];
  readonly oidc?: Oidc;
  readonly clock: Clock;
}

const longestToken = 16 * 1024;
const holds = 10_000;
const most = 10_000;

export function createBearer({ api, audiences, oidc, clock }: BearerOptions): Bearer {
  // A refused token is looked at anew each time, so that making up tokens fills no memory.
  const kept = createKept<Principal>({ clock, most, holds: () => holds });
  const ask = async (token: string): Promise<Principal> => {
    if (oidc !== undefined && issuerOf(token) === oidc.issuer) return oidc.owner(token);
    const owner = await api.owner(token, audiences);
    if (owner === undefined) throw new AuthError("unauthenticated", "the token is not valid here");
    return owner;
  };
  return {
    owner: (authorization) => {
      const [, token] = /^Bearer ([\w.~+/=-]+)$/i.exec(authorization) ?? [];
      if (token === undefined || token.length > longestToken)
        return Promise.reject(new AuthError("unauthenticated", "no bearer token"));
      return kept.get(createHash("sha256").update(token).digest("base64"), () => ask(token));
    },
  };
}

/** What a token says of its issuer, unproved: it only chooses who is asked. */
function issuerOf(token: string): string {
  try {
    const claims: unknown = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString("utf8"));
    return typeof claims === "object" && claims !== null && "iss" in claims ? String(claims.iss) : "";
  } catch {
    return ""; // no JWT
  }
}
