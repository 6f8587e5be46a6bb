/**
 * Lines of rendered charts lead back to their templates: a mark put on a line of text of a template of another project's
 * chart is told at that very line wherever it comes out, and a line put above moves all that is told by one.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import { readFolder } from "../../packages/cluster/src/helm/chart/folder.ts";
import { loadChart } from "../../packages/cluster/src/helm/chart/load.ts";
import { renderChart, type RenderedFile } from "../../packages/cluster/src/helm/chart/render.ts";
import { positionIn } from "../../packages/cluster/src/helm/lines.ts";
import { RenderError } from "../../packages/cluster/src/helm/template/fault.ts";
import { outermost, siteOf, type Site } from "../../packages/cluster/src/helm/template/trace.ts";
import { dictOf } from "../../packages/cluster/src/helm/template/value.ts";
import { samples } from "./corpus.ts";
import { release } from "./oracle.ts";

type Entries = ReturnType<typeof readFolder>["entries"];

async function render(entries: Entries): Promise<readonly RenderedFile[]> {
  try {
    return (await renderChart(loadChart(entries), { release, values: dictOf(), now: 0n })).files;
  } catch (error) {
    if (!(error instanceof RenderError)) throw error;
    return [];
  }
}

/** Lines of a template that are text from end to end: no action on them and none around them. */
function textLines(text: string): readonly number[] {
  const inside = text.replaceAll(/\{\{[^]*?\}\}/g, (action) => action.replaceAll(/[^\n]/g, "{"));
  return inside
    .split("\n")
    .flatMap((line, index) => (line.trim() === "" || line.includes("{") ? [] : [index + 1]));
}

interface Spot {
  readonly chart: string;
  readonly entry: number;
  readonly line: number;
}

const charts = [...new Set(samples().map(({ chart }) => chart))];
const loaded = new Map<string, Entries>();
for (const chart of charts) {
  try {
    const { entries } = readFolder(chart);
    // The largest take a second for each rendering.
    if (entries.reduce((sum, { bytes }) => sum + bytes.length, 0) < 400_000) loaded.set(chart, entries);
  } catch (error) {
    if (!(error instanceof RenderError)) throw error;
  }
}
const spots: readonly Spot[] = [...loaded].flatMap(([chart, entries]) =>
  entries.flatMap(({ name, bytes }, entry) =>
    /^(?:charts\/[^/]+\/)?templates\/.*\.(?:yaml|tpl)$/.test(name)
      ? textLines(bytes.toString("utf8")).map((line) => ({ chart, entry, line }))
      : [],
  ),
);

function changed(entries: Entries, at: number, change: (lines: string[]) => void): Entries {
  return entries.map((entry, index) => {
    if (index !== at) return entry;
    const lines = entry.bytes.toString("utf8").split("\n");
    change(lines);
    return { name: entry.name, bytes: Buffer.from(lines.join("\n")) };
  });
}

const mark = "plimsoll7mark";

/** The innermost place in a file of the chart. */
function placeOf(site: Site | undefined): Site | undefined {
  let inner = site;
  while (inner !== undefined && inner.origin.chart === undefined) inner = inner.via;
  return inner;
}

const chosen = fc.sample(fc.constantFrom(...spots), { numRuns: 80, seed: Number(process.env["SEED"] ?? 1) });

test("a mark on a line of text is told at that line, in every place where it comes out", async () => {
  let seen = 0;
  const wrong: unknown[] = [];
  for (const { chart, entry, line } of chosen) {
    const entries = loaded.get(chart) ?? [];
    const marked = changed(entries, entry, (lines) => {
      lines[line - 1] += ` ${mark}`;
    });
    for (const { text, spans, name } of await render(marked)) {
      for (let at = text.indexOf(mark); at !== -1; at = text.indexOf(mark, at + 1)) {
        const site = placeOf(siteOf(spans, at));
        const told = site === undefined ? undefined : positionIn(site).line;
        const file = site?.origin.name ?? "";
        const short = (entries[entry]?.name ?? "").replace(/^.*templates\//, "templates/");
        const outer = outermost(siteOf(spans, at) ?? { origin: { name: "", text: "" }, pos: 0 }).origin.name;
        if (told !== line || !file.endsWith(short) || outer !== name)
          wrong.push({ chart, file, line, told, outer, name });
        else seen += 1;
      }
    }
  }
  console.log(`${seen} marks told at their lines, of ${chosen.length} that were set`);
  expect(wrong.slice(0, 5)).toEqual([]);
  expect(seen).toBeGreaterThan(chosen.length / 5);
});

test("a line put above moves every line of that template by one, and no other", async () => {
  let compared = 0;
  for (const { chart, entry } of chosen.slice(0, 4)) {
    const entries = loaded.get(chart) ?? [];
    const before = await render(entries);
    const after = await render(changed(entries, entry, (lines) => lines.unshift("{{- /* above */ -}}")));
    if (before.length === 0) continue;
    expect(after.map(({ text }) => text)).toEqual(before.map(({ text }) => text));
    for (const [index, { text, spans }] of before.entries()) {
      for (let at = 0; at < text.length; at += 101) {
        const old = placeOf(siteOf(spans, at));
        const now = placeOf(siteOf(after[index]?.spans ?? [], at));
        if (old === undefined || now === undefined) continue;
        const moved = old.origin.text === now.origin.text ? 0 : 1;
        expect(positionIn(now).line).toBe(positionIn(old).line + moved);
        compared += 1;
      }
    }
  }
  console.log(`${compared} places compared`);
  expect(compared).toBeGreaterThan(300);
});
