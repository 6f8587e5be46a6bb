import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { UserError } from "@plimsoll/core";
import { afterAll, afterEach, beforeEach, expect, test } from "vitest";
import { accessOf } from "./access.ts";
import { contexts } from "./kubeconfig.ts";

const root = mkdtempSync(join(tmpdir(), "plimsoll-test-"));
const usual = { ...process.env };
let home = "";
let serial = 0;
beforeEach(() => {
  serial += 1;
  home = join(root, String(serial));
  mkdirSync(join(home, ".kube"), { recursive: true });
  process.env["HOME"] = home;
  for (const name of ["KUBECONFIG", "KUBERNETES_SERVICE_HOST"]) delete process.env[name];
});
afterEach(() => {
  for (const name of ["HOME", "KUBECONFIG"]) {
    if (usual[name] === undefined) delete process.env[name];
    else process.env[name] = usual[name];
  }
});
afterAll(() => rmSync(root, { recursive: true }));

const config = (name: string, cluster = "{server: https://a.example:6443}", user = "{token: t}"): string =>
  `current-context: ${name}\nclusters: [{name: ${name}, cluster: ${cluster}}]\nusers: [{name: ${name}, user: ${user}}]\ncontexts: [{name: ${name}, context: {cluster: ${name}, user: ${name}, namespace: shop}}]\n`;

/** A file in the home of the test. */
function put(name: string, text: string, mode = 0o600): string {
  const path = join(home, name);
  writeFileSync(path, text, { mode });
  chmodSync(path, mode);
  return path;
}

function problem(work: () => unknown): UserError {
  try {
    work();
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error("it succeeded");
}

async function identity(kubeconfig?: string): Promise<unknown> {
  return accessOf(kubeconfig, undefined).identify(false);
}

test("the file that is named counts, else KUBECONFIG, else the one in the home", () => {
  const named = put("named", config("named"));
  put(".kube/config", config("home"));
  expect(contexts(named)).toEqual([
    { name: "named", cluster: "named", server: "https://a.example:6443", namespace: "shop", current: true },
  ]);
  expect(contexts().map(({ name }) => name)).toEqual(["home"]);
  process.env["KUBECONFIG"] = [
    put("one", config("one")),
    join(home, "none"),
    put("two", config("two").replace("name: two, cluster", "name: one, cluster")),
  ].join(delimiter);
  expect(contexts().map(({ name, current }) => [name, current])).toEqual([
    ["one", true],
    ["two", false],
  ]);
});

test("a file in the folder that is scanned is never looked at", () => {
  const folder = process.cwd();
  mkdirSync(join(home, "repo", ".kube"), { recursive: true });
  writeFileSync(join(home, "repo", ".kube", "config"), config("repo"));
  writeFileSync(join(home, "repo", "kubeconfig"), config("repo"));
  try {
    process.chdir(join(home, "repo"));
  } catch {
    // A worker thread cannot change its folder; nothing relative is looked for in either case.
  }
  expect(contexts()).toEqual([]);
  if (process.cwd() !== folder) process.chdir(folder);
});

test("no kubeconfig at all, no such context, and a broken file are the user's mistakes", () => {
  expect(problem(() => accessOf(undefined, undefined))).toMatchObject({
    code: "no-cluster",
    message: "no cluster to read: there is no kubeconfig",
  });
  put(".kube/config", config("home"));
  expect(problem(() => accessOf(undefined, "other"))).toMatchObject({
    message: "there is no context other",
    hint: "give one of them with --context: home",
  });
  expect(problem(() => contexts(join(home, "none"))).message).toMatch(/kubeconfig .*none: it does not exist/);
  expect(problem(() => contexts(put("bad", "a: [\n"))).message).toMatch(/kubeconfig .*bad: /);
  expect(problem(() => contexts(put("text", "hello\n"))).message).toMatch(/it is no kubeconfig/);
  expect(
    problem(() => accessOf(put("odd", config("odd", "{server: 'file:///etc'}")), undefined)).message,
  ).toContain("is no address of a server");
  expect(
    problem(() =>
      accessOf(put("lost", config("lost").replace("cluster: lost, user", "cluster: gone, user")), undefined),
    ).message,
  ).toContain("names a cluster that is not there");
});

const encoded = Buffer.from("PEM").toString("base64");

test.each([
  ["a token", "{token: abc}", { authorization: "Bearer abc" }],
  ["a token in a file", "{tokenFile: token, token: other}", { authorization: "Bearer from-file" }],
  [
    "a password",
    "{username: me, password: pw}",
    { authorization: `Basic ${Buffer.from("me:pw").toString("base64")}` },
  ],
  [
    "a certificate inline",
    `{client-certificate-data: ${encoded}, client-key-data: ${encoded}}`,
    { cert: Buffer.from("PEM"), key: Buffer.from("PEM") },
  ],
  [
    "a certificate in files",
    "{client-certificate: crt, client-key: crt}",
    { cert: Buffer.from("PEM"), key: Buffer.from("PEM") },
  ],
  ["nothing", "{}", {}],
])("credentials: %s", async (_, user, expected) => {
  put("token", "from-file\n");
  put("crt", "PEM");
  expect(await identity(put("config", config("c", undefined, user)))).toEqual(expected);
});

test("how the server is spoken to", () => {
  put("ca", "CA");
  const access = accessOf(
    put(
      "config",
      config(
        "c",
        "{server: 'https://a:1/prefix', certificate-authority: ca, tls-server-name: b, proxy-url: 'http://p:3128'}",
      ),
    ),
    "c",
  );
  expect(access).toMatchObject({
    name: "c",
    proxy: "http://p:3128",
    tls: { rejectUnauthorized: true, servername: "b", ca: Buffer.from("CA") },
  });
  expect(access.server.href).toBe("https://a:1/prefix");
});

const credential = (status: object): string =>
  JSON.stringify({ apiVersion: "client.authentication.k8s.io/v1", kind: "ExecCredential", status });

/** A program beside the kubeconfig that notes its surroundings and answers. */
function plugin(answer: string, code = 0): string {
  put("answer", answer);
  put(
    "plugin",
    `#!/bin/sh\necho "$1 $EXTRA $KUBERNETES_EXEC_INFO" > ${home}/noted\ncat ${home}/answer\nexit ${code}\n`,
    0o755,
  );
  return "{exec: {apiVersion: client.authentication.k8s.io/v1, command: ./plugin, args: ['a; b'], env: [{name: EXTRA, value: x}], provideClusterInfo: true}}";
}

test("a credential plugin is run without a shell and gives a token or a certificate", async () => {
  const user = plugin(credential({ token: "from-plugin" }));
  expect(await identity(put("config", config("c", undefined, user)))).toEqual({
    authorization: "Bearer from-plugin",
  });
  put("answer", credential({ clientCertificateData: "C", clientKeyData: "K" }));
  expect(await identity(join(home, "config"))).toEqual({ cert: "C", key: "K" });
});

test("an old OIDC entry gives its token as long as that holds", async () => {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const token = `${part({ alg: "none" })}.${part({ exp: Math.floor(Date.now() / 1000) + 3600 })}.c2ln`;
  const user = `{auth-provider: {name: oidc, config: {idp-issuer-url: 'https://id', client-id: c, id-token: ${token}, refresh-token: r}}}`;
  expect(await identity(put("config", config("c", undefined, user)))).toEqual({
    authorization: `Bearer ${token}`,
  });
});

test.each([
  ["fails", credential({ token: "t" }), 3, /it ended with 3/],
  ["says nothing", "", 0, /it did not answer in JSON/],
  ["gives nothing", credential({}), 0, /it gave no credentials/],
  ["says too much", "x".repeat(1_200_000), 0, /it took too long or said too much|it did not answer in JSON/],
])("a credential plugin that %s is told", async (_, answer, code, message) => {
  const user = plugin(answer, code);
  const error: unknown = await identity(put("config", config("c", undefined, user))).catch(
    (thrown: unknown) => thrown,
  );
  expect(error).toMatchObject({ code: "no-cluster", message: expect.stringMatching(message) });
});

test("a credential plugin that is not there is told", async () => {
  const user = "{exec: {command: plimsoll-no-such-plugin}}";
  const error: unknown = await identity(put("config", config("c", undefined, user))).catch(
    (thrown: unknown) => thrown,
  );
  expect(error).toMatchObject({ message: "credential plugin plimsoll-no-such-plugin: it cannot be run" });
});

test("case 104: of a file that others can write to, nothing is run and no certificate is trusted blindly", async () => {
  const user = plugin(credential({ token: "t" }));
  const path = put(".kube/config", config("c", undefined, user), 0o666);
  const error: unknown = await identity().catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({
    code: "no-cluster",
    message: "the kubeconfig asks for a credential plugin, but it can be changed by others",
  });
  put(".kube/config", config("c", "{server: 'https://a', insecure-skip-tls-verify: true}"), 0o666);
  expect(problem(() => accessOf(undefined, undefined)).message).toContain("insecure-skip-tls-verify");
  expect(accessOf(path, undefined).tls.rejectUnauthorized).toBe(false);
});
