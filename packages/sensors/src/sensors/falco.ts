/** Falco: alerts of its rules, and its word that it lost system calls. */
import { defineSensor, type Parsed, type RawRecord, type Severity } from "@plimsoll/core";
import { at, listAt, numberAt, present, rejected, textAt } from "../field.ts";

export const falco = defineSensor({
  id: "falco",
  title: "Falco alerts",
  observes: {},
  blind: ["what no rule asks for: an alert says what was wrong, not what is normal"],
  source: "json_output: true, and file_output, http_output or the log of the Falco pod",
  recognizes: (record) => typeof record["rule"] === "string" && typeof record["priority"] === "string",
  parse,
  examples: [
    {
      title: "a shell in a container",
      record: {
        output: "Notice A shell was spawned in a container",
        priority: "Notice",
        rule: "Terminal shell in container",
        time: "2026-09-01T14:49:49.264147779Z",
        tags: ["container", "mitre_execution", "T1059"],
        output_fields: {
          "container.id": "a15057582acc",
          "container.name": "app",
          "container.image.repository": "alpine",
          "container.image.tag": "3.20",
          "k8s.ns.name": "shop",
          "k8s.pod.name": "web-1",
          "proc.exepath": "/bin/busybox",
          "proc.cmdline": "sh -c uptime",
        },
      },
      gives: [
        {
          part: "detection",
          where: { namespace: "shop", pod: "web-1", container: "app", image: "alpine:3.20" },
          time: "2026-09-01T14:49:49.264147779Z",
          rule: "Terminal shell in container",
          severity: "low",
          message: "Notice A shell was spawned in a container",
          program: "/bin/busybox",
          techniques: ["T1059"],
        },
      ],
    },
    {
      title: "lost system calls, whose numbers are texts",
      record: {
        output: "Falco internal: syscall event drop. 2 system calls dropped in last second.",
        output_fields: { n_drops: "2", n_evts: "13973" },
        priority: "Critical",
        rule: "Falco internal: syscall event drop",
        time: "2026-09-01T07:42:45.946068858Z",
      },
      gives: [{ part: "sign", time: "2026-09-01T07:42:45.946068858Z", drops: 2 }],
    },
    {
      title: "something on the node itself",
      record: {
        output: "Warning a sensitive file was opened",
        priority: "Warning",
        rule: "Read sensitive file untrusted",
        time: "2026-09-01T07:42:45Z",
        output_fields: { "k8s.ns.name": null, "k8s.pod.name": "<NA>", "container.id": "host" },
      },
      gives: [{ part: "rejected", why: "no-container" }],
    },
  ],
});

const severityOf: { readonly [priority: string]: Severity } = {
  emergency: "critical",
  alert: "critical",
  critical: "critical",
  error: "high",
  warning: "medium",
};

function* parse(record: RawRecord): Generator<Parsed> {
  const rule = textAt(record, "rule");
  const time = textAt(record, "time");
  const fields = at(record, "output_fields");
  if (rule === undefined) return yield rejected("unknown-shape");
  if (rule.startsWith("Falco internal:"))
    return yield { part: "sign", time, drops: numberAt(fields, "n_drops") ?? 0 };
  const pod =
    textAt(fields, "k8s.pod.name") ?? textAt(fields, "ka.target.pod.name") ?? textAt(fields, "ka.resp.name");
  if (pod === undefined) return yield rejected("no-container");
  const repository = textAt(fields, "container.image.repository");
  const [digest, tag] = [textAt(fields, "container.image.digest"), textAt(fields, "container.image.tag")];
  const tags = listAt(record, "tags").filter(
    (entry) => typeof entry === "string" && /^T\d{4}(?:\.\d{3})?$/.test(entry),
  );
  yield {
    part: "detection",
    where: {
      pod,
      ...present({
        namespace: textAt(fields, "k8s.ns.name") ?? textAt(fields, "ka.target.namespace"),
        container: textAt(fields, "container.name"),
        image:
          digest ?? (repository !== undefined && tag !== undefined ? `${repository}:${tag}` : repository),
      }),
    },
    time,
    rule,
    severity: severityOf[String(record["priority"]).toLowerCase()] ?? "low",
    message: textAt(record, "output") ?? rule,
    ...present({ program: textAt(fields, "proc.exepath") ?? textAt(fields, "proc.name") }),
    techniques: tags as readonly string[],
  };
}
