/** Values are found in a stream however its lists are laid out, and what is cut off loses no more than itself. */
import { expect, test } from "vitest";
import { createSplitter } from "./values.ts";

function split(text: string): readonly string[] {
  const found: string[] = [];
  const splitter = createSplitter({
    value: (value) => found.push(JSON.stringify(value)),
    unreadable: (why) => found.push(why),
  });
  // In two pieces, the second of which may begin anywhere.
  splitter.push(text.slice(0, 5));
  splitter.push(text.slice(5));
  splitter.end();
  return found;
}

const [a, b, c] = ['{"a":1}', '{"b":[{}]}', '{"c":"},"}'] as const;

test.each<readonly [string, string, readonly string[]]>([
  ["a record a line", `${a}\n${b}\r\n${c}`, [a, b, c]],
  ["a byte order mark", `\ufeff${a}\n${b}`, [a, b]],
  ["a list in a line", `[${a},${b}]\n${c}`, [`[${a},${b}]`, c]],
  ["a list with a record a line", `[\n${a},\n${b},\r\n${c}\n]\n${a}`, [`[${a},${b},${c}]`, a]],
  ["one that holds a single record", `[\n${a}\n]\n${b}`, [`[${a}]`, b]],
  ["its brackets beside the records", `[${a},\n${b},\n${c}]\n${a}`, [`[${a},${b},${c}]`, a]],
  ["a list that is cut off between two records", `[\n${a}\n${b}\n${c}`, ["no-json", b, c]],
  ["a list that ends with the stream", `[${a},\n${b},`, ["no-json"]],
  ["a record that is cut off in the middle of its lines", `{\n  "x": 1,\n${a}\n${b}`, ["no-json", a, b]],
  ["a list of lists", `[\n  [1],\n  [2]\n]`, ["[[1],[2]]"]],
])("%s", (_, text, values) => expect(split(text)).toEqual(values));
