/** `plimsoll init`: writes settings with every key explained; what is there already stays. */
import { open } from "node:fs/promises";
import { join } from "node:path";
import { UserError } from "@plimsoll/core";
import { defineCommand, type Call } from "../command.ts";
import { configName } from "../config.ts";
import { importAll, importedNotes, importedText } from "../importers/import.ts";

export const init = defineCommand({
  id: "init",
  summary: `write a commented ${configName} into the working folder`,
  arguments: [],
  options: [
    {
      flags: "--import <path>",
      description:
        "exceptions of another tool: Kubescape's JSON, .trivyignore, .trivyignore.yaml, or a folder with kube-linter's annotations; may be repeated",
      repeat: true,
    },
  ],
  examples: [
    { line: "plimsoll init", means: "then edit the file and commit it" },
    {
      line: "plimsoll init --import exceptions.json --import .trivyignore --import deploy",
      means: "bring along what is accepted elsewhere; what has no equal here is listed",
    },
  ],
  run,
});

async function run(call: Call): Promise<number> {
  const { terminal } = call;
  const paths = call.list("import");
  const imported = paths.length === 0 ? undefined : await importAll(paths, terminal.cwd);
  const file = join(terminal.cwd, configName);
  try {
    const handle = await open(file, "wx", 0o644);
    await handle.writeFile(imported === undefined ? settings : settings + importedText(imported));
    await handle.close();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "EEXIST")
      throw new UserError("output", `${configName} is there already`, "edit it, or remove it first");
    throw new UserError("output", `cannot write ${configName}: ${code ?? String(error)}`, "", {
      cause: error,
    });
  }
  terminal.note(`plimsoll: wrote ${configName}`);
  if (imported !== undefined) for (const line of importedNotes(imported)) terminal.note(line);
  return 0;
}

export const settings = `# Settings of Plimsoll for this repository. Every key may be left out.

# The scan ends with 1 when a finding is as severe: critical, high, medium, low.
# failOn: high

# Measure only these frameworks; \`plimsoll frameworks\` lists them.
# frameworks: [pss-restricted, ten-practices]

# From where on a fix is not doubted for want of watching: hours, replicas (or all), runs of a schedule.
# Findings and flaws are set aside after a week, or later where this asks for more.
# enough: { hours: 24, replicas: 2, runs: 1 }

# Controls of your own: files or folders beside this file.
# controls: [policies/]

# Labels that name the owning team and the environment; the first that is there counts.
# labels:
#   team: [team, app.kubernetes.io/team]
#   environment: [environment, env]

# Findings that are accepted. Each says why, whose it is and when it ends.
# exceptions:
#   - controls: [privileged-container, kubescape:C-0057]
#     reason: the network agent programs the node's tables
#     owner: platform@example.com
#     until: 2027-06-30
#     match: { kind: DaemonSet, namespace: kube-system, name: "net-agent*" }

# Whether annotations (plimsoll.dev/accept) and comments (# plimsoll: accept CONTROL; reason=…; owner=…; until=…)
# may accept findings. Whoever writes a workload can then excuse it himself.
# annotations: false
# comments: false
`;
