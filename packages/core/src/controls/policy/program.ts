/** A ValidatingAdmissionPolicy's expressions, compiled: variables are written into the expressions that use them. */
import { isJsonArray, isJsonObject, type Json, type JsonObject } from "../../model/json.ts";
import { compile, type Program } from "../cel/compile.ts";
import { mapChildren, type Ast } from "../cel/syntax/ast.ts";
import { parse } from "../cel/syntax/parse.ts";
import { print } from "../cel/syntax/print.ts";

/** The names an admission expression may use, in the order of its frame. */
export const admissionNames = [
  "object",
  "oldObject",
  "request",
  "params",
  "namespaceObject",
  "authorizer",
] as const;

export interface Validation {
  readonly test: Program;
  readonly message: string;
  readonly messageExpression?: Program;
}

export interface PolicyProgram {
  readonly conditions: readonly Program[];
  readonly validations: readonly Validation[];
  /** Everything that any expression asks for. */
  readonly references: ReadonlySet<string>;
  /** An expression asks who makes the request, which a scan cannot know. */
  readonly asksWho: boolean;
}

/** Characters an expression may grow to once variables are written into it, each of which may use those before it. */
const expandedLimit = 200_000;

/** Compiles a policy's `spec`. Throws at the first list or expression that Kubernetes would refuse. */
export function compilePolicy(spec: JsonObject): PolicyProgram {
  if (entriesOf(spec, "validations").length + entriesOf(spec, "auditAnnotations").length === 0)
    throw new RangeError("it has neither validations nor auditAnnotations");
  const variables = new Map<string, Ast>();
  for (const { name, expression } of entriesOf(spec, "variables")) {
    if (typeof name === "string") variables.set(name, inlined(parse(textOf(expression)), variables));
  }
  const texts: string[] = [];
  const program = (text: Json | undefined): Program => {
    const source = print(inlined(parse(textOf(text)), variables));
    if (source.length > expandedLimit)
      throw new RangeError(`an expression grows beyond ${expandedLimit} characters with its variables`);
    texts.push(source);
    return compile(source, admissionNames);
  };
  const conditions = entriesOf(spec, "matchConditions").map(({ expression }) => program(expression));
  const validations = entriesOf(spec, "validations").map((entry): Validation => {
    const { expression, message, messageExpression } = entry;
    return {
      test: program(expression),
      message: typeof message === "string" ? message : `failed expression: ${textOf(expression)}`,
      ...(messageExpression === undefined ? {} : { messageExpression: program(messageExpression) }),
    };
  });
  const programs = [
    ...conditions,
    ...validations.flatMap(({ test, messageExpression }) => [
      test,
      ...(messageExpression === undefined ? [] : [messageExpression]),
    ]),
  ];
  const references = new Set(programs.flatMap((entry) => [...entry.references]));
  return {
    conditions,
    validations,
    references,
    asksWho: references.has("authorizer") || texts.some((text) => /\brequest\.\??userInfo\b/.test(text)),
  };
}

/** A list of another shape is refused: with its entries passed over, the policy would admit everything. */
function entriesOf(spec: JsonObject, field: string): readonly JsonObject[] {
  const list = spec[field] ?? [];
  if (!isJsonArray(list) || !list.every(isJsonObject))
    throw new RangeError(`${field} is no list of mappings`);
  return list;
}

function textOf(value: Json | undefined): string {
  return typeof value === "string" ? value : "";
}

/** Replaces `variables.name` by the expression of that name; one that is not declared yet stays, and does not compile. */
function inlined(ast: Ast, variables: ReadonlyMap<string, Ast>): Ast {
  if (ast.kind === "select" && ast.operand.kind === "ident" && ast.operand.name === "variables") {
    return variables.get(ast.field) ?? ast;
  }
  return mapChildren(ast, (child) => inlined(child, variables));
}
