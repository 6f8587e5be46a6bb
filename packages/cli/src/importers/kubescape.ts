/** Kubescape's posture exceptions (kubescape.io/docs: "accepting risk"): lists of policies, each over some resources. */
import { isJsonArray, isJsonObject, type ExceptionMatch, type Json, type JsonObject } from "@plimsoll/core";
import type { DataDocument } from "@plimsoll/cluster";
import { dayOf, terms, type Draft, type Equals, type Imported, type Leftover } from "./importer.ts";

const matched = ["kind", "namespace", "name"] as const;
/** Attributes that narrow by what an exception of ours cannot name; leaving them out would accept more. */
const narrowing = new Set([
  "cluster",
  "path",
  "wlid",
  "sid",
  "resourceID",
  "apiVersion",
  "apiGroup",
  "containerName",
]);

export function fromKubescape({ value, place }: DataDocument, equals: Equals): Imported {
  const entries = isJsonArray(value) ? value : [value];
  const drafts: Draft[] = [];
  const leftovers: Leftover[] = [];
  for (const [index, entry] of entries.entries()) {
    const at = place(isJsonArray(value) ? [index] : []);
    const policy = isJsonObject(entry) ? entry : {};
    const what = textOf(policy["name"]) ?? "an exception without a name";
    const left = (why: string, name = what): void => void leftovers.push({ what: name, place: at, why });
    const controls = controlsOf(policy, equals, (id, why) => left(why, `${what}: ${id}`));
    if (controls.length === 0) {
      if (listOf(policy["posturePolicies"]).length === 0)
        left("it names no control: it would accept everything");
      continue;
    }
    const resources = listOf(policy["resources"]);
    if (resources.length === 0) left("it names no resource: it would accept findings everywhere");
    for (const resource of resources) {
      const match = matchOf(resource);
      if (typeof match === "string") left(match);
      else
        drafts.push({
          controls,
          ...terms(policy["reason"], dayOf(policy["expirationDate"])),
          match,
          place: at,
        });
    }
  }
  return { drafts, leftovers };
}

function controlsOf(
  policy: JsonObject,
  equals: Equals,
  left: (id: string, why: string) => void,
): readonly string[] {
  const found = new Set<string>();
  for (const entry of listOf(policy["posturePolicies"])) {
    const id = textOf(entry["controlID"]) ?? textOf(entry["controlId"]);
    const framework = textOf(entry["frameworkName"]);
    const name = id ?? textOf(entry["controlName"]) ?? framework ?? "a policy without a name";
    if (textOf(entry["ruleName"]) !== undefined) {
      left(name, "it accepts one rule of a control only");
      continue;
    }
    if (id === undefined) {
      left(
        name,
        framework === undefined ? "controls are looked up by controlID" : "it accepts a whole framework",
      );
      continue;
    }
    if (framework !== undefined && !everyFramework.test(framework)) {
      left(id, `it is limited to findings of the framework ${framework}, which cannot be said here`);
      continue;
    }
    const ours = equals(`kubescape:${id}`);
    if (ours.length === 0) left(id, "no control here is its equal");
    for (const control of ours) found.add(control);
  }
  return [...found].sort();
}

const everyFramework = /^(?:\^?\.\*\$?|AllControls)$/i;

/** What it covers, or why that cannot be said here. */
function matchOf(resource: JsonObject): ExceptionMatch | string {
  const designator = textOf(resource["designatorType"]) ?? "Attributes";
  if (!/^attributes?$/i.test(designator))
    return `it names resources by ${designator}, which cannot be said here`;
  const attributes = isJsonObject(resource["attributes"]) ? resource["attributes"] : {};
  const match: { [key: string]: string } = {};
  const labels: { [key: string]: string } = {};
  for (const [key, value] of Object.entries(attributes)) {
    const text = textOf(value);
    const pattern = text === undefined ? undefined : patternOf(text);
    if (narrowing.has(key)) return `it is limited by ${key}, which cannot be said here`;
    if (pattern === undefined) return `${key} is an expression that cannot be said here`;
    if (pattern === "*") continue;
    if (matched.some((known) => known === key)) match[key] = pattern;
    else if (pattern.includes("*")) return `the label ${key} is an expression that cannot be said here`;
    else labels[key] = pattern;
  }
  if (Object.keys(match).length + Object.keys(labels).length === 0)
    return "it names no resource: it would accept findings everywhere";
  return { ...match, ...(Object.keys(labels).length === 0 ? {} : { labels }) };
}

/** Kubescape matches by regular expressions: plain texts and `.*` can be said here, more cannot. */
function patternOf(expression: string): string | undefined {
  const plain = expression
    .replace(/^\^/, "")
    .replace(/\$$/, "")
    .replaceAll(".*", "\u0000")
    .replaceAll("\\.", ".");
  if (/[\\^$+?()[\]{}|*]/.test(plain)) return undefined;
  return plain.replaceAll("\u0000", "*");
}

function listOf(value: Json | undefined): readonly JsonObject[] {
  return isJsonArray(value) ? value.map((entry) => (isJsonObject(entry) ? entry : {})) : [];
}

function textOf(value: Json | undefined): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
