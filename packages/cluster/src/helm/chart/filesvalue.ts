/** `.Files`: the files of a chart that are no templates, as templates see them. */
import { bytesOf } from "../template/bytes.ts";
import { define } from "../template/define.ts";
import {
  dictOf,
  listOf,
  type Bytes,
  type Definition,
  type Dict,
  type Methods,
  type Value,
} from "../template/value.ts";
import { writeYaml } from "../yaml/write.ts";
import { globOf } from "./glob.ts";
import type { ChartFile } from "./load.ts";

export function filesValue(files: readonly ChartFile[]): Dict {
  return dictOfFiles(new Map(files.map(({ name, text }) => [name, { kind: "bytes", text } as const])));
}

function dictOfFiles(entries: Map<string, Bytes>): Dict {
  return {
    kind: "dict",
    type: "engine.files",
    entries: entries as Map<string, Value>,
    methods: methodsOf(entries),
  };
}

function methodsOf(entries: ReadonlyMap<string, Bytes>): Methods {
  const textOf = (name: string): string => entries.get(name)?.text ?? "";
  const yaml = (text: (file: string) => string): string => {
    const named = [...entries].map(([name, file]) => [baseOf(name), text(file.text)] as const);
    return writeYaml(dictOf(named, "map[string]string")).replace(/\n$/, "");
  };
  const list: readonly Definition[] = [
    define("Get", "string -> string", textOf),
    define("GetBytes", "string -> any", (name: string) => entries.get(name) ?? { kind: "bytes", text: "" }),
    define("Glob", "string -> any", (pattern: string) => {
      const matches = globOf(pattern);
      return dictOfFiles(new Map([...entries].filter(([name]) => matches(name))));
    }),
    define("AsConfig", "-> string", () => yaml((text) => text)),
    define("AsSecrets", "-> string", () => yaml((text) => bytesOf(text).toString("base64"))),
    define("Lines", "string -> any", (name: string) => {
      const text = textOf(name);
      return listOf(text === "" ? [] : text.replace(/\n$/, "").split("\n"), "[]string");
    }),
  ];
  return new Map(list.map((definition) => [definition.name, definition]));
}

function baseOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
