/** Watches a workload of the truth suite until it is known to be healthy or broken, and says how. */
import { connect } from "node:net";
import type { Api } from "../api.ts";
import { namespace } from "./manifest.ts";
import { nameOf, type Pair, type Program } from "./shape.ts";

export interface Outcome {
  readonly healthy: boolean;
  /** What broke it, or what it answered. */
  readonly told: string;
}

interface ContainerStatus {
  readonly ready: boolean;
  readonly restartCount: number;
  readonly state: {
    readonly running?: { readonly startedAt: string };
    readonly waiting?: { readonly reason: string; readonly message?: string };
    readonly terminated?: { readonly exitCode: number; readonly reason: string };
  };
  readonly lastState: { readonly terminated?: { readonly exitCode: number; readonly reason: string } };
}

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
}

interface Pod {
  readonly metadata: {
    readonly name: string;
    readonly deletionTimestamp?: string;
    readonly labels?: { readonly [name: string]: string };
    readonly annotations?: { readonly [name: string]: string };
  };
  readonly status: {
    readonly phase: string;
    readonly conditions?: readonly Condition[];
    readonly podIP?: string;
    readonly hostIP?: string;
    readonly containerStatuses?: readonly ContainerStatus[];
    readonly initContainerStatuses?: readonly ContainerStatus[];
  };
}

/** The pods of all pairs, asked for once for everybody who waits. */
export interface Pods {
  readonly of: (pair: Pair, round: string) => Pod | undefined;
  readonly refresh: () => Promise<void>;
}

export function podsOf(api: Api): Pods {
  let pods: readonly Pod[] = [];
  return {
    of: (pair, round) =>
      pods.find(
        ({ metadata }) =>
          metadata.labels?.["pair"] === nameOf(pair) &&
          metadata.deletionTimestamp === undefined &&
          metadata.annotations?.["round"] === round,
      ),
    refresh: async () => {
      const { body } = await api.send("GET", `/api/v1/namespaces/${namespace}/pods`);
      pods = (body.items ?? []) as unknown as readonly Pod[];
    },
  };
}

/** How long a workload is given to become healthy, and, where nothing shows at once, to stay so. */
const patience = 90_000;
const stays = 2_000;
const bad = new Set([
  "CreateContainerConfigError",
  "CreateContainerError",
  "RunContainerError",
  "CrashLoopBackOff",
]);

const noAnswer = /^no answer|ECONNREFUSED/;

/** Resolves as soon as it is known. `pods` is refreshed by somebody else. */
export async function watch(api: Api, pods: Pods, pair: Pair, round: string): Promise<Outcome> {
  const { program } = pair;
  const end = Date.now() + patience;
  let last: Outcome = { healthy: false, told: "no pod came to run" };
  let refused = 0;
  for (; Date.now() < end; await pause(500)) {
    const pod = pods.of(pair, round);
    if (pair.fix.field === "room" && round === "after") {
      const lacking = pod === undefined ? await refusalOf(api, pair) : waitsFor(pod);
      if (lacking !== undefined) return { healthy: false, told: lacking };
    }
    if (pod === undefined) continue;
    const broken = brokenBy(pod);
    if (broken !== undefined) return { healthy: false, told: `${broken}: ${await logOf(api, pod)}` };
    if (program.cron !== undefined) {
      if (pod.status.phase === "Succeeded") return { healthy: true, told: "it ended well" };
      continue;
    }
    if (!isRunning(pod) || age(pod) < stays + (program.later?.seconds ?? 0) * 3_000) continue;
    last = await asked(pod, program);
    if (last.healthy) return last;
    refused += 1;
    // What does not answer may not listen yet, on a busy machine; what says no three times means it.
    if (refused >= 3 && (!noAnswer.test(last.told) || age(pod) > 40_000)) return last;
  }
  return last;
}

/** Why none of its pods is admitted. */
async function refusalOf(api: Api, pair: Pair): Promise<string | undefined> {
  const { body } = await api.send("GET", `/apis/apps/v1/namespaces/${namespace}/deployments/${nameOf(pair)}`);
  const { status } = body as { readonly status?: { readonly conditions?: readonly Condition[] } };
  return status?.conditions?.find(({ type, status: is }) => type === "ReplicaFailure" && is === "True")
    ?.message;
}

/** Why no node takes it. */
function waitsFor({ status }: Pod): string | undefined {
  return status.conditions?.find(({ reason }) => reason === "Unschedulable")?.message;
}

function brokenBy({ status }: Pod): string | undefined {
  for (const one of [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])]) {
    const ended = one.state.terminated ?? one.lastState.terminated;
    if (ended !== undefined && (ended.exitCode !== 0 || one.restartCount > 0))
      return `it ended with ${ended.exitCode} (${ended.reason}), ${one.restartCount} restarts`;
    const { waiting } = one.state;
    if (waiting !== undefined && bad.has(waiting.reason)) return `${waiting.reason} ${waiting.message ?? ""}`;
  }
  return undefined;
}

function isRunning({ status }: Pod): boolean {
  return status.containerStatuses?.every(({ state }) => state.running !== undefined) === true;
}

/** Milliseconds since the last of its containers started. */
function age({ status }: Pod): number {
  const starts = (status.containerStatuses ?? []).map(({ state }) =>
    Date.parse(state.running?.startedAt ?? ""),
  );
  return Date.now() - Math.max(...starts);
}

/** What its containers said last; asked again for a while, since the logs of one that ended are moved about. */
async function logOf(api: Api, pod: Pod): Promise<string> {
  const root = `/api/v1/namespaces/${namespace}/pods/${pod.metadata.name}/log`;
  const names = [...(pod.status.initContainerStatuses === undefined ? [] : ["own"]), "app"];
  const asked = names.flatMap((name) =>
    ["true", "false"].map((previous) => `${root}?container=${name}&previous=${previous}&tailLines=5`),
  );
  for (let left = 4; left > 0; left -= 1) {
    const answers = await Promise.all(asked.map((path) => api.send("GET", path)));
    const texts = answers.flatMap(({ status, body }) => (status === 200 ? [body.message ?? ""] : []));
    const told = texts.filter((text) => text !== "" && !unavailable.test(text));
    if (told.length > 0 || left === 1) return told.join("").trim();
    await pause(1_000);
  }
  return "";
}

const unavailable = /^(unable to retrieve container logs|failed to try resolving symlinks)/;

/** One conversation with the workload, as its users have it. */
async function asked({ status }: Pod, program: Program): Promise<Outcome> {
  const { talk = { sends: "GET /cgi-bin/do HTTP/1.0\r\n\r\n", expects: /^ok$/m } } = program;
  const isAtNode = program.at === "node";
  const hostPort = (
    program.container?.["ports"] as readonly { readonly hostPort?: number }[] | undefined
  )?.[0]?.hostPort;
  const host = (isAtNode ? status.hostIP : status.podIP) ?? "";
  const port = (isAtNode ? hostPort : undefined) ?? program.port ?? 8080;
  const told = await conversation(host, port, talk.sends, talk.expects);
  return { healthy: talk.expects.test(told), told };
}

function conversation(host: string, port: number, sends: string, expects: RegExp): Promise<string> {
  return new Promise((resolve) => {
    let text = "";
    const socket = connect({ host, port, timeout: 8_000 }, () => socket.write(sends));
    const end = (): void => {
      socket.destroy();
      if (text === "") text = "no answer";
      resolve(text.replace(/^HTTP[^]*?\r\n\r\n/, "").trim());
    };
    socket.on("data", (chunk) => {
      text += chunk.toString();
      if (!text.startsWith("HTTP") && expects.test(text)) end();
    });
    socket.on("end", end);
    socket.on("timeout", end);
    socket.on("error", (error) => {
      text += String(error);
      end();
    });
  });
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
