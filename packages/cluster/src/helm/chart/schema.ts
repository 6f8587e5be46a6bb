/** `values.schema.json`: whether the values are such as the chart asks for. Patterns are RE2's, and nothing is fetched. */
import type { ErrorObject, ValidateFunction } from "ajv";
import { Script } from "node:vm";
import { RE2JS } from "re2js";
import { toJson } from "../functions/json.ts";
import { failure, RenderError } from "../template/fault.ts";
import { isDict, type Dict } from "../template/value.ts";
import type { Chart } from "./load.ts";

/** A schema that could not be held against the values, and why. */
export interface Unchecked {
  readonly path: string;
  readonly why: string;
}

/** Throws `RenderError` where values break a schema; gives back the schemas that say nothing here. */
export async function checkSchemas(chart: Chart, values: Dict): Promise<readonly Unchecked[]> {
  const unchecked: Unchecked[] = [];
  await check(chart, values, unchecked);
  return unchecked;
}

async function check(chart: Chart, values: Dict, unchecked: Unchecked[]): Promise<void> {
  const { schema, metadata } = chart;
  if (schema !== undefined) {
    const validate = await compiled(schema.text);
    if (typeof validate === "string") unchecked.push({ path: schema.path, why: validate });
    else if (!inTime(() => validate(JSON.parse(toJson(values))))) {
      const words = (validate.errors ?? []).slice(0, 3).map(wordsOf).join("; ");
      throw failure(`values don't meet the specifications of the schema of ${metadata.name}: ${words}`);
    }
  }
  for (const subchart of chart.dependencies) {
    const inner = values.entries.get(subchart.metadata.name);
    if (isDict(inner)) await check(subchart, inner, unchecked);
  }
}

/** Schemas can be made to take for ever: V8 ends them after five seconds. */
function inTime<T>(work: () => T): T {
  try {
    return new Script("work()").runInNewContext({ work }, { timeout: 5_000 }) as T;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_SCRIPT_EXECUTION_TIMEOUT") throw error;
    throw new RenderError(
      "budget",
      "not rendered: holding the values against their schema takes more than 5 s",
    );
  }
}

function wordsOf({ instancePath, message = "is wrong" }: ErrorObject): string {
  return `at '${instancePath}': ${message}`;
}

/** The engine of `pattern`, which ajv would otherwise hand to JavaScript's: that one can be made to run for ever. */
function pattern(source: string): { readonly test: (text: string) => boolean } {
  const expression = RE2JS.compile(source);
  return { test: (text) => expression.matcher(text).find() };
}
pattern.code = "re2";

async function compiled(text: string): Promise<ValidateFunction | string> {
  try {
    const schema = JSON.parse(text) as Readonly<Record<string, unknown>>;
    const draft = /draft-0[467]/.exec(String(schema["$schema"]))?.[0];
    const options = {
      strict: false,
      validateFormats: false,
      allErrors: false,
      logger: false,
      code: { regExp: pattern },
    } as const;
    if (draft === "draft-07" || draft === "draft-06") {
      const { Ajv } = await import("ajv");
      const ajv = new Ajv({ ...options, meta: false, validateSchema: false });
      return inTime(() => ajv.compile(withoutMeta(schema)));
    }
    if (draft === "draft-04") return "a schema of draft 4, which is not read";
    const { Ajv2020 } = await import("ajv/dist/2020.js");
    const ajv = new Ajv2020({ ...options, meta: false, validateSchema: false });
    return inTime(() => ajv.compile(withoutMeta(schema)));
  } catch (error) {
    if (error instanceof RenderError) throw error;
    return error instanceof Error ? error.message : String(error);
  }
}

function withoutMeta(schema: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { $schema: _, ...rest } = schema;
  return rest;
}
