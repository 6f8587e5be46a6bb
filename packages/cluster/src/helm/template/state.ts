/** What is known while a template runs. */
import type { Budget } from "./budget.ts";
import type { Command, Expression, Statement } from "./node.ts";
import type { Template } from "./parse.ts";
import type { Sink, Site } from "./trace.ts";
import type { Definition, Value } from "./value.ts";

/** What all templates of a rendering share. */
export interface Program {
  readonly functions: ReadonlyMap<string, Definition>;
  readonly templates: Map<string, Template>;
  readonly budget: Budget;
  /** How many templates have called one another. */
  depth: number;
  /** Where the function stands that is being called. */
  site: Site | undefined;
}

interface Variable {
  readonly name: string;
  value: Value;
}

export interface State {
  readonly program: Program;
  readonly template: Template;
  readonly sink: Sink;
  /** Where this template was called from. */
  readonly via: Site | undefined;
  readonly variables: Variable[];
  /** Of the innermost node looked at, for errors. */
  at: Statement | Expression | Command;
  /** Where the action that runs stands. */
  pos: number;
}

/** The absence of an argument that the pipeline brings. */
export const missing = Symbol("missing");
export type Final = Value | typeof missing;

export function siteAt(state: State, pos: number): Site {
  const { origin } = state.template;
  return state.via === undefined ? { origin, pos } : { origin, pos, via: state.via };
}
