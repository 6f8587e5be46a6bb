/** Every function, every form of statement: a list of small templates, each rendered by both to the same bytes. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { functionsFor } from "../../packages/cluster/src/helm/functions/table.ts";
import { ask, renderOurs } from "./oracle.ts";

const fixtures = join(import.meta.dirname, "../../packages/cluster/src/helm/fixtures");
const values = readFileSync(join(fixtures, "values.yaml"), "utf8");
const whole = readFileSync(join(import.meta.dirname, "expressions.txt"), "utf8")
  .split("\n")
  .filter((line) => line !== "" && !line.startsWith("# "));

/** The actions of a line each by themselves as well, where they do not hang together: one that fails hides no other. */
function parts(line: string): readonly string[] {
  const together =
    /\{\{-? *(?:if|with|range|end|else|define|block|template|break|continue|\$)|\{\{-|-\}\}|\{\{\/\*/.test(
      line,
    );
  const actions =
    line.match(/\{\{(?:"(?:[^"\\]|\\.)*"|`[^`]*`|'(?:[^'\\]|\\.)*'|[^"`'{}]|\{(?!\{)|\}(?!\}))*\}\}/g) ?? [];
  return together || actions.length < 2 ? [line] : actions;
}

const templates = [...new Set(whole.flatMap(parts))].map((line) => line.replaceAll("\\n\\n", "\n\n"));
const rendered = templates.map((line) => (/"[^"]*\\n/.test(line) ? line : line.replaceAll("\\n", "\n")));
const answers = ask(rendered.map((template) => ({ template, values })));

/** What helm makes of each, for the unit tests, which have no helm. */
const record = rendered
  .map((template, index) => {
    const { text = "", error } = answers[index] ?? {};
    return `${JSON.stringify(error === undefined ? { template, text } : { template, fails: true })}\n`;
  })
  .join("");
const recorded = join(fixtures, "expressions.jsonl");
if (process.env["RECORD"] !== undefined) writeFileSync(recorded, record);

test("the unit tests' record is up to date", () => {
  expect(readFileSync(recorded, "utf8")).toBe(record);
});

test.each(templates.map((line, index) => [line.replaceAll("%", "%%"), index] as const))(
  "%s",
  async (_, index) => {
    const template = rendered[index] ?? "";
    const theirs = answers[index];
    const ours = await renderOurs({ template, values });
    if (theirs?.error !== undefined) {
      expect(ours.error, `helm: ${theirs.error}`).toBeDefined();
      expect(ours.unsupported).toBeUndefined();
    } else {
      expect(ours.error).toBeUndefined();
      expect(ours.text).toBe(theirs?.text ?? "");
    }
  },
);

/** Functions that only helm renders: see `beyond`. */
const left = ["call", "toDate", "mustToDate", "fromToml", "derivePassword", "decryptAES"];

test("every function is in the list", () => {
  const names = [...functionsFor(0n, () => undefined).keys()].filter((name) => !left.includes(name));
  const text = whole.join("\n");
  const absent = names.filter((name) => !new RegExp(`(?:[{(|=] *|\\| )${name}\\b`).test(text));
  // Twins of functions that are in it, made in one place with them; and those whose result is chance.
  expect(
    absent.filter(
      (name) => !/^(?:must|rand|gen|os|bcrypt|shuffle|encryptAES|buildCustomCert|date_|ago)/.test(name),
    ),
  ).toEqual([]);
});
