/** Helm's own type of map, `chartutil.Values`, with its methods. */
import { beyond, define } from "../template/define.ts";
import { dictOf, type Definition, type Dict, type Value } from "../template/value.ts";
import { writeYaml } from "../yaml/write.ts";

export function valuesDict(entries: Map<string, Value>): Dict {
  const list: readonly Definition[] = [
    define("AsMap", "-> any", () => ({ ...dictOf(), entries })),
    define("YAML", "-> string", () => writeYaml({ ...dictOf(), entries })),
    beyond("Table", "a method of values"),
    beyond("PathValue", "a method of values"),
    beyond("Encode", "a method of values"),
  ];
  const methods = new Map(list.map((definition) => [definition.name, definition]));
  return { kind: "dict", type: "chartutil.Values", entries, methods };
}
