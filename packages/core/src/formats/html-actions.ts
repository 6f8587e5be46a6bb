/** What to act on, in the HTML report: each edit a card with its place, why it matters and how it is done. */
import type { Action, Edit, Report } from "../model/report.ts";
import { html, prose, type Markup } from "./markup.ts";
import { counted } from "./text.ts";
import { howText, indexOf, resourceText, sourceText, verdictText, type Index } from "./words.ts";

const firstScreen = 10;
/** More than anybody reads; the page's data has the others. */
const most = 300;

export function actSection(report: Report): Markup {
  const { act } = report.priorities;
  const index = indexOf(report);
  const entries = act
    .slice(0, most)
    .map((action, position) => ({ action, position, edit: index.edit(action.edit) }));
  const items = entries.map(({ action, position, edit }) =>
    edit === undefined ? undefined : actItem(position, action, edit, index),
  );
  const rest = items.slice(firstScreen);
  const more =
    rest.length === 0
      ? undefined
      : html`<details class="more">
          <summary>
            ${counted(act.length - firstScreen, "more edit")} to act
            on${act.length > most ? `, ${most - firstScreen} of them here` : ""}
          </summary>
          <ol class="acts" start="${firstScreen + 1}">
            ${rest}
          </ol>
        </details>`;
  const note =
    act.length === 0
      ? "Nothing seen here gives anybody outside power over a node or the cluster."
      : `In this order: each takes a way to a node or the cluster away.${report.priorities.actShare > 0.2 ? " More than a fifth of all findings qualify here." : ""}`;
  return html`<section id="act" aria-labelledby="act-title">
    <h2 id="act-title">Act</h2>
    <p>${note}</p>
    <ol class="acts">
      ${items.slice(0, firstScreen)}
    </ol>
    ${more}
  </section>`;
}

function actItem(position: number, action: Action, edit: Edit, index: Index): Markup {
  const controls = index.controlsOf(edit);
  const place = sourceText(edit.source);
  const labels = [edit.team, edit.environment].map((label) =>
    label === undefined ? undefined : html`<span class="chip">${label}</span>`,
  );
  const how = howText(edit, controls);
  const verdict = verdictText(edit);
  const patch = edit.byHand
    ? undefined
    : html`<details>
        <summary>JSON patch</summary>
        ${edit.operations.length === 0 ? undefined : html`<pre>${lines(edit.operations)}</pre>`}
        ${(edit.also ?? []).map(
          ({ resource, operations }) =>
            html`<p>${resourceText(resource)}</p>
              <pre>${lines(operations)}</pre>`,
        )}
      </details>`;
  const closed = controls.map(
    ({ id }) =>
      html`<button type="button" class="find" data-find="control" data-value="${id}">
        <code>${id}</code>
      </button> `,
  );
  return html`<li class="card act">
    <span class="no" aria-hidden="true">${position + 1}</span>
    <article>
      <h3>${prose(edit.title)}</h3>
      <p class="where">
        <span class="chip ${edit.severity}">${edit.severity}</span
        ><span>${resourceText(edit.resource)}</span
        >${place === undefined ? undefined : html`<code>${place}</code>`}${labels}
      </p>
      <dl class="say">
        <dt>Why</dt>
        <dd>${action.because}. ${prose(controls[0]?.why ?? "")}</dd>
        ${
          how === ""
            ? undefined
            : html`<dt>How</dt>
                <dd>${prose(how)}</dd>`
        }
        <dt>Factors</dt>
        <dd>${prose(action.steps.join("; "))}</dd>
        ${
          verdict === undefined
            ? undefined
            : html`<dt>Seen</dt>
                <dd>${prose(verdict)}</dd>`
        }
        <dt>Closes</dt>
        <dd>
          ${edit.resolves.length === 0 ? "no finding: it is here for the paths that it cuts" : html`${counted(edit.resolves.length, "finding")}: ${closed}`}
        </dd>
      </dl>
      ${patch}
    </article>
  </li>`;
}

/** One operation a line, each sanitised by itself so that the lines are ours. */
function lines(operations: Edit["operations"]): Markup {
  return { html: operations.map((operation) => html`${JSON.stringify(operation)}`.html).join("\n") };
}
