/** OpenID Connect: ID tokens of one issuer, verified against the keys that the issuer publishes. */
import type { Clock } from "@plimsoll/cluster";
import { UserError } from "@plimsoll/core";
import {
  createRemoteJWKSet,
  customFetch,
  errors,
  jwtVerify,
  type JWTPayload,
  type JWTVerifyGetKey,
} from "jose";
import type { Egress } from "../egress/egress.ts";
import { EgressError } from "../egress/error.ts";
import { AuthError } from "./error.ts";
import type { Principal } from "./principal.ts";

export interface OidcSettings {
  readonly issuer: string;
  readonly audience: string;
  /** As the API server's `--oidc-…` flags, so that both give people the same names. Defaults: `sub`, `groups`, no prefixes. */
  readonly usernameClaim?: string;
  readonly usernamePrefix?: string;
  readonly groupsClaim?: string;
  readonly groupsPrefix?: string;
}

export interface Oidc {
  readonly issuer: string;
  /** Throws `AuthError`. */
  readonly owner: (token: string) => Promise<Principal>;
}

/** Signatures with public keys only: `none` and shared secrets can be made by whoever knows what is public. */
const algorithms = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"];
const tolerance = 30;

export function createOidc(settings: OidcSettings, egress: Egress, clock: Clock): Oidc {
  const issuer = URL.parse(settings.issuer);
  if (issuer === null || issuer.protocol !== "https:")
    throw new UserError("bad-config", "the issuer of ID tokens is no https address", "set oidc.issuer");
  let keys: Promise<JWTVerifyGetKey> | undefined;
  const keysOf = (): Promise<JWTVerifyGetKey> => {
    keys ??= discover(settings.issuer, egress);
    keys.catch(() => (keys = undefined)); // asked again next time
    return keys;
  };
  return {
    issuer: settings.issuer,
    owner: async (token) => {
      try {
        const { payload } = await jwtVerify(token, await keysOf(), {
          issuer: settings.issuer,
          audience: settings.audience,
          algorithms,
          clockTolerance: tolerance,
          currentDate: new Date(clock.now()),
          requiredClaims: ["exp", "iat", "sub"],
        });
        return principalOf(payload, settings);
      } catch (error) {
        throw refusal(error);
      }
    },
  };
}

function refusal(error: unknown): AuthError {
  if (error instanceof AuthError) return error;
  const isUnavailable =
    error instanceof EgressError ||
    error instanceof errors.JWKSTimeout ||
    error instanceof errors.JWKSInvalid;
  return isUnavailable
    ? new AuthError("unavailable", "the issuer of ID tokens did not give its keys", { cause: error })
    : new AuthError("unauthenticated", "the token is not valid here", { cause: error });
}

async function discover(issuer: string, egress: Egress): Promise<JWTVerifyGetKey> {
  const base = issuer.replace(/\/$/, "");
  const document = await getJson(egress, new URL(`${base}/.well-known/openid-configuration`));
  const { issuer: named, jwks_uri: place } = document;
  const url = typeof place === "string" ? URL.parse(place) : null;
  if (named !== issuer || url === null || url.protocol !== "https:")
    throw new AuthError("unavailable", "the issuer of ID tokens names another issuer, or no keys");
  return createRemoteJWKSet(url, {
    cooldownDuration: 30_000,
    cacheMaxAge: 600_000,
    [customFetch]: async (address: string) => {
      const keys = await getJson(egress, new URL(address));
      return new Response(JSON.stringify(keys), { status: 200 });
    },
  });
}

async function getJson(egress: Egress, url: URL): Promise<{ readonly [key: string]: unknown }> {
  const headers = { accept: "application/json", "user-agent": "plimsoll" };
  const { status, body } = await egress.post({ method: "GET", url, headers, body: "", secret: [] });
  if (status !== 200) throw new AuthError("unavailable", `the issuer of ID tokens answered ${status}`);
  try {
    const value: unknown = JSON.parse(body);
    if (typeof value === "object" && value !== null) return value as { readonly [key: string]: unknown };
  } catch (error) {
    throw new AuthError("unavailable", "the issuer of ID tokens did not answer in JSON", { cause: error });
  }
  throw new AuthError("unavailable", "the issuer of ID tokens did not answer in JSON");
}

/** Names under `system:` are Kubernetes' own: no issuer may give them, whatever its prefixes. */
function principalOf(claims: JWTPayload, settings: OidcSettings): Principal {
  const { usernameClaim = "sub", usernamePrefix = "", groupsClaim = "groups", groupsPrefix = "" } = settings;
  const name = claims[usernameClaim];
  if (typeof name !== "string" || name === "")
    throw new AuthError("unauthenticated", "the token names nobody");
  if (usernameClaim === "email" && claims["email_verified"] === false)
    throw new AuthError("unauthenticated", "the token's address was not verified");
  const listed = claims[groupsClaim];
  const groups = (Array.isArray(listed) ? listed : [listed]).filter((group) => typeof group === "string");
  const full = `${usernamePrefix}${name}`;
  const named = groups
    .map((group) => `${groupsPrefix}${group}`)
    .filter((group) => !group.startsWith("system:"));
  if (full.startsWith("system:")) throw new AuthError("unauthenticated", "the token names nobody");
  return { name: full, uid: "", groups: [...named, "system:authenticated"], extra: {}, by: "oidc" };
}
