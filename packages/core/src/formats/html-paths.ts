/** The gravest attack paths, in the HTML report: each a chain of steps, unsure ones marked, with what cuts it. */
import type { AttackPath, Report } from "../model/report.ts";
import { html, prose, type Markup } from "./markup.ts";
import { counted, excerpt } from "./text.ts";
import { indexOf, missingText, type Index } from "./words.ts";

const most = 10;
/** Permissions shown of one step. */
const mostRights = 3;

export function pathSection(report: Report): Markup | undefined {
  const { paths } = report;
  if (paths === undefined || (paths.pairs === 0 && paths.missing.length === 0)) return undefined;
  const index = indexOf(report);
  const uncut = paths.uncutCount === 0 ? "" : ` Nothing here cuts ${counted(paths.uncutCount, "pair")}.`;
  const partial = paths.partial ? " The search ended before all was looked at." : "";
  const missing =
    paths.missing.length === 0
      ? undefined
      : html`<p class="hush">Not known, so that there may be more: ${missingText(paths)}</p>`;
  return html`<section id="paths" aria-labelledby="paths-title">
    <h2 id="paths-title">Top paths</h2>
    <p>
      ${counted(paths.pairs, "pair")} of a way in and a target; what to act on cuts
      ${paths.cut}.${uncut}${partial}
    </p>
    ${missing}
    <ol class="card rows">
      ${paths.top.slice(0, most).map((path) => pathItem(path, index))}
    </ol>
  </section>`;
}

function pathItem({ entry, target, certain, steps, cutBy }: AttackPath, index: Index): Markup {
  const edit = index.edit(cutBy.at(-1) ?? "");
  const chain = steps.map(
    ({ title, to, unsure, rights = [] }) =>
      html`<li>
        ${excerpt(title, 200)} → <strong>${excerpt(to, 200)}</strong>
        ${rights
          .slice(0, mostRights)
          .map(
            ({ role, binding }) => html`<span class="chip">${excerpt(`${binding} → ${role}`, 200)}</span>`,
          )}
        ${unsure.length === 0 ? undefined : html`<span class="chip blind">${excerpt(unsure[0]!, 200)}</span>`}
      </li>`,
  );
  return html`<li>
    <details>
      <summary>
        ${excerpt(entry, 200)} → <strong>${excerpt(target, 200)}</strong>
        ${certain ? undefined : html`<span class="chip blind">not certain</span>`}
      </summary>
      <ol>
        ${chain}
      </ol>
      ${edit === undefined ? undefined : html`<p class="hush">Cut by: ${prose(excerpt(edit.title, 300))}</p>`}
    </details>
  </li>`;
}
