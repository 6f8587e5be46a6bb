/** Comma-separated values (RFC 4180), for spreadsheets: no cell of it can become a formula. */
import type { Result } from "../model/finding.ts";
import type { Report } from "../model/report.ts";
import { defineFormat } from "./shape.ts";
import { sanitize } from "./text.ts";
import { isCluster, resourceText } from "./words.ts";

export const csv = defineFormat({
  id: "csv",
  title: "One result a row, for spreadsheets",
  mediaType: "text/csv",
  extension: "csv",
  brief: true,
  write: rows,
});

type Column = readonly [name: string, read: (result: Result, titles: ReadonlyMap<string, string>) => string];

const columns: readonly Column[] = [
  ["result", ({ result }) => result],
  ["severity", ({ severity }) => severity],
  ["control", ({ control }) => control],
  ["title", ({ control }, titles) => titles.get(control) ?? ""],
  ["kind", ({ resource }) => resource.kind],
  ["namespace", ({ resource }) => resource.namespace],
  ["name", ({ resource }) => resource.name],
  ["container", ({ container }) => container ?? ""],
  ["path", ({ path }) => path],
  ["because", ({ because }) => because],
  ["file", ({ source }) => (isCluster(source.file) ? "" : source.file)],
  ["line", ({ source }) => String(source.line ?? "")],
  ["workload", ({ workload }) => (workload === undefined ? "" : resourceText(workload))],
  ["team", ({ team }) => team ?? ""],
  ["environment", ({ environment }) => environment ?? ""],
  ["accepted", ({ exception }) => (exception === undefined ? "" : `${exception.owner}: ${exception.reason}`)],
  ["id", ({ id }) => id],
];

function* rows(report: Report): Iterable<string> {
  const titles = new Map(report.controls.map(({ id, title }) => [id, title]));
  yield `${columns.map(([name]) => name).join(",")}\r\n`;
  for (const result of report.results)
    yield `${columns.map(([, read]) => cell(read(result, titles))).join(",")}\r\n`;
}

/** Quoted where it must be; a cell that a spreadsheet would calculate begins with an apostrophe (OWASP, CSV injection). */
function cell(text: string): string {
  const clean = sanitize(text);
  const plain = /^[=+\-@＝＋－＠]/.test(clean) ? `'${clean}` : clean;
  return /[",]|^\s|\s$/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}
