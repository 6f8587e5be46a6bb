/** The types of fields. */
import type { Select } from "../syntax/ast.ts";
import { accepts, refuse, resolved, typeFor } from "./state.ts";
import type { Checker } from "./state.ts";
import { DYN, optionalOf, show } from "./types.ts";
import type { Type } from "./types.ts";

/** The type of a field of an expression; of a presence test, what would be read. */
export function inferSelect(checker: Checker, ast: Select, optional: boolean): Type {
  const operand = resolved(checker, typeFor(checker, ast.operand));
  const wrapped = operand.name === "optional_type";
  const target = wrapped ? (operand.of[0] ?? DYN) : operand;
  const type = resolved(checker, fieldType(checker, ast, target));
  return wrapped || optional ? optionalOf(type) : type;
}

function fieldType(checker: Checker, ast: Select, target: Type): Type {
  if (target.param) {
    accepts(checker, DYN, target);
    return DYN;
  }
  if (target.name === "dyn") return DYN;
  if (target.name === "map") return target.of[1] ?? DYN;
  const fields = checker.objects.get(target.name);
  if (fields === undefined)
    return refuse(checker, ast.at, `type '${show(target)}' does not support field selection`);
  if (!Object.hasOwn(fields, ast.field)) return refuse(checker, ast.at, `undefined field '${ast.field}'`);
  return fields[ast.field] ?? DYN;
}
