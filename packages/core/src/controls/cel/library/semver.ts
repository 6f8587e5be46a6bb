/** Kubernetes' functions of semantic versions; comparisons are shared with quantities. */
import { int } from "../values/integer.ts";
import { Version, parseVersion } from "../values/semver.ts";
import { noOverload } from "../values/value.ts";
import type { Value } from "../values/value.ts";
import { define } from "./registry.ts";
import type { FunctionDefinition } from "./registry.ts";

function parsed(name: string, result: (version: ReturnType<typeof parseVersion>) => Value) {
  return (text: Value, lenient: Value): Value => {
    const loose = lenient === undefined ? false : lenient;
    if (typeof text !== "string" || typeof loose !== "boolean") return noOverload(name, text, loose);
    return result(parseVersion(text, loose));
  };
}

function part(name: string, index: number): FunctionDefinition {
  return define(name, [`semver_${name} kubernetes.Semver.() -> int`], (version) =>
    version instanceof Version
      ? int(BigInt.asIntN(64, version.numbers[index] ?? 0n))
      : noOverload(name, version),
  );
}

/** The functions of this library. */
export const versions: readonly FunctionDefinition[] = [
  define(
    "semver",
    [
      "string_to_semver (string) -> kubernetes.Semver",
      "string_bool_to_semver (string, bool) -> kubernetes.Semver",
    ],
    parsed("semver", (version) => version),
  ),
  define(
    "isSemver",
    ["is_semver_string (string) -> bool", "is_semver_string_bool (string, bool) -> bool"],
    parsed("isSemver", (version) => version instanceof Version),
  ),
  part("major", 0),
  part("minor", 1),
  part("patch", 2),
];
