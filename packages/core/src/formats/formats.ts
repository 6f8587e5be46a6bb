/** Every format, in the order in which they are listed to people. */
import { htmlFormat } from "./html.ts";
import { json } from "./json.ts";
import { sarif } from "./sarif.ts";
import type { Format } from "./shape.ts";
import { table } from "./table.ts";

export const formats: readonly Format[] = [table, htmlFormat, json, sarif];
