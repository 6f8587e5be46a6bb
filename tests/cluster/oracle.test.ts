/**
 * Six services in pods of the real cluster, each observed from before its start by the agent that the manifest installs, and by
 * strace, which follows all that the runtime begins for the pod: whatever the oracle saw a container do, the service's API
 * tells of it, and nothing that the runtime did to set it up is told as its own.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { ContainerKey, Observation, Watch } from "@plimsoll/core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { listening, said } from "../agent/oracle/services.ts";
import { countsOf, deedsOf, kinds, lineOf, missedBy } from "../agent/oracle/compared.ts";
import { calls, deedsIn, type Deeds } from "../agent/oracle/strace.ts";
import { kubeconfigOf, openApi, until } from "./api.ts";
import { apply, install, run, type Installed } from "./installed.ts";
import { home, importServices, services } from "./oracle/services.ts";

type Service = (typeof services)[number];

const api = openApi(kubeconfigOf("admin"));
const namespace = "oracle";
const folder = mkdtempSync(join(tmpdir(), "plimsoll-oracle-"));
const began = performance.now();
const oracle = new Map<string, Deeds>();
let installed: Installed;
let owners: ReadonlyMap<string, string>;
let told: Answer;

interface Answer {
  readonly observations: readonly Observation[];
  readonly watches: readonly Watch[];
}

beforeAll(async () => {
  importServices();
  apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
  installed = await install(api);
  const ends = [];
  for (const service of services) ends.push(await live(service));
  await Promise.all(ends.map(({ ended }) => ended));
  for (const { id, program } of services) oracle.set(id, deedsIn(readFileSync(traceOf(id), "utf8"), program));
  // The agent and the service may be behind where the machine is busy. What comes last must not be wrong either.
  await until("the agent's last batch", async () => wrongIn((told = await asked())).length === 0, 90).catch(
    () => undefined,
  );
  await wait(3_000);
  told = await asked();
}, 400_000);

afterAll(async () => {
  installed?.remove();
  run("kubectl", "delete", "namespace", namespace, "--timeout=60s");
  await api.close();
  console.log(`six services were observed in ${Math.round((performance.now() - began) / 1000)} s`);
  rmSync(folder, { recursive: true });
}, 240_000);

const traceOf = (id: string): string => join(folder, id);

/** From before its start to after its end, with what its users ask in between. `ended`: once nothing of it is left. */
async function live(service: Service): Promise<{ readonly ended: Promise<unknown> }> {
  const { id, image, program, arguments: words, asked, says, port } = service;
  apply({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: id, namespace },
    spec: {
      terminationGracePeriodSeconds: 3,
      enableServiceLinks: false,
      // Until strace is there.
      initContainers: [
        { name: "wait", image, imagePullPolicy: "Never", command: ["/bin/sh", "-c", waiting] },
      ],
      containers: [
        { name: "app", image, imagePullPolicy: "Never", command: [program], args: words, workingDir: home },
      ],
    },
  });
  const shim = await shimOf(id);
  const followed = await follow(shim, traceOf(id));
  run("kubectl", "-n", namespace, "exec", id, "-c", "wait", "--", "/bin/touch", "/tmp/go");
  let address: string | undefined;
  const path = `/api/v1/namespaces/${namespace}/pods/${id}`;
  const hasAddress = async (): Promise<boolean> => {
    const { body } = await api.send("GET", path);
    address = (body as { readonly status?: { readonly podIP?: string } }).status?.podIP;
    return address !== undefined;
  };
  await until(`the address of ${id}`, hasAddress, 60);
  await listening(service, 60, undefined, address);
  for (const one of asked)
    await said(port, `GET ${one} HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n`, 10_000, address);
  if (says !== undefined) await said(port, says, 10_000, address);
  if (id === "nginx") owners = packagesIn(id);
  run("kubectl", "-n", namespace, "delete", "pod", id, "--wait=false");
  return followed;
}

/** And a moment longer, for whoever tells it to go. */
const waiting = "until [ -e /tmp/go ]; do sleep 0.1; done; sleep 1";

/** The process of the container runtime that begins all of a pod's containers: the parent of the one that waits. */
async function shimOf(pod: string): Promise<string> {
  const uid = "jsonpath={.metadata.uid}";
  const mark = `pod${run("kubectl", "-n", namespace, "get", "pod", pod, "-o", uid)}`;
  let shim: string | undefined;
  const isThere = async (): Promise<boolean> => {
    const waits = readdirSync("/proc").find((each) => /^\d+$/.test(each) && isWaiting(each, mark));
    shim = waits && /^PPid:\s+(\d+)$/m.exec(readFileSync(`/proc/${waits}/status`, "utf8"))?.[1];
    return shim !== undefined;
  };
  await until(`the shim of ${pod}`, isThere, 60);
  expect(readFileSync(`/proc/${shim}/comm`, "utf8")).toMatch(/^containerd-shim/);
  return shim!;
}

function isWaiting(process: string, mark: string): boolean {
  try {
    const words = readFileSync(`/proc/${process}/cmdline`, "utf8").split("\0");
    return words.includes(waiting) && readFileSync(`/proc/${process}/cgroup`, "utf8").includes(mark);
  } catch {
    return false; // it has ended meanwhile
  }
}

/** Follows the shim and all that it begins: runc, and the container. Ends with it. */
async function follow(shim: string, file: string): Promise<{ readonly ended: Promise<unknown> }> {
  const how = ["-f", "-yy", "--decode-pids=pidns", "-s", "4096", "-o", file, "-e", `trace=${calls}`];
  const child = spawn("strace", [...how, "-p", shim], { stdio: ["ignore", "ignore", "pipe"] });
  const ended = new Promise((resolve) => child.on("close", resolve));
  let notes = "";
  child.stderr.on("data", (chunk: Buffer) => (notes += chunk.toString()));
  await until("strace follows the shim", async () => notes.includes("attached"), 20);
  return { ended };
}

/** Whose each file of the image is, by the lists of Debian's packages that it holds. */
function packagesIn(pod: string): ReadonlyMap<string, string> {
  const shell = ["/bin/sh", "-c", "cd /var/lib/dpkg/status.d && grep -H . *.md5sums"];
  const lists = run("kubectl", "-n", namespace, "exec", pod, "-c", "app", "--", ...shell);
  return new Map(
    [...lists.matchAll(/^([^:]+)\.md5sums:\w+ +(.*)$/gm)].map(([, name, path]) => [`/${path}`, name!]),
  );
}

async function asked(): Promise<Answer> {
  const { status, body } = await installed.ask("/api/v1/observations");
  return status === 200 ? (body as Answer) : { observations: [], watches: [] };
}

/** What the one tells and the other does not, and what is not known to be whole. */
function wrongIn({ observations, watches }: Answer, rows: string[] = []): readonly string[] {
  return services.flatMap(({ id }) => {
    const all = observations.filter(({ container }) => isOf(id, container));
    // Whose doing a connection that comes in is, nobody tells.
    const own = all.filter(({ origin }) => origin === "entrypoint" || origin === undefined);
    const seen = oracle.get(id)!;
    const ours = deedsOf(own.map(({ detail }) => detail));
    const traced = deedsOf(own.filter(isTraced).map(({ detail }) => detail));
    const setUp = all.filter(({ origin }) => origin === "set-up");
    rows.push(lineOf([id, ...countsOf(traced, seen), String(setUp.length)]));
    const watch = watches.find(({ container }) => isOf(id, container));
    return [
      ...missedBy(ours, seen).map((each) => `${id} missed ${each}`),
      ...missedBy(seen, traced).map((each) => `${id}: not its own: ${each}`),
      ...(["execs", "files", "peers"] as const).flatMap((kind) =>
        seen[kind].size === 0 ? [`${id}: strace saw no ${kind}`] : [],
      ),
      ...(watch?.fromStart === true && watch.drops === 0 ? [] : [`${id}: ${JSON.stringify(watch)}`]),
    ];
  });
}

test("all that strace saw was seen, none of the runtime's deeds is told as the container's, and nothing was lost", () => {
  const rows = [lineOf(["service", ...kinds, "of the runtime"])];
  const wrong = wrongIn(told, rows);
  console.log(rows.join("\n"));
  expect(wrong).toEqual([]);
});

/** Of more that the image holds. */
const nginxLoads = ["libc6", "libcrypt1", "libpcre2-8-0", "libssl3", "nginx", "zlib1g"];

test("of nginx's image the code of six packages is loaded, and no other's", () => {
  const loaded = told.observations.flatMap(({ container, detail, origin }) =>
    isOf("nginx", container) &&
    origin === "entrypoint" &&
    (detail.kind === "library" || detail.kind === "exec")
      ? [owners.get(detail.path) ?? detail.path]
      : [],
  );
  expect([...new Set(loaded)].sort()).toEqual(nginxLoads);
  expect(new Set(owners.values()).size).toBeGreaterThan(nginxLoads.length);
});

/** Of what the oracle follows: what was opened, and connections of which each call tells the other end. */
function isTraced({ detail }: Observation): boolean {
  if (detail.kind === "file")
    return detail.refused !== true && ["open", "write", "create"].includes(detail.operation);
  return detail.kind !== "connection" || detail.operation !== "accept";
}

function isOf(pod: string, container: ContainerKey): boolean {
  return container.namespace === namespace && container.workload === pod && container.container === "app";
}
