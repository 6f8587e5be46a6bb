/** The sections of the HTML report between what to act on and the findings. */
import { severities } from "../model/finding.ts";
import type { FrameworkScore, Report, RequirementResult } from "../model/report.ts";
import { bar, ring } from "./html-charts.ts";
import { html, prose, type Markup } from "./markup.ts";
import { matrixOf } from "./matrix.ts";
import { counted, excerpt } from "./text.ts";
import { blindGroups, practiceText, resourceText, severityText } from "./words.ts";

const namespacesShown = 12;

const tones: { readonly [S in RequirementResult["status"]]: readonly [string, string] } = {
  failed: ["high", "gap"],
  unknown: ["blind", "blind"],
  manual: ["", "by hand"],
  accepted: ["met", "accepted"],
  met: ["met", "met"],
  skip: ["", "not here"],
};

export function practiceSection(practices: readonly RequirementResult[]): Markup | undefined {
  if (practices.length === 0) return undefined;
  const most = Math.max(...practices.map(({ failed, unknown }) => failed + unknown));
  const items = practices.map((practice) => {
    const [tone, label] = tones[practice.status];
    const parts = [
      { tone: "high", count: practice.failed },
      { tone: "blind", count: practice.unknown },
    ];
    return html`<li>
      <span><span class="chip ${tone}">${label}</span></span
      ><span>${practice.title}</span>${bar(parts, most)}<span class="say">${practiceText(practice)}</span>
    </li>`;
  });
  return html`<section id="practices" aria-labelledby="practices-title">
    <h2 id="practices-title">Ten practices</h2>
    <p>The biggest gap first; violet is what could not be seen.</p>
    <ol class="card rows practice">
      ${items}
    </ol>
  </section>`;
}

export function waiting({ priorities }: Report): Markup | undefined {
  const { later, blind } = priorities;
  const groups = later.map(
    ({ reason, edits, findings }) =>
      html`<li>
        <span class="num">${findings}</span
        ><span>${reason} <span class="hush">(${counted(edits, "edit")})</span></span>
      </li>`,
  );
  const unseen = blindGroups(blind).map(
    ({ what, because, remedy, results }) =>
      html`<li>
        <div>
          <strong>${excerpt(what.slice(0, 3).join(", "), 300)}</strong>
          ${results === 0 ? undefined : html`<span class="chip blind">${results} unknown</span>`}${moreOf(what)}
        </div>
        <span>${prose(because)}</span>
        ${remedy === undefined ? undefined : html`<span class="remedy">→ ${prose(remedy)}</span>`}
      </li>`,
  );
  if (groups.length + unseen.length === 0) return undefined;
  return html`<div class="pair" id="waiting">
    <section id="later" aria-labelledby="later-title">
      <h2 id="later-title">Later</h2>
      <p>Findings by the reason they can wait.</p>
      <ul class="card rows count">
        ${groups.length === 0 ? html`<li><span></span><span>Nothing waits.</span></li>` : groups}
      </ul>
    </section>
    <section id="blind" aria-labelledby="blind-title">
      <h2 id="blind-title">Blind</h2>
      <p>What could not be seen, and what would show it.</p>
      <ul class="card rows blindlist">
        ${unseen.length === 0 ? html`<li>Everything asked for was read.</li>` : unseen}
      </ul>
    </section>
  </div>`;
}

/** The names that do not stand in the line, to be opened. */
function moreOf(what: readonly string[]): Markup | undefined {
  const rest = what.slice(3);
  if (rest.length === 0) return undefined;
  return html`<details>
    <summary>and ${rest.length} more</summary>
    ${rest.join(", ")}
  </details>`;
}

export function systemSection({ priorities }: Report): Markup | undefined {
  const { system } = priorities;
  if (system.length === 0) return undefined;
  const items = system.map(
    ({ workload, because, findings }) =>
      html`<li>
        <span class="num">${findings}</span
        ><span>${resourceText(workload)} <span class="hush">${because}</span></span>
      </li>`,
  );
  const total = system.reduce((sum, { findings }) => sum + findings, 0);
  return html`<section aria-labelledby="system-title">
    <h2 id="system-title">System</h2>
    <p>
      Privileged by function: ${counted(total, "finding")} of the platform's own components, still counted.
    </p>
    <ul class="card rows count">
      ${items}
    </ul>
  </section>`;
}

export function namespaceSection(report: Report): Markup | undefined {
  const counts = new Map<string, { critical: number; high: number; medium: number; low: number }>();
  for (const { result, exception, resource, severity } of report.results) {
    if (result !== "fail" || exception !== undefined) continue;
    const known = counts.get(resource.namespace) ?? { critical: 0, high: 0, medium: 0, low: 0 };
    known[severity] += 1;
    counts.set(resource.namespace, known);
  }
  if (counts.size < 2) return undefined;
  const rows = [...counts].map(([name, by]) => ({
    name,
    by,
    total: by.critical + by.high + by.medium + by.low,
  }));
  rows.sort((a, b) => b.by.critical - a.by.critical || b.total - a.total || (a.name < b.name ? -1 : 1));
  const most = Math.max(...rows.map(({ total }) => total));
  const items = rows.slice(0, namespacesShown).map(
    ({ name, by, total }) =>
      html`<li>
        <span
          ><button type="button" class="find" data-find="namespace" data-value="${name === "" ? "/" : name}">
            ${name === "" ? "cluster-wide" : name}
          </button></span
        >${bar(
          severities.map((severity) => ({ tone: severity, count: by[severity] })),
          most,
        )}<span class="num" title="${severityText(by)}">${total}</span>
      </li>`,
  );
  const rest = rows.length > namespacesShown ? ` The ${namespacesShown} worst of ${rows.length}.` : "";
  return html`<section aria-labelledby="space-title">
    <h2 id="space-title">Namespaces</h2>
    <p>Findings by severity, most critical first.${rest}</p>
    <ul class="card rows space">
      ${items}
    </ul>
  </section>`;
}

export function frameworkSection({ frameworks }: Report): Markup | undefined {
  if (frameworks.length === 0) return undefined;
  return html`<section id="frameworks" aria-labelledby="frameworks-title">
    <h2 id="frameworks-title">Frameworks</h2>
    <p>The share of automated requirements that are met. What is unknown counts as not met.</p>
    <div class="rings">${frameworks.map(scoreCard)}</div>
  </section>`;
}

function scoreCard({ id, title, score, met, failed, unknown, accepted, manual }: FrameworkScore): Markup {
  const parts = [
    `${met} met`,
    `${failed} failed`,
    ...(unknown > 0 ? [`${unknown} unknown`] : []),
    ...(accepted > 0 ? [`${accepted} accepted`] : []),
    ...(manual > 0 ? [`${manual} by hand`] : []),
  ];
  return html`<div class="card ring">
    ${ring(score)}
    <div>
      <h3>${title}</h3>
      <p>${parts.join(" · ")}</p>
      <p><code>${id}</code></p>
    </div>
  </div>`;
}

export function matrixSection(report: Report): Markup | undefined {
  const { frameworks, rows } = matrixOf(report);
  if (rows.length < 2 || frameworks.length === 0) return undefined;
  const body = rows.map(
    ({ namespace, failed, teams }) =>
      html`<tr>
        <th scope="row">${namespace === "" ? "cluster-wide" : namespace}</th>
        <td>${teams.join(", ")}</td>
        ${failed.map((count) => html`<td class="num">${count === 0 ? "·" : count}</td>`)}
      </tr>`,
  );
  return html`<section aria-labelledby="matrix-title">
    <h2 id="matrix-title">Frameworks by namespace</h2>
    <p>How many requirements fail in each namespace.</p>
    <div class="card matrix" tabindex="0" role="region" aria-labelledby="matrix-title">
      <table>
        <thead>
          <tr>
            <th scope="col">Namespace</th>
            <th scope="col">Team</th>
            ${frameworks.map((id) => html`<th scope="col">${id}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${body}
        </tbody>
      </table>
    </div>
  </section>`;
}

export function exceptionSection({ exceptions }: Report): Markup | undefined {
  if (exceptions.length === 0) return undefined;
  const items = exceptions.map(
    ({ id, state, owner, reason, until, findings, because }) =>
      html`<li>
        <span class="num">${findings}</span
        ><span
          ><span class="chip ${state === "used" ? "met" : "medium"}">${state}</span>
          <strong>${id}</strong> ${reason}
          <span class="hush"
            >${owner}${until === undefined ? "" : `, until ${until}`}${state === "used" ? "" : `: ${because}`}</span
          ></span
        >
      </li>`,
  );
  return html`<section aria-labelledby="exceptions-title">
    <h2 id="exceptions-title">Exceptions</h2>
    <p>Findings that somebody accepted, and exceptions to look at.</p>
    <ul class="card rows count">
      ${items}
    </ul>
  </section>`;
}
