import { expect, test } from "vitest";
import type { Report } from "../model/report.ts";
import { report } from "./fixtures/report.ts";
import { matrixOf } from "./matrix.ts";

const requirement = (
  framework: string,
  id: string,
  namespaces: { readonly [name: string]: number },
): Report["requirements"][number] => ({
  ...report.requirements[0]!,
  framework,
  id,
  namespaces,
});

test("a cell counts the requirements of a framework that fail in a namespace, the worst namespace first", () => {
  const [score] = report.frameworks;
  const matrix = matrixOf({
    ...report,
    frameworks: [
      { ...score!, id: "a" },
      { ...score!, id: "b" },
    ],
    requirements: [
      requirement("a", "1", { shop: 9 }),
      requirement("a", "2", { shop: 1, ci: 1 }),
      requirement("b", "1", { shop: 1 }),
    ],
    results: [],
  });
  expect(matrix).toEqual({
    frameworks: ["a", "b"],
    rows: [
      { namespace: "shop", failed: [2, 1], teams: [] },
      { namespace: "ci", failed: [1, 0], teams: [] },
    ],
  });
});
