/** A ValidatingAdmissionPolicy's expressions, compiled: variables are written into the expressions that use them. */
import { isJsonArray, isJsonObject, type Json, type JsonObject } from "../../model/json.ts";
import type { Path } from "../../model/resource.ts";
import { compile, type Program } from "../cel/compile.ts";
import { policy } from "../cel/policy.ts";
import { mapChildren, type Ast } from "../cel/syntax/ast.ts";
import { parse } from "../cel/syntax/parse.ts";
import { print } from "../cel/syntax/print.ts";
import { matchFault } from "./match.ts";

/** The names an admission expression may use, in the order of its frame. */
const admissionNames = [
  "object",
  "oldObject",
  "request",
  "params",
  "namespaceObject",
  "authorizer",
  "authorizer.requestResource",
] as const;

/** What the API server would refuse of a policy or a binding, and where in it. */
export class PolicyFault extends Error {
  override readonly name = "PolicyFault";
  /** From the object's root. */
  readonly path: Path;

  constructor(message: string, path: Path) {
    super(message);
    this.path = path;
  }
}

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
  /** An expression asks for the namespace of the object, which a file may leave to whoever applies it. */
  readonly asksWhere: boolean;
}

/** Characters an expression may grow to once variables are written into it, each of which may use those before it. */
const expandedLimit = 200_000;

/** Compiles a policy's `spec`. Throws a PolicyFault at the first thing that Kubernetes would refuse. */
export function compilePolicy(spec: JsonObject): PolicyProgram {
  const fault = matchFault(spec["matchConstraints"], true);
  if (fault !== undefined) throw new PolicyFault(fault, ["spec", "matchConstraints"]);
  if (entriesOf(spec, "validations").length + entriesOf(spec, "auditAnnotations").length === 0)
    throw new PolicyFault("it has neither validations nor auditAnnotations", ["spec"]);
  const variables = new Map<string, Ast>();
  for (const [index, { name, expression }] of entriesOf(spec, "variables").entries()) {
    if (typeof name !== "string") continue;
    const tree = placed(["spec", "variables", index, "expression"], () =>
      inlined(parse(textOf(expression)), variables),
    );
    variables.set(name, tree);
  }
  const programs: Program[] = [];
  const program = (list: string, index: number, field: string, type: "bool" | "string"): Program =>
    placed(["spec", list, index, field], () => {
      const text = entriesOf(spec, list)[index]?.[field];
      const made = compileText(textOf(text), variables, type);
      programs.push(made);
      return made;
    });
  const conditions = entriesOf(spec, "matchConditions").map((_, index) =>
    program("matchConditions", index, "expression", "bool"),
  );
  const validations = entriesOf(spec, "validations").map((entry, index): Validation => {
    const { expression, message, messageExpression } = entry;
    return {
      test: program("validations", index, "expression", "bool"),
      message: typeof message === "string" ? message : `failed expression: ${textOf(expression)}`,
      ...(messageExpression === undefined
        ? {}
        : { messageExpression: program("validations", index, "messageExpression", "string") }),
    };
  });
  const references = new Set(programs.flatMap((entry) => [...entry.references]));
  const asks = (pattern: RegExp): boolean => programs.some(({ source }) => pattern.test(source));
  return {
    conditions,
    validations,
    references,
    asksWho:
      references.has("authorizer") ||
      references.has("authorizer.requestResource") ||
      asks(/\brequest\.\??userInfo\b/),
    asksWhere: references.has("namespaceObject") || asks(/\b(?:request|metadata)\.\??namespace\b/),
  };
}

/** Where an expression gives something else, or what is known only once it runs, the API server refuses the policy. */
function compileText(text: string, variables: ReadonlyMap<string, Ast>, type: "bool" | "string"): Program {
  const source = print(inlined(parse(text), variables));
  if (source.length > expandedLimit)
    throw new RangeError(`an expression grows beyond ${expandedLimit} characters with its variables`);
  const made = compile(source, admissionNames, policy);
  if (made.type !== type) throw new RangeError(`the expression must give a ${type}, and gives ${made.type}`);
  return made;
}

/** What goes wrong there, with its place. */
function placed<T>(path: Path, make: () => T): T {
  try {
    return make();
  } catch (error) {
    throw new PolicyFault(error instanceof Error ? error.message : String(error), path);
  }
}

/** A list of another shape is refused: with its entries passed over, the policy would admit everything. */
function entriesOf(spec: JsonObject, field: string): readonly JsonObject[] {
  const list = spec[field] ?? [];
  if (!isJsonArray(list) || !list.every(isJsonObject))
    throw new PolicyFault(`${field} is no list of mappings`, ["spec", field]);
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
