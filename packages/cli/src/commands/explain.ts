/** `plimsoll explain`: a control, or a finding with what was found. */
import {
  isCelControl,
  sanitize,
  scan as judge,
  UserError,
  verdictWords,
  wrapped,
  type Control,
  type FixStep,
  type Result,
} from "@plimsoll/core";
import { library } from "@plimsoll/library";
import { chosen } from "../choice.ts";
import { defineCommand, type Call } from "../command.ts";
import { kindsOf } from "@plimsoll/core";
import { readSource, sourceOf, sourceOptions } from "../input.ts";
import { version } from "../version.ts";

export const explain = defineCommand({
  id: "explain",
  summary: "explain a control or a finding",
  description:
    "A finding's id begins with that of its control. With a path it is looked up there and shown with its fix.",
  arguments: [
    {
      name: "<id>",
      description: "a control, or a finding as reports name it",
      values: library.controls.map(({ id }) => id),
    },
    { name: "[path...]", description: "where to look the finding up" },
  ],
  options: sourceOptions,
  examples: [
    { line: "plimsoll explain privileged-container", means: "why it matters, how it is judged, what to do" },
    {
      line: "plimsoll explain 'privileged-container:apps/v1/Deployment/shop/web:spec…' deploy/",
      means: "one finding, its value and its fix",
    },
  ],
  run,
});

async function run(call: Call): Promise<number> {
  const { terminal } = call;
  const [id = "", ...paths] = call.arguments;
  const [name = ""] = id.split(":");
  const control = chosen(library.controls, name, "control", "plimsoll controls lists them");
  const lines =
    id === name ? [] : findingText(await found(id, control, { ...call, arguments: paths }), control);
  const text = [...lines, ...controlText(control)].flatMap((line) => folded(line, terminal.width)).join("\n");
  await terminal.out(`${text}\n`);
  return 0;
}

interface Found {
  readonly result: Result;
  /** Somebody's records of what workloads did were at hand. */
  readonly isObserved: boolean;
}

/** The result with that id, judged again; `undefined` where no path or cluster was given to look in. */
async function found(id: string, control: Control, call: Call): Promise<Found | undefined> {
  if (call.arguments.length === 0 && call.text("context") === undefined) return undefined;
  const source = await sourceOf(call);
  const [snapshot] = await readSource(source, kindsOf(control), call);
  const report = judge(snapshot!, library, {
    controls: [control.id],
    everyResult: true,
    toolVersion: version,
  });
  const result = report.results.find((entry) => entry.id === id);
  const isObserved = snapshot!.observations.length + (snapshot!.watches?.length ?? 0) > 0;
  if (result !== undefined) return { result, isObserved };
  throw new UserError(
    "unknown-id",
    `there is no result ${sanitize(id)} here`,
    "plimsoll scan --all lists what there is",
  );
}

function findingText(found: Found | undefined, control: Control): readonly string[] {
  if (found === undefined)
    return ["To see what was found, add the path or --context that it was found in.", ""];
  const { result } = found;
  const { resource, path, because, source, value, fix, evidence, withheld } = result;
  return [
    `${result.result.toUpperCase()}  ${resource.kind} ${resource.namespace}/${resource.name} ${path}`,
    because,
    `at    ${source.file}${source.line === undefined ? "" : `:${source.line}:${source.column ?? 1}`}`,
    ...(value === undefined ? [] : [`value ${JSON.stringify(value)}`]),
    ...(evidence === undefined
      ? unobserved(found, control)
      : [`seen  ${evidence.text}`, ...(evidence.remedy === undefined ? [] : [`      → ${evidence.remedy}`])]),
    ...(fix === undefined
      ? []
      : ["patch", ...fix.operations.map((operation) => `  ${JSON.stringify(operation)}`)]),
    ...(withheld === undefined ? [] : [`${verdictWords[withheld.verdict]}: ${withheld.text}`]),
    "",
  ];
}

/** Why nothing is said of whether the privilege is used. */
function unobserved({ result, isObserved }: Found, { grants }: Control): readonly string[] {
  if (grants === undefined || result.result !== "fail") return [];
  return isObserved
    ? ["seen  not observed: nothing that sensors record would show whether it is used"]
    : ["seen  not observed: no sensor's records are at hand", "      → bring them with --observations FILE"];
}

function controlText(control: Control): readonly string[] {
  const met = library.frameworks.flatMap((framework) =>
    framework.requirements
      .filter(({ controls }) => controls.includes(control.id))
      .map((requirement) => `  ${framework.id} ${requirement.id}  ${requirement.title}`),
  );
  return [
    `${control.title}`,
    `${control.id} · ${control.severity} · looks at each ${control.target}`,
    ...section("Why it matters", [control.why]),
    ...section("What to do", [control.remediation]),
    ...section("Fix", fixText(control)),
    ...section("How it is judged", judgedBy(control)),
    ...section("Helps to meet", met),
    ...section(
      "Known elsewhere as",
      control.equivalents.length === 0 ? [] : [control.equivalents.join(", ")],
    ),
    ...section("Defined in", control.reference === undefined ? [] : [control.reference]),
  ];
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0
    ? []
    : ["", title, ...lines.map((line) => (line.startsWith("  ") ? line : `  ${line}`))];
}

function judgedBy(control: Control): readonly string[] {
  if (!isCelControl(control))
    return [`A function over everything that was read: ${control.reads.join(", ") || control.target}.`];
  return [
    ...(control.each === undefined ? [] : [`for each item of ${control.each}`]),
    ...(control.when === undefined ? [] : [`where ${control.when}`]),
    `must be true: ${control.validate}`,
    ...(control.since === undefined ? [] : [`from Kubernetes ${control.since} on`]),
  ];
}

function fixText({ fix, noFix }: Control): readonly string[] {
  if (fix === undefined) return [`No patch: ${noFix}`];
  return [...fix.map(stepText), ...(noFix === undefined ? [] : [`No patch everywhere: ${noFix}`])];
}

function stepText(step: FixStep): string {
  if ("from" in step) return `set ${step.set} to what this gives: ${step.from}`;
  if ("set" in step) return `set ${step.set} to ${JSON.stringify(step.to)}`;
  if ("remove" in step && step.keys !== undefined) return `remove from ${step.remove} the keys ${step.keys}`;
  if ("remove" in step) return step.remove === "" ? "remove the entry" : `remove ${step.remove}`;
  return `append ${JSON.stringify(step.value)} to ${step.append}`;
}

/** Wrapped to the terminal, the indent kept. */
function folded(line: string, width: number): readonly string[] {
  const indent = /^ */.exec(line)![0];
  const lines = wrapped(sanitize(line.trim()), Math.min(width, 100) - indent.length);
  return lines.length === 0 ? [""] : lines.map((part) => indent + part);
}
