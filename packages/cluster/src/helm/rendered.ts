/** Takes the objects of a rendered chart into a draft, each with its template's lines, and tells what was not rendered. */
import { join } from "node:path";
import type { Gap } from "@plimsoll/core";
import type { Draft } from "../draft.ts";
import { sanitised } from "../limit.ts";
import { takeText } from "../take.ts";
import { chartName } from "../walk.ts";
import type { Attempt } from "./attempt.ts";
import type { Place, RenderedChart } from "./chart/render.ts";
import { templateLines } from "./lines.ts";
import type { RenderError } from "./template/fault.ts";

interface Shown {
  /** The chart's folder, as people are shown it. */
  readonly shown: string;
  readonly by: string;
}

export function takeRendered(draft: Draft, attempt: Attempt, { shown, by }: Shown): void {
  if ("refused" in attempt) {
    draft.gaps.push(refusal(attempt.refused, shown));
    return;
  }
  const { chart, crds, strays } = attempt;
  for (const { path, text } of crds)
    takeText(draft, text, { file: join(shown, path), syntax: "yaml", named: false });
  for (const { path, text, spans } of chart.files) {
    if (path.endsWith("NOTES.txt") || text.trim() === "") continue;
    const file = join(shown, path);
    const rendered = { by, lines: templateLines(spans) };
    takeText(draft, text, { file, syntax: "yaml", named: false, rendered });
  }
  draft.gaps.push(...faultGaps(chart, shown), ...quietGaps(chart, shown));
  for (const name of strays) {
    const message = "a link that leads out of the chart was not followed";
    draft.gaps.push({ reason: "unreadable", source: join(shown, name), message, kinds: [] });
  }
}

function at(shown: string, { path, line }: Place): Pick<Gap, "source" | "line"> {
  return { source: join(shown, path), ...(line === undefined ? {} : { line }) };
}

function refusal({ reason, message, place }: RenderError, shown: string): Gap {
  return {
    reason: reason === "unsupported" ? "unsupported" : "refused",
    ...at(shown, place ?? { path: chartName }),
    message: sanitised(`the chart was not rendered: ${message}`, 400),
    kinds: [],
    remedy: /missing in charts\/ directory/.test(message)
      ? `helm dependency build ${shown}`
      : `helm template ${shown} | plimsoll scan -`,
  };
}

function faultGaps({ faults }: RenderedChart, shown: string): readonly Gap[] {
  return faults.map((fault) => ({
    reason: fault.reason === "unsupported" ? "unsupported" : "refused",
    ...at(shown, fault),
    message: sanitised(`the template was not rendered: ${fault.message}`, 400),
    kinds: [],
    remedy:
      fault.reason === "unsupported"
        ? `install helm, or: helm template ${shown} | plimsoll scan -`
        : `give the values that it asks for: helm template ${shown} --values FILE | plimsoll scan -`,
  }));
}

/** What is told, though the objects are there. */
function quietGaps({ chances, unchecked }: RenderedChart, shown: string): readonly Gap[] {
  const gaps: Gap[] = unchecked.map(({ path, why }) => ({
    reason: "unsupported",
    source: join(shown, path),
    message: sanitised(`the values were not held against this schema: ${why}`, 300),
    kinds: [],
    blocking: false,
  }));
  const [first] = chances.values();
  if (first === undefined) return gaps;
  const names = [...chances.keys()].sort().join(", ");
  const message = `${names}: gives something else at each rendering; what was scanned has text of that shape instead`;
  return [...gaps, { reason: "unsupported", ...at(shown, first), message, kinds: [], blocking: false }];
}
