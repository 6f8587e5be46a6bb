/** `plimsoll export admission`: controls as ValidatingAdmissionPolicies, the same expressions that a scan evaluates. */
import {
  isCelControl,
  sanitize,
  toAdmissionPolicy,
  UserError,
  type CelControl,
  type Control,
} from "@plimsoll/core";
import { library } from "@plimsoll/library";
import { allChosen, chosen } from "../choice.ts";
import { defineCommand, type Call } from "../command.ts";
import { checkTarget, writeTarget } from "../output.ts";
import { yamlOf } from "@plimsoll/core";

const actions = ["Deny", "Warn", "Audit"] as const;

export const exportCommand = defineCommand({
  id: "export",
  summary: "write controls as ValidatingAdmissionPolicies",
  description:
    "The text is what a scan evaluates, so that the cluster refuses what the scan would find. Apply with kubectl.",
  arguments: [{ name: "<what>", description: "admission", values: ["admission"] }],
  options: [
    {
      flags: "--control <id>",
      description: "the control; may be repeated",
      repeat: true,
      values: library.controls.map(({ id }) => id),
    },
    {
      flags: "--framework <id>",
      description: "every control of this framework that admission can judge",
      values: library.frameworks.map(({ id }) => id),
    },
    {
      flags: "--action <action>",
      description: "what a binding does: Deny (default), Warn, Audit; may be repeated",
      repeat: true,
      values: actions,
    },
    {
      flags: "--except-namespace <name>",
      description: "leave this namespace alone (default: kube-system); may be repeated",
      repeat: true,
    },
    {
      flags: "--kubernetes <version>",
      description: "the version of the cluster, for controls that differ by it, as 1.34",
    },
    { flags: "-o, --output <file>", description: "write there" },
  ],
  examples: [
    {
      line: "plimsoll export admission --control privileged-container | kubectl apply -f -",
      means: "refuse privileged containers",
    },
    {
      line: "plimsoll export admission --framework pss-baseline --action Warn --action Audit",
      means: "a whole framework, warning only",
    },
  ],
  run,
});

async function run(call: Call): Promise<number> {
  const { terminal } = call;
  chosen([{ id: "admission" }], call.arguments[0] ?? "", "export", "plimsoll export admission");
  const output = call.text("output");
  const target = output === undefined || output === "-" ? undefined : await checkTarget(output, terminal.cwd);
  const given = call.list("action").map(
    (id) =>
      chosen(
        actions.map((action) => ({ id: action })),
        id,
        "action",
        "actions are Deny, Warn, Audit",
      ).id,
  );
  const version = call.text("kubernetes");
  const options = {
    ...(given.length === 0 ? {} : { actions: given }),
    ...(version === undefined ? {} : { version }),
    ...(call.list("exceptNamespace").length === 0 ? {} : { exceptNamespaces: call.list("exceptNamespace") }),
  };
  const { able, others } = divided(wanted(call));
  const policies = able.flatMap((control) => toAdmissionPolicy(control, options));
  const text = policies.map((policy) => `---\n${yamlOf(policy)}`).join("");
  if (target === undefined) await terminal.out(text);
  else await writeTarget(target, [text]);
  for (const { id } of others)
    terminal.note(`plimsoll: ${id} looks at more than one object, which admission cannot: left out`);
  return 0;
}

function wanted(call: Call): readonly Control[] {
  const ids = call.list("control");
  const framework = call.text("framework");
  if (ids.length > 0) return allChosen(library.controls, ids, "control", "plimsoll controls lists them");
  if (framework === undefined)
    throw new UserError(
      "usage",
      "nothing to export",
      "name controls with --control ID or a framework with --framework ID",
    );
  const { requirements } = chosen(
    library.frameworks,
    framework,
    "framework",
    "plimsoll frameworks lists them",
  );
  const asked = new Set(requirements.flatMap((requirement) => requirement.controls));
  return library.controls.filter(({ id }) => asked.has(id));
}

/** Controls that admission can judge, and others; it is a mistake where none can be. */
function divided(controls: readonly Control[]): {
  readonly able: readonly CelControl[];
  readonly others: readonly Control[];
} {
  const able = controls.filter(isCelControl);
  const others = controls.filter((control) => !isCelControl(control));
  if (able.length === 0)
    throw new UserError(
      "usage",
      `admission cannot judge ${others.map(({ id }) => sanitize(id)).join(", ")}: more than one object is needed`,
      "only controls in CEL can be exported; plimsoll explain CONTROL says how one is judged",
    );
  return { able, others };
}
