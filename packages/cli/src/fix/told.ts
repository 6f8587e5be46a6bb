/** Edits in words: for the terminal, and as the body of a pull request. */
import {
  counted,
  excerpt,
  howText,
  markdownCode,
  markdownWords,
  sanitize,
  verdictText,
  type Edit,
  type Report,
} from "@plimsoll/core";
import type { Passed } from "./choose.ts";

/** What a change does to the findings. */
export interface Outcome {
  readonly gone: readonly string[];
  readonly come: readonly string[];
}

export function outcomeOf(before: Report, after: Report): Outcome {
  const [old, made] = [openIn(before), openIn(after)];
  return {
    gone: [...old].filter((id) => !made.has(id)),
    come: [...made].filter((id) => !old.has(id)),
  };
}

function openIn({ results }: Report): ReadonlySet<string> {
  return new Set(
    results.flatMap(({ result, exception, id }) =>
      result === "fail" && exception === undefined ? [id] : [],
    ),
  );
}

export function editLines(edit: Edit): readonly string[] {
  return [
    sanitize(edit.id),
    `  ${sanitize(edit.title)} (${howText(edit, [], 6)})`,
    `  ${verdictText(edit) ?? "not judged: nothing observable would show what it refuses"}`,
    ...(edit.breakRisk === undefined ? [] : [`  may break: ${sanitize(edit.breakRisk)}`]),
  ];
}

export function passedLine({ edit, why }: Passed): string {
  return `${sanitize(edit.id)}: ${excerpt(why, 300)}`;
}

export function outcomeLine({ gone, come }: Outcome): string {
  return `${counted(gone.length, "finding")} gone, ${come.length === 0 ? "none new" : `${come.length} NEW`}`;
}

/** GitHub refuses a body beyond 65,536 characters. */
const longestBody = 60_000;

/** Names and observations are others' text: none of it marks up, links or mentions. */
export function pullRequestBody(edits: readonly Edit[], passed: readonly Passed[], outcome: Outcome): string {
  const head = `${counted(edits.length, "edit")}: ${outcomeLine(outcome)}.\n\n`;
  let text = head;
  for (const [index, edit] of edits.entries()) {
    const part = editPart(edit);
    if (text.length + part.length > longestBody) {
      text += `\n_${counted(edits.length - index, "more edit")} not shown: a body has its limit._\n`;
      break;
    }
    text += part;
  }
  return text + passedPart(passed, longestBody - text.length);
}

function editPart(edit: Edit): string {
  const { verdict } = edit;
  const rows = (verdict?.fields ?? []).map(({ field, container, because, witnesses, missing }) => {
    const [witness] = witnesses;
    const seen =
      witness === undefined
        ? ""
        : witness.last === ""
          ? `: ${witness.text}`
          : `: ${witness.text}, last ${witness.last.slice(0, 10)}, ${witness.replicas} of ${witness.replicasWatched} replicas`;
    const lacks = missing.map(({ text, remedy }) => `${text} (${remedy})`).join("; ");
    const where = container === undefined ? "" : ` of ${markdownCode(container)}`;
    return `- ${markdownCode(field)}${where}: ${markdownWords(because + seen)}${lacks === "" ? "" : `. Not seen: ${markdownWords(lacks)}`}\n`;
  });
  return [
    `### ${markdownWords(edit.title)}\n\n`,
    `${markdownCode(`${edit.resource.kind} ${edit.resource.namespace}/${edit.resource.name}`)}, ${markdownWords(howText(edit, [], 6))}\n\n`,
    `**${markdownWords(verdictText(edit) ?? "not judged")}**\n\n`,
    ...rows,
    `- resolves ${edit.resolves.map((id) => markdownCode(id.slice(0, id.indexOf(":")))).join(", ")}\n`,
    ...(edit.breakRisk === undefined ? [] : [`- may break: ${markdownWords(edit.breakRisk)}\n`]),
    "\n",
  ].join("");
}

function passedPart(passed: readonly Passed[], room: number): string {
  if (passed.length === 0) return "";
  const lines: string[] = [];
  let length = 200;
  for (const each of passed) {
    const line = `- ${markdownWords(passedLine(each))}\n`;
    if ((length += line.length) > room) break;
    lines.push(line);
  }
  const rest = passed.length - lines.length;
  return `<details><summary>${counted(passed.length, "edit")} not made</summary>\n\n${lines.join("")}${rest > 0 ? `- and ${rest} more\n` : ""}\n</details>\n`;
}
