import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT, type JWTPayload } from "jose";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openWorld } from "@plimsoll/cluster";
import { createEgress } from "../egress/egress.ts";
import { openTransport } from "../egress/wire.ts";
import { makeAuthority } from "../fixtures/certificates.ts";
import { createOidc, type Oidc } from "./oidc.ts";

const { clock } = await openWorld();
const authority = makeAuthority();
const [ours, theirs] = [await generateKeyPair("ES256"), await generateKeyPair("ES256")];
let issuer = "";
let oidc: Oidc;
const server = createServer(authority.issue("id.example", 10), async (request, response) => {
  const keys = { keys: [{ ...(await exportJWK(ours.publicKey)), kid: "one", alg: "ES256", use: "sig" }] };
  const isKeys = request.url === "/keys";
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify(isKeys ? keys : { issuer, jwks_uri: `${issuer}/keys` }));
});

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  issuer = `https://id.example:${(server.address() as AddressInfo).port}`;
  const transport = { ...openTransport(authority.ca), lookup: async () => ["127.0.0.1"] };
  const egress = createEgress({ allow: ["127.0.0.1"], clock, transport });
  oidc = createOidc(
    { issuer, audience: "plimsoll", usernamePrefix: "oidc:", groupsPrefix: "oidc:" },
    egress,
    clock,
  );
});

afterAll(() => {
  server.close();
  authority.remove();
});

const usual = (): JWTPayload => ({
  iss: issuer,
  aud: "plimsoll",
  sub: "alice",
  groups: ["dev", "system:masters"],
});

function signed(payload: JWTPayload, key = ours.privateKey, ends = "5m", kid = "one"): Promise<string> {
  return new SignJWT(payload)
    .setProtectedHeader({ alg: "ES256", kid })
    .setIssuedAt()
    .setExpirationTime(ends)
    .sign(key);
}

test("an ID token of the issuer names its owner, with the prefixes of the settings", async () => {
  const owner = await oidc.owner(await signed(usual()));
  expect(owner).toMatchObject({ name: "oidc:alice", by: "oidc" });
  expect(owner.groups).toEqual(["oidc:dev", "oidc:system:masters", "system:authenticated"]);
});

test.each<readonly [string, () => Promise<string>]>([
  ["for another audience", () => signed({ ...usual(), aud: "other" })],
  ["without an audience", () => signed({ ...usual(), aud: [] })],
  ["of another issuer", () => signed({ ...usual(), iss: "https://evil.example" })],
  ["signed by another key", () => signed(usual(), theirs.privateKey)],
  ["that has ended", () => signed(usual(), ours.privateKey, "-5m")],
  ["with a key id that is a path", () => signed(usual(), ours.privateKey, "5m", "../../../dev/null")],
  [
    "without a signature",
    async () => new UnsecuredJWT(usual()).setIssuedAt().setExpirationTime("5m").encode(),
  ],
  [
    "signed with what is public",
    async () =>
      new SignJWT(usual())
        .setProtectedHeader({ alg: "HS256", kid: "one" })
        .setIssuedAt()
        .setExpirationTime("5m")
        .sign(Buffer.from(JSON.stringify(await exportJWK(ours.publicKey)))),
  ],
  ["that names nobody", () => signed({ ...usual(), sub: "" })],
])("case 82: an ID token %s is not valid here", async (_, make) => {
  await expect(oidc.owner(await make())).rejects.toMatchObject({ code: "unauthenticated" });
});
