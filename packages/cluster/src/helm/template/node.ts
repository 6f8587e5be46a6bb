/** The syntax tree of a template, and how its expressions read. */

export interface Text {
  readonly node: "text";
  readonly pos: number;
  readonly text: string;
}

export interface Action {
  readonly node: "action";
  readonly pos: number;
  readonly pipe: Pipe;
}

export interface Branch {
  readonly node: "if" | "with" | "range";
  readonly pos: number;
  readonly pipe: Pipe;
  readonly body: readonly Statement[];
  readonly otherwise: readonly Statement[] | undefined;
}

export interface Call {
  readonly node: "template";
  readonly pos: number;
  readonly name: string;
  readonly pipe: Pipe | undefined;
}

export interface Jump {
  readonly node: "break" | "continue";
  readonly pos: number;
}

export type Statement = Text | Action | Branch | Call | Jump;

export interface Pipe {
  readonly node: "pipe";
  readonly pos: number;
  readonly names: readonly string[];
  readonly assigns: boolean;
  readonly commands: readonly Command[];
}

export interface Command {
  readonly node: "command";
  readonly pos: number;
  readonly args: readonly Expression[];
}

export type Expression =
  | Pipe
  | { readonly node: "identifier"; readonly pos: number; readonly name: string }
  | { readonly node: "dot" | "nil"; readonly pos: number }
  | { readonly node: "field"; readonly pos: number; readonly names: readonly string[] }
  | {
      readonly node: "variable";
      readonly pos: number;
      readonly name: string;
      readonly names: readonly string[];
    }
  | {
      readonly node: "chain";
      readonly pos: number;
      readonly of: Expression;
      readonly names: readonly string[];
    }
  | { readonly node: "bool"; readonly pos: number; readonly value: boolean }
  | NumberNode
  | { readonly node: "string"; readonly pos: number; readonly quoted: string; readonly value: string };

export interface NumberNode {
  readonly node: "number";
  readonly pos: number;
  readonly text: string;
  readonly int: bigint | undefined;
  readonly float: number | undefined;
  /** Whether it is a float where nothing else is known. */
  readonly isFloat: boolean;
}

/** As Go prints a node in its errors. */
export function show(node: Statement | Expression | Command): string {
  switch (node.node) {
    case "pipe": {
      const names = node.names.length === 0 ? "" : `${node.names.join(", ")} ${node.assigns ? "=" : ":="} `;
      return names + node.commands.map(show).join(" | ");
    }
    case "command":
      return node.args.map((arg) => (arg.node === "pipe" ? `(${show(arg)})` : show(arg))).join(" ");
    case "identifier":
      return node.name;
    case "dot":
      return ".";
    case "nil":
      return "nil";
    case "field":
      return node.names.map((name) => `.${name}`).join("");
    case "variable":
      return [node.name, ...node.names].join(".");
    case "chain":
      return `${node.of.node === "pipe" ? `(${show(node.of)})` : show(node.of)}.${node.names.join(".")}`;
    case "bool":
      return String(node.value);
    case "number":
      return node.text;
    case "string":
      return node.quoted;
    case "action":
      return `{{${show(node.pipe)}}}`;
    case "template":
      return `{{template ${JSON.stringify(node.name)}${node.pipe === undefined ? "" : ` ${show(node.pipe)}`}}}`;
    case "text":
      return JSON.stringify(node.text);
    default:
      return `{{${node.node}}}`;
  }
}

/** Whether a template is nothing but blanks: such a one may be defined again. */
export function isEmpty(body: readonly Statement[]): boolean {
  return body.every((statement) => statement.node === "text" && statement.text.trim() === "");
}
