/** All functions that an expression may call: CEL's, its extensions that Kubernetes loads, and Kubernetes' own. */
import { authorizer } from "./authorizer.ts";
import { formats } from "./format.ts";
import { lists } from "./list.ts";
import { network } from "./network.ts";
import { operators } from "./operator.ts";
import { optionals } from "./optional.ts";
import { quantities } from "./quantity.ts";
import { patterns } from "./regex.ts";
import type { FunctionDefinition } from "./registry.ts";
import { versions } from "./semver.ts";
import { sets } from "./sets.ts";
import { standard } from "./standard.ts";
import { strings } from "./strings.ts";
import { templates } from "./template.ts";
import { times } from "./time.ts";
import { urls } from "./url.ts";

const cel = [...operators, ...standard, ...times, ...optionals];
const extensions = [...strings, ...templates, ...sets, ...lists];
const kubernetes = [...patterns, ...urls, ...network, ...quantities, ...versions, ...formats, ...authorizer];

/** The functions by name. */
export const functions: ReadonlyMap<string, FunctionDefinition> = new Map(
  [...cel, ...extensions, ...kubernetes].map((definition) => [definition.name, definition]),
);
