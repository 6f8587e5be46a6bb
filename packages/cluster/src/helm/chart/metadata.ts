/** Chart.yaml: what it says, of the types that helm gives it. */
import { isRawObject, type Raw, type RawObject } from "../../raw.ts";
import { failure } from "../template/fault.ts";
import { shortestFloat } from "../template/format.ts";
import { valueOf } from "../yaml/read.ts";
import { parseVersion } from "../functions/version.ts";
import { dictOf, listOf, type Struct, type Value } from "../template/value.ts";

export interface Dependency {
  name: string;
  readonly version: string;
  readonly repository: string;
  readonly condition: string;
  readonly tags: readonly string[];
  readonly importValues: readonly Value[];
  readonly alias: string;
  enabled: boolean;
}

export interface Metadata {
  name: string;
  readonly version: string;
  readonly type: string;
  readonly kubeVersion: string;
  readonly apiVersion: string;
  /** The other fields that are texts, by Go's names. */
  readonly texts: ReadonlyMap<string, string>;
  readonly deprecated: boolean;
  readonly lists: ReadonlyMap<string, readonly string[]>;
  readonly maintainers: readonly RawObject[];
  readonly annotations: ReadonlyMap<string, string>;
  dependencies: readonly Dependency[];
}

/** A scalar where a text is asked for; go-yaml makes texts of numbers, by way of 32 bits. */
export function textOfRaw(raw: Raw | undefined): string {
  if (typeof raw === "string") return raw;
  if (raw === undefined || raw === null) return "";
  if (typeof raw === "number") return Number.isInteger(raw) ? String(raw) : shortestFloat(shortest32(raw));
  if (typeof raw === "boolean" || typeof raw === "bigint") return String(raw);
  throw failure("cannot unmarshal a list or mapping into a text");
}

function shortest32(value: number): number {
  const near = Math.fround(value);
  for (let digits = 1; digits < 10; digits += 1) {
    const short = Number(near.toPrecision(digits));
    if (Math.fround(short) === near) return short;
  }
  return near;
}

/** Blanks become spaces, and what cannot be printed goes. */
function sanitised(text: string): string {
  return text.replaceAll(/\s/gu, " ").replaceAll(/[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu, "");
}

const textFields = {
  Home: "home",
  Description: "description",
  Icon: "icon",
  Condition: "condition",
  Tags: "tags",
  AppVersion: "appVersion",
} as const;
const listFields = { Sources: "sources", Keywords: "keywords" } as const;

function listOfRaw(raw: Raw | undefined): readonly Raw[] {
  if (raw === undefined || raw === null) return [];
  if (!Array.isArray(raw)) throw failure("cannot unmarshal into a list");
  return raw;
}

/** Throws `RenderError` for what helm refuses. */
export function readMetadata(raw: Raw): Metadata {
  const from = isRawObject(raw) ? raw : {};
  const get = (key: string): string => sanitised(textOfRaw(from[key]));
  const annotations = isRawObject(from["annotations"]) ? from["annotations"] : {};
  const metadata: Metadata = {
    name: get("name"),
    version: textOfRaw(from["version"]),
    type: textOfRaw(from["type"]),
    kubeVersion: get("kubeVersion"),
    apiVersion: textOfRaw(from["apiVersion"]) || "v1",
    texts: new Map(Object.entries(textFields).map(([field, key]) => [field, get(key)])),
    deprecated: from["deprecated"] === true,
    lists: new Map(
      Object.entries(listFields).map(([field, key]) => [
        field,
        listOfRaw(from[key]).map((item) => sanitised(textOfRaw(item))),
      ]),
    ),
    maintainers: listOfRaw(from["maintainers"]).filter(isRawObject),
    annotations: new Map(Object.entries(annotations).map(([key, value]) => [key, textOfRaw(value)])),
    dependencies: readDependencies(from["dependencies"]),
  };
  check(metadata);
  return metadata;
}

export function readDependencies(raw: Raw | undefined): readonly Dependency[] {
  return listOfRaw(raw).map((item) => {
    if (!isRawObject(item)) throw failure("dependencies must not contain empty or null nodes");
    return {
      name: sanitised(textOfRaw(item["name"])),
      version: sanitised(textOfRaw(item["version"])),
      repository: sanitised(textOfRaw(item["repository"])),
      condition: sanitised(textOfRaw(item["condition"])),
      tags: listOfRaw(item["tags"]).map(textOfRaw),
      importValues: listOfRaw(item["import-values"]).map(valueOf),
      alias: textOfRaw(item["alias"]),
      enabled: item["enabled"] === true,
    };
  });
}

function check({ name, version, type, dependencies }: Metadata): void {
  const wrong = (what: string): never => {
    throw failure(`validation: chart.metadata.${what}`);
  };
  if (name === "") wrong("name is required");
  if (name === "." || name === ".." || name.includes("/")) wrong(`name ${JSON.stringify(name)} is invalid`);
  if (version === "") wrong("version is required");
  if (parseVersion(version) === undefined) wrong(`version ${JSON.stringify(version)} is invalid`);
  if (!["", "application", "library"].includes(type)) wrong("type must be application or library");
  const known = new Set<string>();
  for (const { name: own, alias } of dependencies) {
    if (alias !== "" && !/^[a-zA-Z0-9_-]+$/.test(alias)) {
      throw failure(`validation: dependency ${JSON.stringify(own)} has disallowed characters in the alias`);
    }
    const key = alias === "" ? own : alias;
    if (known.has(key))
      throw failure(`validation: more than one dependency with name or alias ${JSON.stringify(key)}`);
    known.add(key);
  }
}

/** `.Chart`. */
export function chartValue(metadata: Metadata, isRoot: boolean): Struct {
  const { name, version, type, kubeVersion, apiVersion, annotations, deprecated } = metadata;
  const list = (items: readonly string[]): Value =>
    items.length === 0
      ? { kind: "list", type: "[]string", items: [], nil: true }
      : listOf([...items], "[]string");
  const maintainers = metadata.maintainers.map((person) => {
    const fields = new Map<string, Value>(
      [["Name", "name"] as const, ["Email", "email"] as const, ["URL", "url"] as const].map(
        ([field, key]) => [field, sanitised(textOfRaw(person[key]))],
      ),
    );
    return structOf("*chart.Maintainer", fields);
  });
  const fields = new Map<string, Value>([
    ["Name", name],
    ["Version", version],
    ["Type", type],
    ["KubeVersion", kubeVersion],
    ["APIVersion", apiVersion],
    ...metadata.texts,
    ["Deprecated", deprecated],
    ...[...metadata.lists].map(([field, items]) => [field, list(items)] as const),
    ["Annotations", dictOf(annotations, "map[string]string")],
    ["Maintainers", listOf(maintainers, "[]*chart.Maintainer")],
    ["Dependencies", listOf(metadata.dependencies.map(dependencyValue), "[]*chart.Dependency")],
    ["IsRoot", isRoot],
  ]);
  return structOf("struct { chart.Metadata; IsRoot bool }", fields);
}

function dependencyValue({ name, version, repository, condition, tags, enabled, alias }: Dependency): Struct {
  return structOf(
    "*chart.Dependency",
    new Map<string, Value>([
      ["Name", name],
      ["Version", version],
      ["Repository", repository],
      ["Condition", condition],
      ["Tags", listOf([...tags], "[]string")],
      ["Enabled", enabled],
      ["Alias", alias],
    ]),
  );
}

function structOf(type: string, fields: ReadonlyMap<string, Value>): Struct {
  return { kind: "struct", type, fields, methods: new Map() };
}
