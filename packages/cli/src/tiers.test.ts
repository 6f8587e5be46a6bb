import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";

/** The compilers that V8 asked for a function called two million times, in a process of its own. */
function compilersOf(before: string): readonly string[] {
  const script = `
    import { compileLittle } from ${JSON.stringify(join(import.meta.dirname, "tiers.ts"))};
    ${before}
    function called(at) {
      let rest = 0;
      for (let turn = 0; turn < 10; turn += 1) rest += (at * 31) % 7;
      return rest;
    }
    let sum = 0;
    for (let round = 0; round < 100; round += 1) {
      for (let call = 0; call < 20_000; call += 1) sum += called(call);
      await new Promise((resolve) => setImmediate(resolve));
    }
  `;
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ["--trace-opt", "--input-type=module", "--eval", script],
    { encoding: "utf8" },
  );
  if (stderr.includes("Error")) throw new Error(stderr);
  const marked = stdout.matchAll(/marking .*<JSFunction called .* for optimization to (\w+)/g);
  return [...new Set([...marked].map(([, compiler]) => compiler!))];
}

test("what is called very often is made fast, by the quick compiler alone", () => {
  expect(compilersOf("")).toContain("TURBOFAN_JS");
  expect(compilersOf("compileLittle();")).toEqual(["MAGLEV"]);
});
