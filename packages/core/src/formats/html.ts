/** The report as one page that opens anywhere: no network, no framework, nothing in a finding can become code. */
import { severities } from "../model/finding.ts";
import type { Report } from "../model/report.ts";
import { sha256Base64 } from "./digest.ts";
import { actSection } from "./html-actions.ts";
import { mark, severityStack } from "./html-charts.ts";
import { pageData } from "./html-data.ts";
import { script } from "./html-script.ts";
import {
  exceptionSection,
  frameworkSection,
  matrixSection,
  namespaceSection,
  practiceSection,
  systemSection,
  waiting,
} from "./html-sections.ts";
import { style } from "./html-style.ts";
import { pathSection } from "./html-paths.ts";
import { html, type Markup } from "./markup.ts";
import { defineFormat } from "./shape.ts";
import { counted } from "./text.ts";
import { findingsOf, practicesOf, scopeText, serverText } from "./words.ts";

export const htmlFormat = defineFormat({
  id: "html",
  title: "One page with charts and filters, to open anywhere",
  mediaType: "text/html",
  extension: "html",
  write: page,
});

function* page(report: Report): Iterable<string> {
  const sections = [
    overview(report),
    actSection(report),
    pathSection(report),
    practiceSection(practicesOf(report)),
    waiting(report),
    systemSection(report),
    namespaceSection(report),
    frameworkSection(report),
    matrixSection(report),
    exceptionSection(report),
  ];
  yield `<!doctype html>\n<html lang="en">\n${head(report).html}\n<body>\n${masthead(report).html}\n`;
  yield `<main id="main" class="wrap">\n`;
  for (const section of sections) if (section !== undefined) yield `${section.html}\n`;
  yield `${findingsSection().html}\n</main>\n${footer(report).html}\n`;
  yield `<script type="application/json" id="data">`;
  yield* pageData(report);
  yield `</script>\n<script>${script}</script>\n</body>\n</html>\n`;
}

/** Only this page's own style and script may run, by their hashes; nothing is fetched, framed or sent. */
function head(report: Report): Markup {
  const policy = [
    "default-src 'none'",
    `style-src 'sha256-${sha256Base64(style)}'`,
    `script-src 'sha256-${sha256Base64(script)}'`,
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join("; ");
  const sheet = { html: `<style>${style}</style>` };
  return html`<head>
    <meta charset="utf-8" />
    <meta http-equiv="Content-Security-Policy" content="${{ html: policy }}" />
    <meta name="viewport" content="width=device-width,initial-scale=1" />
    <meta name="referrer" content="no-referrer" />
    <title>Plimsoll: ${serverText(report)}, ${report.takenAt.slice(0, 10)}</title>
    ${sheet}
  </head>`;
}

function masthead(report: Report): Markup {
  const { act, blind } = report.priorities;
  const links = [
    ["#act", "Act", act.length],
    ["#practices", "Practices", practicesOf(report).length],
    ["#later", "Later", report.priorities.later.reduce((sum, { edits }) => sum + edits, 0)],
    ["#blind", "Blind", blind.length],
    ["#frameworks", "Frameworks", report.frameworks.length],
    ["#findings", "Findings", findingsOf(report)],
  ] as const;
  const items = links
    .filter(([, , count]) => count > 0)
    .map(
      ([target, name, count]) =>
        html`<li>
          <a href="${target}">${name}<b>${count}</b></a>
        </li>`,
    );
  return html`<a class="skip" href="#main">Skip to the report</a>
    <header class="top">
      <div class="wrap masthead">
        ${mark}
        <div class="grow">
          <h1>${serverText(report)}</h1>
          <p>${when(report)} · ${scopeText(report)}</p>
        </div>
        <button type="button" class="quiet" id="theme" data-script hidden>Light or dark</button>
      </div>
    </header>
    <nav class="bar" aria-label="Sections">
      <div class="wrap">
        <ul>
          ${items}
        </ul>
      </div>
    </nav>`;
}

function when({ takenAt }: Report): string {
  return `${takenAt.slice(0, 16).replace("T", " ")} UTC`;
}

function overview(report: Report): Markup {
  const { coverage, priorities, edits } = report;
  const counts = coverage.bySeverity;
  const legend = severities.map(
    (severity) => html`<li><i class="${severity}"></i><b>${counts[severity]}</b> ${severity}</li>`,
  );
  const blind = priorities.blind.length;
  return html`<section aria-label="Overview">
    ${coverage.complete ? undefined : incomplete}
    <div class="tiles">
      <div class="card tile">
        <h2>Act on</h2>
        <p class="big">${priorities.act.length} <small>of ${counted(edits.length, "edit")}</small></p>
        <p>
          would close ${Math.round(priorities.actShare * 100)} % of all findings, those that give power over a
          node or the cluster
        </p>
      </div>
      <div class="card tile">
        <h2>Findings</h2>
        <p class="big">
          ${findingsOf(report)}${coverage.outcomes.excepted > 0 ? html` <small>and ${coverage.outcomes.excepted} accepted</small>` : undefined}
        </p>
        ${severityStack(counts)}
        <ul class="legend">
          ${legend}
        </ul>
      </div>
      <div class="card tile">
        <h2>Out of sight</h2>
        <p class="big">${blind} <small>${blind === 1 ? "thing" : "things"}</small></p>
        <p>
          ${blind === 0 ? "everything asked for was read" : `could not be seen; ${counted(coverage.outcomes.unknown, "result")} unknown, which is not passed`}
        </p>
      </div>
    </div>
  </section>`;
}

const incomplete = html`<p class="card banner" role="note">
  <strong>Incomplete.</strong> Something that was asked for could not be evaluated.
  <a href="#blind">What, and what would show it</a>
</p>`;

function findingsSection(): Markup {
  const choose = (id: string, label: string): Markup =>
    html`<label
      >${label}<select id="${id}">
        <option value="">all</option>
      </select></label
    >`;
  const column = (key: string, label: string): Markup =>
    html`<th scope="col" data-sort="${key}"><button type="button">${label}</button></th>`;
  return html`<section id="findings" aria-labelledby="findings-title">
    <h2 id="findings-title">Findings</h2>
    <p>Open a row for what was seen, why it matters and the fix.</p>
    <noscript
      ><p class="card banner">
        Filtering and the list below need this page's own script; everything above is complete without it.
      </p></noscript
    >
    <div class="card">
      <div class="tools" role="search">
        <label>Search<input id="q" type="search" autocomplete="off" placeholder="name, path, words" /></label
        >${choose("severity", "Severity")}${choose("result", "Result")}${choose("namespace", "Namespace")}${choose("control", "Control")}${choose("team", "Team")}<button
          type="button"
          class="quiet"
          id="clear"
        >
          Clear
        </button>
      </div>
      <table>
        <caption id="caption" aria-live="polite"></caption>
        <colgroup>
          <col width="10%" />
          <col width="31%" />
          <col width="22%" />
          <col width="12%" />
          <col width="25%" />
        </colgroup>
        <thead>
          <tr>
            ${column("severity", "Severity")}${column("finding", "Finding")}${column("resource", "Resource")}${column("namespace", "Namespace")}${column("place", "Place")}
          </tr>
        </thead>
        <tbody id="body"></tbody>
      </table>
      <div class="foot" hidden><button type="button" class="quiet" id="more">Show more</button></div>
    </div>
  </section>`;
}

function footer({ tool, coverage }: Report): Markup {
  const skipped = coverage.skipped.reduce((sum, { count }) => sum + count, 0);
  const { outcomes } = coverage;
  return html`<footer class="wrap">
    <p>
      Plimsoll ${tool.version} · ${outcomes.pass} passed, ${outcomes.fail} failed, ${outcomes.unknown}
      unknown, ${outcomes.skip}
      skipped${skipped > 0 ? html` · ${skipped} documents were not Kubernetes` : undefined}. This page holds
      its data and fetches nothing.
    </p>
  </footer>`;
}
