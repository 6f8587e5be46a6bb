/** The charts of the HTML report: inline SVG with a text for those who do not see it. */
import { severities, type Severity } from "../model/finding.ts";
import { html, type Markup } from "./markup.ts";
import { severityText } from "./words.ts";

type Counts = { readonly [S in Severity]: number };

/** One bar, its parts in the order of severity. */
export function severityStack(counts: Counts): Markup {
  const total = severities.reduce((sum, severity) => sum + counts[severity], 0);
  let at = 0;
  const parts = severities.map((severity) => {
    const width = total === 0 ? 0 : (counts[severity] / total) * 1000;
    const part = html`<rect class="f-${severity}" x="${fixed(at)}" width="${fixed(width)}" height="14" />`;
    at += width;
    return part;
  });
  const label = total === 0 ? "no findings" : severityText(counts);
  return html`<svg
    class="stack"
    viewBox="0 0 1000 14"
    preserveAspectRatio="none"
    role="img"
    aria-label="${label}"
  >
    ${parts}
  </svg>`;
}

/** A bar as long as its share of the longest, in parts by severity. */
export function bar(
  parts: readonly { readonly tone: string; readonly count: number }[],
  most: number,
): Markup {
  let at = 0;
  const rects = parts.map(({ tone, count }) => {
    const width = most === 0 ? 0 : (count / most) * 1000;
    const rect = html`<rect class="f-${tone}" x="${fixed(at)}" width="${fixed(width)}" height="10" />`;
    at += width;
    return rect;
  });
  return html`<svg viewBox="0 0 1000 10" preserveAspectRatio="none" aria-hidden="true">
    <rect class="track" width="1000" height="10" rx="5" />
    ${rects}
  </svg>`;
}

/** A ring filled by a score of 0..1; empty where nothing was measured. The share is in words beside it and inside it. */
export function ring(score: number | null): Markup {
  const around = 2 * Math.PI * 26;
  const filled = fixed((score ?? 0) * around);
  const text = score === null ? "–" : `${Math.floor(score * 100)} %`;
  return html`<svg width="68" height="68" viewBox="0 0 68 68" role="img" aria-label="${text}">
    <g fill="none" stroke-width="7">
      <circle cx="34" cy="34" r="26" stroke="var(--line)" />
      <circle
        cx="34"
        cy="34"
        r="26"
        stroke="var(--met)"
        stroke-linecap="butt"
        stroke-dasharray="${filled} ${fixed(around)}"
        transform="rotate(-90 34 34)"
      />
    </g>
    <text x="34" y="39" text-anchor="middle" font-size="15" font-weight="650" fill="currentColor">
      ${text}
    </text>
  </svg>`;
}

/** The load line of a ship: a circle crossed by the mark it must not sink below. */
export const mark: Markup = html`<svg
  width="46"
  height="46"
  viewBox="0 0 46 46"
  aria-hidden="true"
  fill="none"
  stroke="currentColor"
  stroke-width="3.5"
>
  <circle cx="23" cy="23" r="14" />
  <path d="M2 23h42" />
</svg>`;

function fixed(value: number): string {
  return String(Math.round(value * 10) / 10);
}
