/** Sprig's `semver` and `semverCompare`. */
import { define } from "../template/define.ts";
import { failure } from "../template/fault.ts";
import { intOf, type Definition, type Methods, type Struct, type Value } from "../template/value.ts";
import { compareVersions, meets, parseVersion, versionText, type Version } from "./version.ts";

const held = new WeakMap<Struct, Version>();

function methodsOf(version: Version): Methods {
  const given = (name: string, value: Value): Definition => define(name, "-> any", () => value);
  const compare = (name: string, result: "bool" | "int", test: (order: number) => unknown): Definition =>
    define(name, `any -> ${result}`, (other: Struct) => test(compareVersions(version, versionOf(other))));
  const list = [
    given("Major", intOf(version.major, "int64")),
    given("Minor", intOf(version.minor, "int64")),
    given("Patch", intOf(version.patch, "int64")),
    given("Prerelease", version.pre),
    given("Metadata", version.metadata),
    given("Original", version.original),
    given("String", versionText(version)),
    compare("Compare", "int", (order) => order),
    compare("Equal", "bool", (order) => order === 0),
    compare("LessThan", "bool", (order) => order < 0),
    compare("GreaterThan", "bool", (order) => order > 0),
    compare("LessThanEqual", "bool", (order) => order <= 0),
    compare("GreaterThanEqual", "bool", (order) => order >= 0),
  ];
  return new Map(list.map((definition) => [definition.name, definition]));
}

function versionOf(value: Struct): Version {
  const version = typeof value === "object" && value !== null ? held.get(value) : undefined;
  if (version === undefined) throw failure("wrong type for value; expected *semver.Version");
  return version;
}

function semver(text: string): Struct {
  const version = parseVersion(text);
  if (version === undefined) throw failure("invalid semantic version");
  const spelled = versionText(version);
  const methods = methodsOf(version);
  const type = "*semver.Version";
  const made: Struct = {
    kind: "struct",
    type,
    fields: new Map(),
    methods,
    text: spelled,
    json: () => spelled,
  };
  held.set(made, version);
  return made;
}

export const versions: readonly Definition[] = [
  define("semver", "string -> any", semver),
  define("semverCompare", "string string -> bool", meets),
];
