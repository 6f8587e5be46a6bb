/** Fixes of what subcharts make: set in the outermost values.yaml, and nothing that lies in charts/ changed. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { scratchFolder } from "../fixtures/process.ts";
import { editOf, lay, layouts } from "../fixtures/subcharts.ts";
import { withSeen } from "./values-scope.ts";

/** All of a folder by path, but for one file. */
function others(root: string, but: string): { readonly [path: string]: string } {
  const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map(({ parentPath, name }) => join(parentPath, name)).filter((path) => path !== but);
  return Object.fromEntries(paths.map((path) => [path, readFileSync(path, "base64")]));
}

test.each(layouts.map((layout, index) => [layout.title, index] as const))("%s", async (_, index) => {
  const layout = layouts[index]!;
  const own = scratchFolder();
  try {
    lay(layout, own.path);
    const values = join(own.path, layout.chart, "values.yaml");
    const before = others(own.path, values);
    const { chart, words = [] } = layout;
    const { code, err } = await own.run("fix", chart, "--edit", editOf(layout), "--write", ...words);
    const { after } = layout;
    if (after instanceof RegExp) {
      expect({ code, err }).toEqual({
        code: 0,
        err: expect.stringMatching(/wrote 1 file; scanned again: \d+ findings gone, none new/),
      });
      expect(readFileSync(values, "utf8")).toMatch(after);
    } else expect({ code, err }).toEqual({ code: 1, err: expect.stringMatching(after.refused) });
    expect(others(own.path, values)).toEqual(before);
  } finally {
    own.remove();
  }
});

test.each([
  ["set as it is", {}, {}, {}, { a: 1 }, { x: { a: 1 } }],
  ["only what differs", {}, { x: { a: 1 } }, { x: { a: 1 } }, { a: 1, b: 2 }, { x: { b: 2 } }],
  ["a default taken away", {}, { x: { a: 1, b: 2 } }, { x: { a: 1, b: 2 } }, { b: 2 }, { x: { a: null } }],
  ["its own taken out", { x: { a: 1, b: 2 } }, { x: { a: 1, b: 2 } }, {}, { b: 2 }, { x: { b: 2 } }],
  ["a list is one thing", {}, { x: { l: [1, 2] } }, { x: { l: [1, 2] } }, { l: [1] }, { x: { l: [1] } }],
])("a value that is to be seen: %s", (_, own, seen, inherited, wanted, expected) => {
  expect(withSeen({ own, seen, inherited }, ["x"], wanted)).toEqual(expected);
});
