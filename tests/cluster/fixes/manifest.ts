/** Makes manifests of programs, and patches of fixes. */
import { isJsonObject, type Json, type JsonObject, type PatchOperation, type Resource } from "@plimsoll/core";
import { nameOf, type Pair, type Program } from "./shape.ts";

export const namespace = "fixes";
const answer = "#!/bin/sh\nprintf 'Content-Type: text/plain\\r\\n\\r\\n'\nexec 2>&1\nset -e\n";

/** The objects of a pair before its fix: files, the workload, and what it needs besides. */
export function manifestsOf(pair: Pair): readonly Resource[] {
  const { program } = pair;
  const name = nameOf(pair);
  const files: Resource = {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name, namespace },
    data: { do: `${answer}${program.request ?? "true"}\necho ok\n`, ...program.files },
  };
  return [...(program.beside?.(name) ?? []), files, workloadOf(pair)];
}

/** The workload alone, as verdicts are asked about it. */
export function workloadOf(pair: Pair): Resource {
  const { program } = pair;
  const name = nameOf(pair);
  const labels = { pair: name, program: program.id };
  const template = { metadata: { labels, annotations: { round: "before" } }, spec: podOf(program, name) };
  if (program.cron !== undefined)
    return {
      apiVersion: "batch/v1",
      kind: "CronJob",
      metadata: { name, namespace },
      spec: { schedule: "0 3 * * 0", jobTemplate: { spec: { backoffLimit: 0, template } } },
    };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace },
    spec: { selector: { matchLabels: { pair: name } }, strategy: { type: "Recreate" }, template },
  };
}

function podOf(program: Program, name: string): JsonObject {
  const items = ["do", ...Object.keys(program.files ?? {})].map((key) => ({
    key,
    path: key === "do" ? "cgi-bin/do" : key,
  }));
  const own: JsonObject = {
    terminationGracePeriodSeconds: 0,
    ...(program.cron === undefined ? {} : { restartPolicy: "Never" }),
    containers: [containerOf(program)],
    volumes: [{ name: "srv", configMap: { name, defaultMode: 0o755, items } }],
  };
  const more = named(program.pod ?? {}, name);
  const volumes = [...(own["volumes"] as readonly Json[]), ...((more["volumes"] ?? []) as readonly Json[])];
  return { ...own, ...more, volumes };
}

/** With the places filled in that only the harness knows. */
function named(fields: JsonObject, name: string): JsonObject {
  const state = process.env["PLIMSOLL_STATE"] ?? "/var/lib/plimsoll-cluster";
  const text = JSON.stringify(fields).replaceAll("@NAME@", name).replaceAll("@STATE@", state);
  return JSON.parse(text) as JsonObject;
}

function containerOf(program: Program): JsonObject {
  const mounts = (program.container?.["volumeMounts"] ?? []) as readonly Json[];
  return {
    name: "app",
    image: program.image ?? "plimsoll.test/busybox:1.35",
    imagePullPolicy: "Never",
    command: [...commandOf(program)],
    ...program.container,
    volumeMounts: [{ name: "srv", mountPath: "/srv" }, ...mounts],
  };
}

function commandOf({ command, cron, start, later, port = 8080 }: Program): readonly string[] {
  if (command !== undefined) return command;
  if (cron !== undefined) return ["sh", "-ec", cron];
  const listen = `httpd -f -p ${port} -h /srv`;
  const before = start === undefined ? "" : `${start}\n`;
  if (later === undefined) return ["sh", "-ec", `${before}exec ${listen}`];
  return ["sh", "-ec", `${before}${listen} &\nwhile sleep ${later.seconds}; do ${later.script}; done`];
}

/** The fix as a JSON patch of the workload. */
export function operationsOf(pair: Pair): readonly PatchOperation[] {
  const { fix, program } = pair;
  const root = program.cron === undefined ? "/spec/template/spec" : "/spec/jobTemplate/spec/template/spec";
  const pod = podOf(program, nameOf(pair));
  const of = (list: string): JsonObject => ((pod[list] ?? []) as readonly JsonObject[])[0] ?? {};
  return [
    ...changes(root, pod, named(fix.pod ?? {}, nameOf(pair))),
    ...changes(`${root}/containers/0`, of("containers"), fix.container ?? {}),
    ...changes(`${root}/initContainers/0`, of("initContainers"), fix.init ?? {}),
  ];
}

function changes(root: string, before: JsonObject, change: JsonObject): readonly PatchOperation[] {
  return Object.entries(change).map(([key, value]): PatchOperation => {
    const path = `${root}/${key}`;
    if (value === null || value === undefined) return { op: "remove", path };
    return { op: "add", path, value: laid(before[key], value) };
  });
}

/** Objects are laid one over the other, anything else is replaced. */
function laid(before: Json | undefined, value: Json): Json {
  if (!isJsonObject(before) || !isJsonObject(value)) return value;
  const kept = Object.entries(before).filter(([key]) => value[key] !== null);
  const laidOver = Object.entries(value).flatMap(([key, own]) =>
    own === null || own === undefined ? [] : [[key, laid(before[key], own)] as const],
  );
  return Object.fromEntries([...kept, ...laidOver]);
}
