/** The product in the cluster as its guide says: the image that we build, the manifest that we ship, and who may ask it. */
import { execFileSync } from "node:child_process";
import { chownSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { request, type RequestOptions } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { until, type Api } from "./api.ts";

const root = join(import.meta.dirname, "../..");
const state = process.env["PLIMSOLL_STATE"] ?? "";
const storeFolder = join(state, "incluster-store");
/** Of the account that asks, and of its bindings. */
const viewer = "installed-viewer";

export interface Reply {
  readonly status: number;
  readonly body: unknown;
}

export interface Installed {
  /** Asks the service at its cluster address, known by the certificate that it published. */
  readonly ask: (path: string, bearer?: string, body?: object) => Promise<Reply>;
  /** On a busy node it is not ready for a moment now and then, and has no address or says so: it is asked again. */
  readonly askAgain: Installed["ask"];
  /** The events as they come, until it is told to stop. */
  readonly listen: (told: (text: string) => void) => { readonly stop: () => void };
  /** May see the whole report. */
  readonly viewer: string;
  /** What the service is known by, PEM. */
  readonly ca: () => string;
  /** The service alone: its pod goes, and another comes. */
  readonly restart: () => void;
  readonly remove: () => void;
}

export function run(command: string, ...given: readonly string[]): string {
  const stdio = ["ignore", "pipe", "pipe"] as const;
  return execFileSync(command, given, {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 64 << 20,
    stdio: [...stdio],
  });
}

function ctr(...given: readonly string[]): string {
  return run("ctr", "--address", `${state}/containerd/containerd.sock`, "--namespace", "k8s.io", ...given);
}

export function importImages(archive: string): void {
  ctr("images", "import", archive);
}

/** What an image holds, unpacked by the runtime. */
export function within<T>(image: string, look: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), "plimsoll-image-"));
  ctr("images", "mount", image, folder);
  try {
    return look(folder);
  } finally {
    ctr("images", "unmount", folder);
    ctr("snapshots", "rm", folder);
    rmSync(folder, { recursive: true, force: true });
  }
}

export function apply(object: object): void {
  applyText(JSON.stringify(object));
}

function applyText(input: string): void {
  execFileSync("kubectl", ["apply", "-f", "-"], { input, stdio: ["pipe", "ignore", "inherit"] });
}

export async function tokenOf(
  api: Api,
  namespace: string,
  account: string,
  more: object = {},
): Promise<string> {
  const { body } = await api.send(
    "POST",
    `/api/v1/namespaces/${namespace}/serviceaccounts/${account}/token`,
    {
      apiVersion: "authentication.k8s.io/v1",
      kind: "TokenRequest",
      spec: { audiences: ["plimsoll"], expirationSeconds: 3600, ...more },
    },
  );
  return (body as unknown as { readonly status: { readonly token: string } }).status.token;
}

/** What somebody writes into the manifest before he applies it. */
interface Options {
  /** Lines more of the service's settings. */
  readonly settings?: readonly string[];
  /** More keys of the same ConfigMap, beside them in `/etc/plimsoll`. */
  readonly files?: { readonly [name: string]: string };
  /** The agent records system calls too. */
  readonly recordCalls?: boolean;
}

/** Installs it and waits until both parts are ready. */
export async function install(api: Api, options: Options = {}): Promise<Installed> {
  // Built by test.sh: inside the cluster's network there are no packages to fetch.
  const archive = process.env["PLIMSOLL_IMAGE"];
  if (archive === undefined)
    throw new Error("run this through tests/cluster/test.sh, which builds the image");
  importImages(archive);
  mkdirSync(storeFolder, { recursive: true });
  chownSync(storeFolder, 65532, 65532);
  apply(volume);
  applyText(manifestWith(options));
  apply({ apiVersion: "v1", kind: "ServiceAccount", metadata: { name: viewer, namespace: "default" } });
  for (const role of ["plimsoll-viewer", "view"]) apply(bindingOf(role));
  awaitReady();
  const jsonpath = (kind: string, name: string, path: string): string =>
    run("kubectl", "-n", "plimsoll", "get", kind, name, "-o", `jsonpath=${path}`);
  const ca = (): string => jsonpath("configmap", "plimsoll-trust", "{.data.ca\\.crt}");
  const bearer = await tokenOf(api, "default", viewer);
  const place = {
    host: jsonpath("service", "plimsoll", "{.spec.clusterIP}"),
    port: 443,
    servername: "plimsoll.plimsoll.svc",
    ca: ca(),
    agent: false as const,
  };
  const asking: Installed["ask"] = (path, as = bearer, body) => ask(place, path, as, body);
  return {
    viewer: bearer,
    ca,
    ask: asking,
    askAgain: (...given) => askAgain(asking, given),
    listen: (told) => listen(place, bearer, told),
    restart: () => {
      run("kubectl", "-n", "plimsoll", "rollout", "restart", "deployment/plimsoll");
      // The one before it has its time to end.
      awaitReady(150);
    },
    remove,
  };
}

const volume = {
  apiVersion: "v1",
  kind: "PersistentVolume",
  metadata: { name: "plimsoll-store" },
  spec: {
    capacity: { storage: "5Gi" },
    accessModes: ["ReadWriteOnce"],
    hostPath: { path: storeFolder, type: "Directory" },
    claimRef: { namespace: "plimsoll", name: "plimsoll-store" },
  },
};

function bindingOf(role: string): object {
  return {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRoleBinding",
    metadata: { name: `${viewer}-${role}` },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: role },
    subjects: [{ kind: "ServiceAccount", name: viewer, namespace: "default" }],
  };
}

const settingsStand = "  settings.yaml: |\n";
const environmentStands = "          env:\n            - { name: PLIMSOLL_SERVICE";

function manifestWith({ settings = [], files = {}, recordCalls = false }: Options): string {
  const more = Object.entries(files).map(([name, text]) => `  ${name}: ${JSON.stringify(text)}\n`);
  const lines = settings.map((line) => `    ${line}\n`);
  const calls = environmentStands.replace("\n", '\n            - { name: PLIMSOLL_CALLS, value: "true" }\n');
  const changes = [
    [settingsStand, [...more, settingsStand, ...lines].join("")],
    [environmentStands, recordCalls ? calls : environmentStands],
  ] as const;
  let manifest = readFileSync(join(root, "deploy/plimsoll.yaml"), "utf8");
  for (const [stands, becomes] of changes) {
    if (!manifest.includes(stands)) throw new Error(`the manifest has no place for ${becomes}`);
    manifest = manifest.replace(stands, () => becomes);
  }
  return manifest;
}

function awaitReady(seconds = 90): void {
  const own = ["-n", "plimsoll"];
  try {
    run("kubectl", ...own, "rollout", "status", "deployment/plimsoll", `--timeout=${seconds}s`);
    run("kubectl", ...own, "rollout", "status", "daemonset/plimsoll-agent", "--timeout=60s");
  } catch (error) {
    console.log(run("kubectl", ...own, "describe", "pods").slice(-6_000));
    for (const part of ["deployment/plimsoll", "daemonset/plimsoll-agent"])
      console.log(run("kubectl", ...own, "logs", part, "--tail=20"));
    throw error;
  }
}

function remove(): void {
  try {
    console.log(run("kubectl", "-n", "plimsoll", "logs", "daemonset/plimsoll-agent", "--tail=12"));
    run("kubectl", "delete", "-f", "deploy/plimsoll.yaml", "--timeout=60s");
    run("kubectl", "delete", "clusterrolebinding", `${viewer}-plimsoll-viewer`, `${viewer}-view`);
    run("kubectl", "delete", "serviceaccount", "-n", "default", viewer);
    run("kubectl", "delete", "persistentvolume", "plimsoll-store", "--timeout=30s");
  } finally {
    rmSync(storeFolder, { recursive: true, force: true });
  }
}

function headersOf(bearer: string): RequestOptions["headers"] & object {
  return { host: "plimsoll.plimsoll.svc", authorization: `Bearer ${bearer}` };
}

function ask(place: RequestOptions, path: string, bearer: string, body?: object): Promise<Reply> {
  const { promise, resolve, reject } = Promise.withResolvers<Reply>();
  const text = body === undefined ? undefined : JSON.stringify(body);
  const asked = request(
    {
      ...place,
      path,
      method: text === undefined ? "GET" : "POST",
      timeout: 10_000,
      headers: {
        ...headersOf(bearer),
        ...(text === undefined ? {} : { "content-type": "application/json" }),
      },
    },
    (answer) => {
      const said: Buffer[] = [];
      answer.on("data", (chunk: Buffer) => said.push(chunk));
      answer.on("end", () =>
        resolve({ status: answer.statusCode ?? 0, body: parsed(Buffer.concat(said).toString()) }),
      );
    },
  );
  asked.on("timeout", () => asked.destroy(new Error("timeout")));
  asked.on("error", reject);
  asked.end(text);
  return promise;
}

async function askAgain(asking: Installed["ask"], given: Parameters<Installed["ask"]>): Promise<Reply> {
  let answer: Reply | undefined;
  let said = "";
  const isAnswered = async (): Promise<boolean> => {
    answer = await asking(...given).catch(() => undefined);
    const now = answer === undefined ? "no answer" : `${answer.status} ${JSON.stringify(answer.body)}`;
    if (answer !== undefined && answer.status < 500 && answer.status !== 429) return true;
    if (now !== said) console.log(`${given[0]}: ${(said = now).slice(0, 300)}`);
    return false;
  };
  await until("the service", isAnswered, 60);
  return answer!;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function listen(place: RequestOptions, bearer: string, told: (text: string) => void): { stop: () => void } {
  const asked = request({ ...place, path: "/api/v1/events", headers: headersOf(bearer) }, (answer) => {
    if (answer.statusCode !== 200) throw new Error(`events: ${answer.statusCode}`);
    answer.on("data", (chunk: Buffer) => told(chunk.toString()));
    answer.on("error", () => undefined); // cut off, by us
  });
  asked.on("error", () => undefined); // cut off, by us
  asked.end();
  return { stop: () => asked.destroy() };
}
