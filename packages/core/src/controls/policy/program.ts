/** A ValidatingAdmissionPolicy's expressions, compiled: variables are written into the expressions that use them. */
import type { Json, JsonObject } from "../../model/json.ts";
import type { Path } from "../../model/resource.ts";
import { compile, type Program } from "../cel/compile.ts";
import { policy } from "../cel/policy.ts";
import { mapChildren, type Ast } from "../cel/syntax/ast.ts";
import { parse } from "../cel/syntax/parse.ts";
import { print } from "../cel/syntax/print.ts";
import { freeNames, replaceNames } from "../cel/syntax/rewrite.ts";
import { checkPolicy, entriesAt, PolicyFault } from "./faults.ts";

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

export interface Validation {
  readonly test: Program;
  readonly message: string;
  readonly messageExpression?: Program;
}

export interface PolicyProgram {
  readonly conditions: readonly Program[];
  readonly validations: readonly Validation[];
  /** What is written to the audit log, where it does not ask who makes the request: one that fails refuses. */
  readonly annotations: readonly Program[];
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
  checkPolicy(spec);
  const programs: Program[] = [];
  const variables = new Map<string, Ast>();
  const params = (spec["paramKind"] ?? undefined) === undefined ? ["params"] : [];
  const compiled = (value: Json | undefined, path: Path, types: readonly string[], not: readonly string[]) =>
    placed(path, () => {
      const made = compileText(textOf(value), variables, types, [...params, ...not]);
      programs.push(made);
      return made;
    });
  for (const { entry, path } of entriesAt(spec, "variables"))
    placed([...path, "expression"], () => {
      const { ast } = compileText(textOf(entry["expression"]), variables, [], params);
      variables.set(textOf(entry["name"]), ast);
    });
  const conditions = entriesAt(spec, "matchConditions").map(({ entry, path }) =>
    compiled(entry["expression"], [...path, "expression"], ["bool"], ["variables"]),
  );
  const validations = entriesAt(spec, "validations").map(({ entry, path }): Validation => {
    const { expression, message, messageExpression } = entry;
    const told = textOf(messageExpression);
    return {
      test: compiled(expression, [...path, "expression"], ["bool"], []),
      message: textOf(message) || `failed expression: ${textOf(expression)}`,
      ...(told === ""
        ? {}
        : {
            messageExpression: compiled(
              told,
              [...path, "messageExpression"],
              ["string"],
              ["authorizer", "authorizer.requestResource"],
            ),
          }),
    };
  });
  const asked = askedBy(programs);
  const annotations = entriesAt(spec, "auditAnnotations").map(({ entry, path }) =>
    compiled(entry["valueExpression"], [...path, "valueExpression"], ["string", "null"], []),
  );
  return {
    conditions,
    validations,
    annotations: annotations.filter((own) => !askedBy([own]).asksWho),
    ...asked,
  };
}

function askedBy(programs: readonly Program[]): Pick<PolicyProgram, "references" | "asksWho" | "asksWhere"> {
  const references = new Set(programs.flatMap((entry) => [...entry.references]));
  const asks = (pattern: RegExp): boolean => programs.some(({ source }) => pattern.test(source));
  return {
    references,
    asksWho:
      references.has("authorizer") ||
      references.has("authorizer.requestResource") ||
      asks(/\brequest\.\??userInfo\b/),
    asksWhere: references.has("namespaceObject") || asks(/\b(?:request|metadata)\.\??namespace\b/),
  };
}

/**
 * Where an expression gives none of the types, or what is known only once it runs, the API server refuses the policy; so it
 * does where a name is used that is not there for it.
 */
function compileText(
  text: string,
  variables: ReadonlyMap<string, Ast>,
  types: readonly string[],
  missing: readonly string[],
): Program {
  const tree = parse(text);
  const odd = missing.find((name) => freeNames(tree).has(name));
  if (odd !== undefined) throw new RangeError(`undeclared reference to '${odd}'`);
  const source = print(inlined(freed(tree, variables), variables));
  if (source.length > expandedLimit)
    throw new RangeError(`an expression grows beyond ${expandedLimit} characters with its variables`);
  const made = compile(source, admissionNames, policy);
  if (types.length > 0 && !types.includes(made.type))
    throw new RangeError(`the expression must give a ${types.join(" or ")}, and gives ${made.type}`);
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

function textOf(value: Json | undefined): string {
  return typeof value === "string" ? value : "";
}

/** The same expression, in which no macro binds a name that a variable uses: written there, it would be taken for it. */
function freed(tree: Ast, variables: ReadonlyMap<string, Ast>): Ast {
  const used = [...variables.values()].flatMap((variable) => [...freeNames(variable)]);
  const same = new Map(used.map((name): [string, Ast] => [name, { kind: "ident", at: 0, name }]));
  const renamed = replaceNames(tree, same);
  return print(renamed) === print(tree) ? tree : renamed;
}

/** Replaces `variables.name` by the expression of that name; one that is not declared yet stays, and does not compile. */
function inlined(ast: Ast, variables: ReadonlyMap<string, Ast>): Ast {
  if (isVariable(ast)) return variables.get(ast.field) ?? ast;
  // A variable that is declared is there.
  if (ast.kind === "call" && ast.name === "has" && ast.target === undefined) {
    const [asked] = ast.args;
    if (asked !== undefined && isVariable(asked) && variables.has(asked.field))
      return { kind: "literal", at: ast.at, value: true };
  }
  return mapChildren(ast, (child) => inlined(child, variables));
}

function isVariable(ast: Ast): ast is Ast & { readonly kind: "select" } {
  return ast.kind === "select" && ast.operand.kind === "ident" && ast.operand.name === "variables";
}
