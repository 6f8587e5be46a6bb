/** The report as it is, one entry a line; `report.schema.json` is its published schema. */
import type { Report } from "../model/report.ts";
import { defineFormat } from "./shape.ts";
import { jsonText } from "./text.ts";

export const json = defineFormat({
  id: "json",
  title: "The whole report, for programs",
  mediaType: "application/json",
  extension: "json",
  write: pieces,
});

/** An object key by key, its lists entry by entry. */
function* pieces(report: Report): Iterable<string> {
  let joint = "{\n";
  for (const [key, value] of Object.entries(report)) {
    yield `${joint}${jsonText(key)}: `;
    if (Array.isArray(value)) yield* entries(value);
    else yield jsonText(value);
    joint = ",\n";
  }
  yield "\n}\n";
}

function* entries(list: readonly unknown[]): Iterable<string> {
  if (list.length === 0) {
    yield "[]";
    return;
  }
  let joint = "[\n";
  for (const entry of list) {
    yield joint; // apart: to join it to a long text is to copy that
    yield jsonText(entry);
    joint = ",\n";
  }
  yield "\n]";
}
