/** All functions that an expression may call. */
import type { FunctionDefinition } from "./registry.ts";
import { operators } from "./operator.ts";
import { optionals } from "./optional.ts";
import { sets } from "./sets.ts";
import { standard } from "./standard.ts";
import { strings } from "./strings.ts";

/** The functions by name. */
export const functions: ReadonlyMap<string, FunctionDefinition> = new Map(
  [...operators, ...standard, ...strings, ...optionals, ...sets].map((definition) => [
    definition.name,
    definition,
  ]),
);
