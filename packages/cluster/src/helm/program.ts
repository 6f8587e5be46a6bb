/** A chart's templates as one program: `include`, `tpl`, `required`, `fail` and `lookup` on top of all other functions. */
import { spend, type Budget } from "./template/budget.ts";
import { define } from "./template/define.ts";
import { execute } from "./template/evaluate.ts";
import { failure, RenderError } from "./template/fault.ts";
import { isEmpty } from "./template/node.ts";
import { parseTemplate, type Template } from "./template/parse.ts";
import type { Program } from "./template/state.ts";
import { createSink, cutSpans, type Origin, type Span } from "./template/trace.ts";
import { dictOf, type Definition, type Traced, type Value } from "./template/value.ts";

export interface Written {
  readonly text: string;
  readonly spans: readonly Span[];
}

interface Shared {
  readonly functions: ReadonlyMap<string, Definition>;
  readonly budget: Budget;
  /** Texts that `tpl` has parsed. */
  readonly parsed: Map<string, readonly Template[]>;
}

/** A program without templates. */
export function createProgram(functions: ReadonlyMap<string, Definition>, budget: Budget): Program {
  return programOf({ functions, budget, parsed: new Map() }, new Map(), 0);
}

function programOf(shared: Shared, templates: Map<string, Template>, depth: number): Program {
  const functions = new Map(shared.functions);
  const program: Program = { functions, templates, budget: shared.budget, depth, site: undefined };
  for (const definition of callers(shared, program)) functions.set(definition.name, definition);
  return program;
}

function callers(shared: Shared, program: Program): readonly Definition[] {
  return [
    define("include", "string any -> any", (name: string, data: Value) => {
      const template = program.templates.get(name);
      if (template === undefined)
        throw failure(`template: no template ${JSON.stringify(name)} associated with template "gotpl"`);
      return traced(run(program, template, data));
    }),
    define("tpl", "string any -> any", (text: string, data: Value) => {
      return text.includes("{{") ? traced(runText(shared, program, text, data)) : text.replaceAll(absent, "");
    }),
    define("required", "string any -> any", (warning: string, value: Value) => {
      if (value === null || value === undefined || value === "") throw failure(warning);
      return value;
    }),
    define("fail", "string -> string", (message: string) => {
      throw failure(message);
    }),
    define("lookup", "string string string string -> dict", () => dictOf().entries),
  ];
}

function traced({ text, spans }: Written): Traced {
  return { kind: "traced", text, spans };
}

/** Takes the templates of a text; one that is blank takes the place of none. */
export function addTemplates(templates: Map<string, Template>, added: readonly Template[]): void {
  for (const template of added) {
    if (!isEmpty(template.body) || !templates.has(template.name)) templates.set(template.name, template);
  }
}

/** Throws `RenderError` for a text that is ill-formed. */
export function parseInto(program: Program, origin: Origin): void {
  spend(program.budget, origin.text.length >>> 4);
  addTemplates(
    program.templates,
    parseTemplate(origin, (name) => program.functions.has(name)),
  );
}

/** Runs a template as its caller's site says. */
export function run(program: Program, template: Template, data: Value): Written {
  const sink = createSink();
  const { site } = program;
  execute(program, template, data, sink, site);
  return { text: sink.parts.join(""), spans: sink.spans };
}

const own = "gotpl";

function runText(shared: Shared, program: Program, text: string, data: Value): Written {
  const templates = parsed(shared, program, text);
  const template = templates.at(-1);
  if (template === undefined) throw failure("tpl: nothing was parsed");
  const inner = programOf(shared, new Map(program.templates), program.depth);
  inner.site = program.site;
  addTemplates(inner.templates, templates);
  return withoutAbsent(run(inner, template, data));
}

function parsed(shared: Shared, program: Program, text: string): readonly Template[] {
  const known = shared.parsed.get(text);
  if (known !== undefined) return known;
  spend(shared.budget, text.length >>> 4);
  try {
    const templates = parseTemplate({ name: own, text }, (name) => program.functions.has(name));
    shared.parsed.set(text, templates);
    return templates;
  } catch (error) {
    if (!(error instanceof RenderError) || error.reason !== "template") throw error;
    throw failure(`cannot parse template ${JSON.stringify(text.slice(0, 60))}: ${error.message}`);
  }
}

const absent = "<no value>";

/** What Go prints for an absent value is taken out of the end result, wherever it came from. */
export function withoutAbsent(written: Written): Written {
  if (!written.text.includes(absent)) return written;
  const spans: Span[] = [];
  let text = "";
  let start = 0;
  const take = (end: number): void => {
    for (const span of cutSpans(written.spans, start, end))
      spans.push({ ...span, at: span.at + text.length });
    text += written.text.slice(start, end);
  };
  for (let at = written.text.indexOf(absent); at !== -1; at = written.text.indexOf(absent, start)) {
    take(at);
    start = at + absent.length;
  }
  take(written.text.length);
  return { text, spans };
}
