/** Tetragon: every program run, and what its tracing policies ask for. */
import { defineSensor, type Parsed, type RawRecord, type Where } from "@plimsoll/core";
import { at, imageFrom, numberAt, objectAt, present, rejected, textAt, textsAt } from "../field.ts";
import { argsOf } from "../redact.ts";
import { hooked } from "../tetragon-hooks.ts";
import { examples } from "../examples/tetragon.ts";

const events = [
  "process_exec",
  "process_exit",
  "process_kprobe",
  "process_tracepoint",
  "process_lsm",
  "process_loader",
  "process_connect",
  "process_listen",
  "process_accept",
  "process_close",
] as const;

export const tetragon = defineSensor({
  id: "tetragon",
  title: "Tetragon JSON export",
  observes: {
    exec: "whole",
    exit: "whole",
    file: "partial",
    library: "partial",
    connection: "partial",
    capability: "partial",
    kernel: "partial",
  },
  blind: [
    "files, connections and capabilities that no tracing policy asks for",
    "names that are looked up, and system calls as a set",
  ],
  source: "export.filenames of the Helm chart, or tetra getevents -o json",
  recognizes: (record) => events.some((event) => objectAt(record, event)?.["process"] !== undefined),
  parse,
  examples,
});

function* parse(record: RawRecord): Generator<Parsed> {
  const event = events.find((name) => objectAt(record, name) !== undefined);
  const body = event === undefined ? undefined : objectAt(record, event);
  const process = at(body, "process");
  if (event === undefined || body === undefined) return yield rejected("unknown-event");
  const pod = textAt(process, "pod", "name");
  if (pod === undefined) return yield rejected("no-container");
  const where = whereOf(process, pod, textAt(record, "node_name"));
  const time = textAt(record, "time");
  const inTree = at(process, "in_init_tree");
  const shared = { part: "event", where, time, trust: "kernel", ...originOf(inTree, body, process) } as const;
  const path = textAt(process, "binary");
  if (path === undefined) return yield rejected("incomplete");
  if (event === "process_exec")
    return yield { ...shared, detail: execOf(process, body, path), ...startOf(process) };
  if (event === "process_exit") {
    const code = numberAt(body, "status") ?? 0;
    return yield { ...shared, detail: { kind: "exit", path, code } };
  }
  const detail = hooked(event, body);
  yield typeof detail === "string" ? rejected(detail) : { ...shared, detail };
}

function whereOf(process: unknown, pod: string, node: string | undefined): Where {
  return {
    pod,
    ...present({
      namespace: textAt(process, "pod", "namespace"),
      container: textAt(process, "pod", "container", "name"),
      image: imageFrom(textAt(process, "pod", "container", "image", "id")),
      workload: textAt(process, "pod", "workload"),
      workloadKind: textAt(process, "pod", "workload_kind"),
      node,
    }),
  };
}

function execOf(
  process: unknown,
  body: RawRecord,
  path: string,
): Extract<Parsed, { part: "event" }>["detail"] {
  const parent = textAt(body, "parent", "binary");
  const capabilities = textsAt(process, "cap", "effective")
    .map((name) => name.replace(/^CAP_/, ""))
    .sort();
  return {
    kind: "exec",
    path,
    args: argsOf(textAt(process, "arguments")),
    ...(parent === undefined || at(body, "parent", "pod") === undefined ? {} : { parents: [parent] }),
    ...present({ user: numberAt(process, "uid") }),
    ...(capabilities.length === 0 ? {} : { capabilities }),
  };
}

/** The first process of the container; one that was found in /proc had started before anybody looked. */
function startOf(process: unknown): { readonly start?: true } {
  const isFirst = numberAt(process, "pod", "container", "pid") === 1;
  return isFirst && !(textAt(process, "flags") ?? "").includes("procFS") ? { start: true } : {};
}

function originOf(
  inTree: unknown,
  body: RawRecord,
  process: unknown,
): { readonly origin?: "entrypoint" | "exec" } {
  if (typeof inTree === "boolean") return { origin: inTree ? "entrypoint" : "exec" };
  const inner = numberAt(process, "pod", "container", "pid");
  if (inner === 1) return { origin: "entrypoint" };
  // A process that the runtime, from outside of any pod, put into a container that ran already.
  const parent = objectAt(body, "parent");
  return inner !== undefined && parent !== undefined && parent["pod"] === undefined ? { origin: "exec" } : {};
}
