import { createServer, type ServerOptions } from "node:https";
import type { AddressInfo } from "node:net";
import { afterAll, expect, onTestFinished, test } from "vitest";
import { openWorld } from "@plimsoll/cluster";
import { makeAuthority } from "../fixtures/certificates.ts";
import { createEgress } from "./egress.ts";
import { openTransport } from "./wire.ts";

const { clock } = await openWorld();
const authority = makeAuthority();
const stranger = makeAuthority();
afterAll(() => {
  authority.remove();
  stranger.remove();
});
const name = "hook.example";
const good = authority.issue(name, 10);

async function codeFrom(options: ServerOptions): Promise<string> {
  const server = createServer(options, (_, response) => response.end("{}"));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const transport = { ...openTransport(authority.ca), lookup: async () => ["127.0.0.1"] };
  const egress = createEgress({ allow: ["127.0.0.1"], clock, transport });
  try {
    const post = { url: new URL(`https://${name}:${port}/`), headers: {}, body: "{}", secret: [] };
    return String((await egress.post(post)).status);
  } catch (error) {
    return error instanceof Error && "code" in error ? String(error.code) : "no code";
  }
}

test("a certificate of a trusted authority for the very name is taken", async () => {
  expect(await codeFrom(good)).toBe("200");
});

test.each<readonly [string, ServerOptions]>([
  ["of an unknown authority", stranger.issue(name, 10)],
  ["that has ended", authority.issue(name, -1)],
  ["for another name", authority.issue("other.example", 10)],
  ["of TLS 1.1", { ...good, minVersion: "TLSv1", maxVersion: "TLSv1.1", ciphers: "DEFAULT@SECLEVEL=0" }],
])("case 81: a server %s is refused, whatever the environment says", async (_, options) => {
  const before = process.env["NODE_TLS_REJECT_UNAUTHORIZED"];
  process.env["NODE_TLS_REJECT_UNAUTHORIZED"] = "0";
  onTestFinished(() => {
    if (before === undefined) delete process.env["NODE_TLS_REJECT_UNAUTHORIZED"];
    else process.env["NODE_TLS_REJECT_UNAUTHORIZED"] = before;
  });
  expect(await codeFrom(options)).toBe("certificate");
});
