/** Fixes that are written as values: helm itself makes just that of them, in the subchart that was meant and nowhere else. */
import { join } from "node:path";
import { expect, test } from "vitest";
import { editOf, lay, layouts, type Layout } from "../../packages/cli/src/fixtures/subcharts.ts";
import { scratchFolder } from "../../packages/cli/src/fixtures/process.ts";
import { ask } from "./oracle.ts";

const written = layouts.filter(({ after }) => after instanceof RegExp);

function renderedBy(root: string, { chart, words = [] }: Layout): { readonly [file: string]: string } {
  const [answer] = ask([{ chart: join(root, chart), set: words.filter((word) => word !== "--set") }]);
  expect(answer?.error).toBeUndefined();
  return answer?.files ?? {};
}

/** A container's security context is the last of each Deployment's text. */
function parted(text: string): readonly string[] {
  return text.split(/^ {10}securityContext:$/m);
}

test.each(written.map((layout, index) => [layout.title, index] as const))("%s", async (_, index) => {
  const layout = written[index]!;
  const own = scratchFolder();
  try {
    lay(layout, own.path);
    const before = renderedBy(own.path, layout);
    const { chart, words = [] } = layout;
    const { code } = await own.run("fix", chart, "--edit", editOf(layout), "--write", ...words);
    expect(code).toBe(0);
    const after = renderedBy(own.path, layout);
    const changed = Object.keys(after).filter((file) => after[file] !== before[file]);
    expect(Object.keys(after)).toEqual(Object.keys(before));
    expect(changed).toHaveLength(1);
    const [was, is] = [parted(before[changed[0]!]!), parted(after[changed[0]!]!)];
    expect(is[0]!.trim()).toBe(was[0]!.trim());
    expect(is[0]).toContain(`name: ${layout.name}`);
    expect(is[1]).toContain("readOnlyRootFilesystem: true");
  } finally {
    own.remove();
  }
});
