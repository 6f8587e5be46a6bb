/** Every format, in the order in which they are listed to people. */
import { csv } from "./csv.ts";
import { gitlab } from "./gitlab.ts";
import { htmlFormat } from "./html.ts";
import { json } from "./json.ts";
import { junit } from "./junit.ts";
import { markdown } from "./markdown.ts";
import { openmetrics } from "./openmetrics.ts";
import { policyreport } from "./policyreport.ts";
import { sarif } from "./sarif.ts";
import type { Format } from "./shape.ts";
import { table } from "./table.ts";

export const formats: readonly Format[] = [
  table,
  htmlFormat,
  json,
  sarif,
  markdown,
  junit,
  gitlab,
  csv,
  policyreport,
  openmetrics,
];
