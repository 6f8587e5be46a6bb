/** What happened and should not, for a terminal: the gravest first, with where and when. */
import type { DetectionReport, Report } from "../model/report.ts";
import type { Pen } from "./pen.ts";
import type { FormatOptions } from "./shape.ts";
import { counted, sanitize } from "./text.ts";

const shown = 5;

export function* happened(report: Report, pen: Pen, options: FormatOptions): Iterable<string> {
  const { detections } = report;
  if (detections === undefined || detections.length === 0) return;
  const open = detections.filter(({ exception }) => exception === undefined);
  const accepted = detections.length - open.length;
  const note = accepted === 0 ? "" : ` · ${accepted} accepted`;
  yield pen.title("HAPPENED", `${counted(open.length, "detection")} by what was seen${note}`);
  for (const detection of options.all ? open : open.slice(0, shown)) yield* lines(detection, pen);
  const more = open.length - shown;
  if (!options.all && more > 0)
    yield pen.paragraph("    ", `${more} more: --all shows them, --format json has them`, "dim");
}

function* lines(detection: DetectionReport, pen: Pen): Iterable<string> {
  const { severity, message, container, last, count, replicas, raised, sensor, why } = detection;
  const { namespace, workload } = container;
  const where = [namespace, workload].filter((part) => part !== "").join("/");
  const by = sensor === "plimsoll" ? "" : ` · told by ${sensor}`;
  yield pen.paragraph("  ‼ ", sanitize(`${severity}  ${where} ${container.container}: ${message}`), "bold");
  const when = `last ${last.slice(0, 16).replace("T", " ")}, ${counted(count, "time")} in ${counted(replicas, "replica")}${by}`;
  yield pen.paragraph("    ", sanitize([when, raised, why].filter(Boolean).join(" · ")), "dim");
}
