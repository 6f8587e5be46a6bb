/** The authority of our own: real TLS by its certificates, kept over restarts, published, and renewed in time. */
import { execFileSync } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer, request } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { openWorld, type Clock } from "@plimsoll/cluster";
import type { Pair } from "./certificate.ts";
import { openOwnTls, type OwnTls } from "./own.ts";

const world = await openWorld();

function folderOf(): string {
  const folder = mkdtempSync(join(tmpdir(), "plimsoll-tls-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

interface Opened {
  readonly tls: OwnTls;
  readonly published: (readonly [path: string, ca: string])[];
}

async function open(folder: string, clock: Clock = world.clock): Promise<Opened> {
  const published: (readonly [string, string])[] = [];
  const tls = await openOwnTls({
    doors: { ...world, clock },
    api: {
      patch: async (path, body) => {
        published.push([path, (body["data"] as { readonly "ca.crt": string })["ca.crt"]]);
      },
    },
    log: () => undefined,
    folder,
    names: ["plimsoll.plimsoll.svc", "localhost"],
    trust: { namespace: "plimsoll", name: "plimsoll-trust" },
  });
  return { tls, published };
}

/** Keeps it for one turn. */
async function once({
  tls,
  published,
}: Opened): Promise<{ readonly ca: string; readonly applied: readonly Pair[] }> {
  const end = new AbortController();
  const applied: Pair[] = [];
  const kept = tls.keep((pair) => applied.push(pair), end.signal);
  await expect.poll(() => published.length).toBeGreaterThan(0);
  end.abort();
  await kept;
  return { ca: published[0]![1], applied };
}

function ask(port: number, servername: string, ca: string): Promise<number | string> {
  const { promise, resolve } = Promise.withResolvers<number | string>();
  const asked = request({ host: "127.0.0.1", port, servername, ca, minVersion: "TLSv1.3" }, (answer) => {
    answer.resume();
    resolve(answer.statusCode ?? 0);
  });
  asked.on("error", (error: Error & { readonly code?: string }) => resolve(error.code ?? error.message));
  asked.end();
  return promise;
}

async function serving(pair: Pair): Promise<number> {
  const server = createServer(pair, (_, response) => response.end());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

test("its certificates serve its names, and no others, to whoever trusts it", async () => {
  const [own, stranger] = [await open(folderOf()), await open(folderOf())];
  const { ca } = await once(own);
  const port = await serving(own.tls.current());
  expect([
    await ask(port, "plimsoll.plimsoll.svc", ca),
    await ask(port, "localhost", ca),
    await ask(port, "plimsoll.other.svc", ca),
    await ask(port, "localhost", (await once(stranger)).ca),
  ]).toEqual([200, 200, "ERR_TLS_CERT_ALTNAME_INVALID", expect.stringMatching(/SIGNATURE|UNABLE|SELF/)]);
});

test("openssl finds nothing wrong with the chain, and the authority may make no other", async () => {
  const folder = folderOf();
  const own = await open(folder);
  const { ca } = await once(own);
  writeFileSync(join(folder, "ca.crt"), ca);
  writeFileSync(join(folder, "leaf.crt"), own.tls.current().cert);
  const strict = ["verify", "-x509_strict", "-purpose", "sslserver", "-CAfile", "ca.crt", "leaf.crt"];
  expect(execFileSync("openssl", strict, { cwd: folder, encoding: "utf8" })).toContain("leaf.crt: OK");
  const text = execFileSync("openssl", ["x509", "-in", "ca.crt", "-noout", "-text"], {
    cwd: folder,
    encoding: "utf8",
  });
  expect(text).toContain("CA:TRUE, pathlen:0");
  expect([new X509Certificate(ca).ca, new X509Certificate(own.tls.current().cert).ca]).toEqual([true, false]);
});

test("the authority is the same after a restart, its key is for its owner alone, and certificates are new", async () => {
  const folder = folderOf();
  const [one, two] = [await open(folder), await open(folder)];
  const [first, second] = [await once(one), await once(two)];
  expect(second.ca).toBe(first.ca);
  expect(one.published[0]![0]).toBe("/api/v1/namespaces/plimsoll/configmaps/plimsoll-trust");
  expect(two.tls.current().key).not.toBe(one.tls.current().key);
  expect(statSync(join(folder, "authority.pem")).mode & 0o077).toBe(0);
  expect(first.applied).toEqual([]);
});

test("a certificate is renewed before it ends", async () => {
  let later = 0;
  const clock: Clock = { ...world.clock, now: () => world.clock.now() + later };
  const own = await open(folderOf(), clock);
  const { cert } = own.tls.current();
  later = 70 * 86_400_000;
  const { applied, ca } = await once(own);
  expect(applied.length).toBe(1);
  expect(own.tls.current().cert).not.toBe(cert);
  expect(new X509Certificate(own.tls.current().cert).verify(new X509Certificate(ca).publicKey)).toBe(true);
});

test.each([
  ["an hour", 1 / 24],
  ["a day", 1],
  ["a hundred days", 100],
  ["past 2038", 5_000],
])("D5: a clock that was set on by %s, and back, leaves a certificate that serves", async (_, days) => {
  let ahead = 0;
  const clock: Clock = { ...world.clock, now: () => world.clock.now() + ahead * 86_400_000 };
  const own = await open(folderOf(), clock);
  for (const step of [days, 0, -days, 0]) {
    ahead = step;
    own.published.length = 0;
    const { ca } = await once(own);
    const { validFrom, validTo } = new X509Certificate(own.tls.current().cert);
    const [from, to] = [Date.parse(validFrom), Date.parse(validTo)];
    // It serves whoever has the right time, whatever the time is here.
    expect([step, from <= Date.now(), to > Date.now()]).toEqual([step, true, true]);
    const port = await serving(own.tls.current());
    expect([step, await ask(port, "localhost", ca)]).toEqual([step, 200]);
  }
});

test("D5: an authority that was made by a clock far ahead is made anew", async () => {
  const folder = folderOf();
  const clock: Clock = { ...world.clock, now: () => world.clock.now() + 5_000 * 86_400_000 };
  const { ca: future } = await once(await open(folder, clock));
  const own = await open(folder);
  const { ca } = await once(own);
  expect(ca).not.toBe(future);
  expect(await ask(await serving(own.tls.current()), "localhost", ca)).toBe(200);
});

test("a folder that holds something else is refused", async () => {
  const folder = folderOf();
  writeFileSync(join(folder, "authority.pem"), "x");
  await expect(open(folder)).rejects.toMatchObject({ code: "usage" });
});
