/** Checks calls of `format` whose template and arguments are written out. */
import { CLAUSE_TYPES, readTemplate } from "../library/template.ts";
import type { Ast } from "../syntax/ast.ts";
import { Failure } from "../values/value.ts";
import { refuse } from "./state.ts";
import type { Checker } from "./state.ts";
import { DYN } from "./types.ts";

/** Refuses a template that is not right, or whose clauses do not take its arguments. */
export function checkTemplate(checker: Checker, ast: Ast): void {
  if (ast.kind !== "call" || ast.target?.kind !== "literal" || typeof ast.target.value !== "string") return;
  const [list] = ast.args;
  if (list?.kind !== "list" || ast.args.length !== 1) return;
  const parts = readTemplate(ast.target.value);
  if (parts instanceof Failure) return refuse(checker, ast.at, parts.message);
  let next = 0;
  for (const part of parts) {
    if (typeof part === "string") continue;
    const value = list.elements[next++]?.value;
    if (value === undefined) return refuse(checker, ast.at, `index ${next - 1} out of range`);
    checkClause(checker, value, part.letter);
  }
  if (list.elements.length > next) {
    refuse(checker, ast.at, `too many arguments for format (expected ${next}, got ${list.elements.length})`);
  }
}

/** Refuses a value whose type a clause does not take; what is written in lists and maps counts too. */
function checkClause(checker: Checker, value: Ast, letter: string): void {
  const type = checker.types.get(value) ?? DYN;
  if (type.name !== "dyn" && CLAUSE_TYPES[letter]?.includes(type.name) !== true) {
    refuse(checker, value.at, `error during formatting: %${letter} does not take ${type.name}`);
  }
  if (letter !== "s") return;
  if (value.kind === "list")
    for (const element of value.elements) checkClause(checker, element.value, letter);
  if (value.kind !== "map") return;
  for (const entry of value.entries) {
    checkClause(checker, entry.key, letter);
    checkClause(checker, entry.value, letter);
  }
}
