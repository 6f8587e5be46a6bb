/** Notices as each kind of receiver reads them. Names from the cluster are data everywhere: escaped, in one line. */
import { sanitize, type ResourceRef, type Severity } from "@plimsoll/core";
import type { Baseline, Notice } from "./notice.ts";

export type Told = Notice | Baseline;

/** What nobody need do anything about. */
export function isGood(what: Notice["what"]): boolean {
  return ["fixed", "gone", "excepted", "confirmed", "seen-again"].includes(what);
}

const verbs: { readonly [W in Notice["what"]]: string } = {
  opened: "opened",
  changed: "changed",
  excepted: "accepted",
  "exception-ended": "accepted no longer",
  fixed: "fixed",
  gone: "gone",
  lost: "cannot be told any more",
  detected: "detected",
  blamed: "edit broke something",
  confirmed: "edit holds",
  "taken-back": "edit taken back",
  blind: "not seen",
  "seen-again": "seen again",
};

export function placeText({ kind, namespace, name }: ResourceRef): string {
  return sanitize(`${kind} ${namespace === "" ? "" : `${namespace}/`}${name}`);
}

/** One line. */
export function lineOf(told: Told): string {
  if (told.what === "baseline") {
    const { critical, high, medium, low } = told.findings;
    return sanitize(
      `${told.cluster}: watched from now on; it has ${critical} critical, ${high} high, ${medium} medium and ${low} low findings`,
    );
  }
  const by = told.by?.manager === undefined ? "" : ` (by ${told.by.manager})`;
  return sanitize(
    `${told.cluster}: ${told.severity} ${verbs[told.what]}: ${told.title}: ${placeText(told.resource)}: ${told.because}${by}`,
  );
}

const shownInChat = 20;

/** Slack's `mrkdwn` reads &, < and > alone; links and mentions are made of them. */
export function slackMessage(list: readonly Told[]): object {
  const lines = list.slice(0, shownInChat).map((told) => `• ${escaped(lineOf(told))}`);
  const more = list.length - lines.length;
  const text = [...lines, ...(more > 0 ? [`… and ${more} more`] : [])].join("\n");
  return { text, unfurl_links: false, unfurl_media: false };
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

export function mailOf(list: readonly Told[]): { readonly subject: string; readonly text: string } {
  const [first] = list;
  const rest = list.length > 1 ? ` and ${list.length - 1} more` : "";
  const subject = `Plimsoll: ${first === undefined ? "" : lineOf(first).slice(0, 150)}${rest}`;
  const parts = list.map((told) =>
    told.what === "baseline"
      ? lineOf(told)
      : `${lineOf(told)}\n  ${sanitize(told.remediation)}\n  ${sanitize(told.id)}`,
  );
  return { subject, text: `${parts.join("\n\n")}\n` };
}

/** https://prometheus.io/docs/alerting/latest/alerts_api/: one that ended carries its end. */
export function alertsOf(list: readonly Told[]): readonly object[] {
  return list.flatMap((told) => {
    if (told.what === "baseline") return [];
    const { cluster, control, severity, resource, path } = told;
    const isOver = isGood(told.what);
    const at = new Date(told.at).toISOString();
    return [
      {
        labels: {
          alertname: alertNames[told.what] ?? "PlimsollFinding",
          cluster: sanitize(cluster),
          control,
          severity,
          namespace: sanitize(resource.namespace),
          resource: sanitize(`${resource.kind}/${resource.name}`),
          path: sanitize(path),
        },
        annotations: { summary: lineOf(told), remediation: sanitize(told.remediation) },
        ...(isOver ? { endsAt: at } : { startsAt: at }),
      },
    ];
  });
}

const alertNames: { readonly [W in Notice["what"]]?: string } = {
  detected: "PlimsollDetection",
  blind: "PlimsollBlind",
  "seen-again": "PlimsollBlind",
};

const ocsfSeverity: { readonly [S in Severity]: number } = { critical: 5, high: 4, medium: 3, low: 2 };

/**
 * OCSF 1.4, class Compliance Finding (2003): https://schema.ocsf.io/1.4.0/classes/compliance_finding; of what happened,
 * Detection Finding (2004): https://schema.ocsf.io/1.4.0/classes/detection_finding.
 */
export function ocsfOf(told: Notice, version: string): object {
  const isDetection = told.what in alertNames;
  const isOver = ["fixed", "gone", "confirmed", "seen-again"].includes(told.what);
  const activity = ["opened", "detected", "blind"].includes(told.what) ? 1 : isOver ? 3 : 2;
  const { resource } = told;
  return {
    class_uid: isDetection ? 2004 : 2003,
    category_uid: 2,
    activity_id: activity,
    type_uid: (isDetection ? 200_400 : 200_300) + activity,
    time: told.at,
    severity_id: ocsfSeverity[told.severity],
    status_id: isOver ? 4 : told.what === "excepted" ? 3 : activity === 1 ? 1 : 2,
    message: lineOf(told),
    metadata: {
      version: "1.4.0",
      product: { name: "Plimsoll", vendor_name: "Plimsoll", version },
    },
    finding_info: { uid: told.id, title: told.title, desc: sanitize(told.because) },
    ...(isDetection
      ? {}
      : { compliance: { control: told.control, status_id: isOver ? 1 : 3, standards: [] } }),
    remediation: { desc: told.remediation },
    resources: [
      {
        type: resource.kind,
        name: resource.name,
        namespace: resource.namespace,
        group: { name: resource.apiVersion },
      },
    ],
    cloud: { provider: "kubernetes", region: told.cluster },
  };
}

const cefSeverity: { readonly [S in Severity]: number } = { critical: 10, high: 8, medium: 5, low: 3 };

/** ArcSight's Common Event Format, version 0: `|` and `\` are escaped in the head, `=` and `\` in the extension. */
export function cefOf(told: Notice, version: string): string {
  const head = (text: string): string => sanitize(text).replaceAll(/[\\|]/g, "\\$&");
  const value = (text: string): string => sanitize(text).replaceAll(/[\\=]/g, "\\$&");
  const extension = {
    rt: String(told.at),
    act: told.what,
    externalId: value(told.id),
    dhost: value(told.cluster),
    msg: value(told.because),
    cs1Label: "resource",
    cs1: value(`${told.resource.kind} ${told.resource.namespace}/${told.resource.name}`),
    ...(told.by?.manager === undefined ? {} : { suser: value(told.by.manager) }),
  };
  const fields = Object.entries(extension).map(([key, text]) => `${key}=${text}`);
  const heads = [
    "Plimsoll",
    "Plimsoll",
    version,
    told.control,
    told.title,
    String(cefSeverity[told.severity]),
  ];
  return `CEF:0|${heads.map(head).join("|")}|${fields.join(" ")}`;
}

/** RFC 5424 in the frames of RFC 6587: each message with its length before it, so that none can hold another. */
export function syslogFrame(told: Notice, message: string): string {
  // Facility 13 (log audit); critical 2, error 3, warning 4, notice 5.
  const level = { critical: 2, high: 3, medium: 4, low: 5 }[told.severity];
  const host = told.cluster.replaceAll(/[^!-~]/g, "_").slice(0, 255) || "-";
  const line = `<${13 * 8 + level}>1 ${new Date(told.at).toISOString()} ${host} plimsoll - ${told.what} - ${message}`;
  return `${Buffer.byteLength(line)} ${line}`;
}
