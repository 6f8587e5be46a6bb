/** The reference of fields: what each speaks for, and of each of its examples what is said, on what grounds. */
import { verdictKinds, verdictWords, type EditVerdict } from "@plimsoll/core";
import { fields } from "../packages/core/src/remediation/fields/index.ts";
import { judged } from "../packages/core/src/remediation/fixtures/field-example.ts";
import { judgedObject } from "../packages/core/src/remediation/fixtures/object-example.ts";
import { objectFields } from "../packages/core/src/remediation/objects/index.ts";

interface Row {
  readonly name: string;
  readonly told: EditVerdict;
}

export function fieldsPage(): string {
  const ofPods = [...fields]
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .map((field) =>
      [
        ...headOf(field.id, field.title, field.paths),
        tableOf(
          field.id,
          verdictKinds.flatMap((kind) =>
            (field.examples[kind] ?? []).map((example) => ({ name: example.name, told: judged(example) })),
          ),
        ),
      ].join("\n\n"),
    );
  const ofObjects = [...objectFields]
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .map((field) =>
      [
        ...headOf(field.id, field.title, field.paths),
        `Of ${field.kinds.map((kind) => `\`${kind}\``).join(", ")}. Not seen by anybody: ${field.blind.join("; ")}.`,
        tableOf(
          field.id,
          verdictKinds.flatMap((kind) =>
            (field.examples[kind] ?? []).map((example) => ({
              name: example.name,
              told: judgedObject(example),
            })),
          ),
        ),
      ].join("\n\n"),
    );
  return (
    [
      "# Fields",
      "What is said of a change of each field, by what was seen. Every row is an example that the tests hold: what was seen, what is said of the change then, whether by construction or by observation, and why; for a repair what the patch adds, for what is not known what was not seen and what would show it. A changed place that no field speaks for is _not seen enough_.",
      "## Of pods and their containers",
      ...ofPods,
      "## Of objects that run nothing themselves",
      ...ofObjects,
    ].join("\n\n") + "\n"
  );
}

function headOf(id: string, title: string, paths: readonly string[]): readonly string[] {
  return [
    `### ${id}`,
    `Refuses ${title}. Speaks for ${paths.map((path) => `\`${path}\``).join(", ")} and all below.`,
  ];
}

function tableOf(id: string, rows: readonly Row[]): string {
  const lines = rows.map(({ name, told }) => {
    const own = told.fields.filter(({ field, verdict }) => field === id && verdict !== "clear");
    const [first = told.fields.find(({ field }) => field === id)] = own;
    const verdict = first?.verdict ?? told.verdict;
    const why = [
      first?.because ?? "Nobody watched it",
      ...(first?.repair === undefined ? [] : [`the patch adds ${first.repair}`]),
      ...(verdict !== "unknown" ? [] : missingIn(first?.missing, told.text)),
    ].join("; ");
    return `| ${[name, verdictWords[verdict], first?.basis ?? told.basis, why].map(cell).join(" | ")} |`;
  });
  return ["| example | verdict | by | why |", "| --- | --- | --- | --- |", ...lines].join("\n");
}

function missingIn(
  missing: readonly { readonly text: string; readonly remedy: string }[] | undefined,
  text: string,
): readonly string[] {
  if (missing !== undefined && missing.length > 0)
    return missing.map((each) => `not seen: ${each.text} (${each.remedy})`);
  return [(/Not seen: .*?\)(?=[;.])/.exec(text)?.[0] ?? text).replace("Not seen", "not seen")];
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("\n", " ").replaceAll("<", "&lt;").replaceAll("*", "\\*");
}
