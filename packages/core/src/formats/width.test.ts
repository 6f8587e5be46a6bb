import fc from "fast-check";
import { expect, test } from "vitest";
import { padded, widthOf, wrapped } from "./width.ts";

test.each([
  ["ascii", 5],
  ["日本語", 6],
  ["🎉", 2],
  ["e\u0301", 1],
  ["한글", 4],
  ["ﬁ", 1],
  ["", 0],
])("width of %s", (text, width) => {
  expect(widthOf(text)).toBe(width);
  expect(widthOf(padded(text, 10))).toBe(10);
});

test.each([
  ["breaks at spaces", "one two three", 8, ["one two", "three"]],
  ["counts wide characters twice", "日本 語だ よ", 5, ["日本", "語だ", "よ"]],
  [
    "breaks a long path after its separators",
    "spec.template.containers[app]",
    16,
    ["spec.template.", "containers[app]"],
  ],
  [
    "lets a long word without separators stand whole",
    "a averyverylongword b",
    8,
    ["a", "averyverylongword", "b"],
  ],
  ["breaks long wide words anywhere", "日本語日本語", 6, ["日本語", "日本語"]],
  ["nothing", "  ", 8, []],
])("%s", (_, text, columns, lines) => {
  expect(wrapped(text, columns)).toEqual(lines);
});

test("loses nothing but spaces, and no line is too wide that could be narrower", () => {
  const words = fc.array(fc.stringMatching(/^(?:[a-z./-]|日|🎉){1,30}$/u), { maxLength: 20 });
  fc.assert(
    fc.property(words, fc.integer({ min: 5, max: 60 }), (list, columns) => {
      const lines = wrapped(list.join(" "), columns);
      expect(lines.join("").replaceAll(" ", "")).toBe(list.join(""));
      for (const line of lines)
        if (widthOf(line) > columns) expect(line).toMatch(/^(?:[a-z]*|日|🎉)[./-]*$/u);
    }),
  );
});
