/** A real etcd and real API servers on 127.0.0.1, started, killed and started again by the test. */
import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { request as plainRequest } from "node:http";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface Answer {
  readonly status: number;
  readonly text: string;
  readonly json: () => unknown;
}

export interface ControlPlane {
  readonly folder: string;
  readonly ports: readonly number[];
  readonly start: (server: number) => Promise<void>;
  /** SIGKILL, and gone when it resolves. */
  readonly kill: (server: number) => Promise<void>;
  /** A request of the administrator, past every fault. */
  readonly send: (method: string, path: string, body?: unknown, server?: number) => Promise<Answer>;
  /** Megabytes that a server holds, and the most since they were asked for last. */
  readonly memory: (server: number) => { readonly now: number; readonly peak: number };
  /** A question of somebody with a token of his own. */
  readonly as: (token: string, path: string) => Promise<Answer>;
  /** Compacts etcd up to now. */
  readonly compact: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

export const adminToken = "admin-token";
export const watcherToken = "watcher-token";

/** `more`: flags of the API servers, by the folder of their files. */
export async function startControlPlane(
  servers: number,
  more: (folder: string) => readonly string[] = () => [],
): Promise<ControlPlane> {
  const folder = mkdtempSync(join(tmpdir(), "plimsoll-watch-"));
  const [etcdPort = 0, peerPort = 0, ...ports] = await freePorts(servers + 2);
  makeFiles(folder);
  const etcd = launch(folder, "etcd", programOf("PLIMSOLL_ETCD"), [
    `--data-dir=${folder}/etcd`,
    "--unsafe-no-fsync",
    `--listen-client-urls=http://127.0.0.1:${etcdPort}`,
    `--advertise-client-urls=http://127.0.0.1:${etcdPort}`,
    `--listen-peer-urls=http://127.0.0.1:${peerPort}`,
    "--log-level=warn",
  ]);
  const running = new Map<number, ChildProcess>();
  const plane: ControlPlane = {
    folder,
    ports,
    start: async (server) => {
      running.set(
        server,
        launch(folder, `apiserver-${server}`, programOf("PLIMSOLL_APISERVER"), [
          ...flags(folder, etcdPort),
          `--secure-port=${ports[server]}`,
          `--cert-dir=${folder}/server-${server}`,
          ...more(folder),
        ]),
      );
      await until(
        "an API server",
        async () => (await plane.send("GET", "/readyz", undefined, server)).status === 200,
        60,
      );
    },
    kill: (server) => killed(running.get(server)),
    send: (method, path, body, server = 0) => send(ports[server]!, method, path, body),
    as: (token, path) => send(ports[0]!, "GET", path, undefined, token),
    memory: (server) => memoryOf(running.get(server)!.pid!),
    compact: async () => {
      const status = await etcdCall(etcdPort, "/v3/maintenance/status", {});
      const { revision } = JSON.parse(status).header;
      const done = await etcdCall(etcdPort, "/v3/kv/compaction", { revision, physical: true });
      if (!/"header"|has been compacted/.test(done)) throw new Error(done);
    },
    stop: async () => {
      await Promise.all([...running.values(), etcd].map(killed));
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return plane;
}

function programOf(variable: string): string {
  const program = process.env[variable];
  if (program === undefined)
    throw new Error("the programs are not named: run these tests through tests/watch/test.sh");
  return program;
}

function flags(folder: string, etcdPort: number): readonly string[] {
  return [
    `--etcd-servers=http://127.0.0.1:${etcdPort}`,
    "--bind-address=127.0.0.1",
    "--advertise-address=127.0.0.1",
    "--authorization-mode=RBAC",
    "--allow-privileged=true",
    `--token-auth-file=${folder}/tokens.csv`,
    "--service-cluster-ip-range=10.96.0.0/16",
    "--service-account-issuer=https://kubernetes.default.svc",
    `--service-account-key-file=${folder}/sa.pub`,
    `--service-account-signing-key-file=${folder}/sa.key`,
    "--endpoint-reconciler-type=none",
  ];
}

/** Tokens, the key of accounts, and a certificate for the proxy that the client trusts. */
function makeFiles(folder: string): void {
  const openssl = (...args: string[]): void =>
    void execFileSync("openssl", args, { stdio: ["ignore", "ignore", "ignore"] });
  writeFileSync(
    join(folder, "tokens.csv"),
    `${adminToken},admin,1,"system:masters"\n${watcherToken},watcher,2\nsecond-${watcherToken},watcher,2\n`,
    { mode: 0o600 },
  );
  openssl("genrsa", "-out", join(folder, "sa.key"), "2048");
  openssl("rsa", "-in", join(folder, "sa.key"), "-pubout", "-out", join(folder, "sa.pub"));
  openssl(
    "req",
    ..."-x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -sha256 -days 30".split(" "),
    "-subj",
    "/CN=proxy",
    "-addext",
    "subjectAltName=IP:127.0.0.1",
    "-keyout",
    join(folder, "proxy.key"),
    "-out",
    join(folder, "proxy.crt"),
  );
}

function launch(folder: string, name: string, program: string, args: readonly string[]): ChildProcess {
  const log = openSync(join(folder, `${name}.log`), "a");
  return spawn(program, [...args], { stdio: ["ignore", log, log], cwd: folder });
}

function memoryOf(pid: number): { readonly now: number; readonly peak: number } {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const megabytes = (name: string): number =>
    Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)![1]) / 1024;
  const found = { now: megabytes("VmRSS"), peak: megabytes("VmHWM") };
  writeFileSync(`/proc/${pid}/clear_refs`, "5"); // the peak begins anew
  return found;
}

function killed(child: ChildProcess | undefined): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) resolve();
  else {
    child.once("exit", () => resolve());
    child.kill("SIGKILL");
  }
  return promise;
}

function send(
  port: number,
  method: string,
  path: string,
  body?: unknown,
  token = adminToken,
): Promise<Answer> {
  const { promise, resolve } = Promise.withResolvers<Answer>();
  const type = method === "PATCH" ? "application/merge-patch+json" : "application/json";
  const sent = request(
    { host: "127.0.0.1", port, method, path, rejectUnauthorized: false, timeout: 10_000 },
    (answer) => {
      const chunks: Buffer[] = [];
      answer.on("data", (chunk: Buffer) => chunks.push(chunk));
      answer.on("end", () => {
        const text = Buffer.concat(chunks).toString();
        resolve({ status: answer.statusCode ?? 0, text, json: () => JSON.parse(text) });
      });
    },
  );
  sent.setHeader("authorization", `Bearer ${token}`);
  sent.setHeader("content-type", type);
  sent.on("timeout", () => sent.destroy());
  sent.on("error", (error) => resolve({ status: 0, text: String(error), json: () => ({}) }));
  sent.end(body === undefined ? undefined : JSON.stringify(body));
  return promise;
}

async function etcdCall(port: number, path: string, body: unknown): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const sent = plainRequest({ host: "127.0.0.1", port, method: "POST", path }, (answer) => {
    let text = "";
    answer.on("data", (chunk: Buffer) => (text += chunk.toString()));
    answer.on("end", () => resolve(text));
  });
  sent.on("error", reject);
  sent.end(JSON.stringify(body));
  return promise;
}

export async function freePorts(count: number): Promise<readonly number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

/** Asks again and again until the answer is yes; answers how many milliseconds that took. */
export async function until(
  what: string,
  check: () => Promise<boolean> | boolean,
  seconds: number,
): Promise<number> {
  const start = performance.now();
  while (!(await check())) {
    if (performance.now() - start > seconds * 1000)
      throw new Error(`waited ${seconds} s in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return performance.now() - start;
}

export function proxyFiles(folder: string): { readonly key: Buffer; readonly cert: Buffer } {
  return { key: readFileSync(join(folder, "proxy.key")), cert: readFileSync(join(folder, "proxy.crt")) };
}
