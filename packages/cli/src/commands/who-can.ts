/** `plimsoll who-can`: everybody who may do something, and by which bindings. */
import { authorizer, rbacKinds, sanitize, subjectKey } from "@plimsoll/core";
import { inventoryOf, questionFrom, worldOptions } from "../asked.ts";
import { chainLines, wordsOf } from "../chain.ts";
import { defineCommand, type Call } from "../command.ts";
import { doubtsOf } from "../resources.ts";

export const whoCan = defineCommand({
  id: "who-can",
  summary: "everybody who may do something, and what grants it",
  description: "Members of system:masters may always, and are not listed.",
  arguments: [
    { name: "<verb>", description: "get, list, create …" },
    {
      name: "<resource>",
      description: "pods, po, pods/exec, deployments.apps/scale, or a path such as /metrics",
    },
    { name: "[path...]", description: "files, folders or saved snapshots (default: the cluster)" },
  ],
  options: [
    { flags: "-n, --namespace <name>", description: "the namespace asked about (default: all of them)" },
    { flags: "--name <name>", description: "the one object asked about" },
    ...worldOptions,
  ],
  examples: [
    { line: "plimsoll who-can get secrets -n shop deploy/", means: "by the manifests of a folder" },
    {
      line: "plimsoll who-can create pods --snapshot prod.plimsoll.zst",
      means: "in all namespaces, without a cluster",
    },
  ],
  run,
});

async function run(call: Call): Promise<number> {
  const [verb = "", target = "", ...paths] = call.arguments;
  const question = questionFrom(verb, target, call);
  const inventory = await inventoryOf(paths, Object.values(rbacKinds), call);
  for (const line of doubtsOf(question, inventory)) call.terminal.note(line);
  const { holders, missing } = authorizer(inventory).whoCan(question);
  const lines = [
    holders.length === 0 ? `nobody that was seen may ${wordsOf(question)}` : `who may ${wordsOf(question)}:`,
    ...holders.flatMap(({ subject, because }) => [
      `  ${sanitize(subjectKey(subject))}`,
      ...chainLines(because, false).map((line) => `    ${line}`),
    ]),
    ...missing.map((text) => `not known: ${sanitize(text)}`),
  ];
  await call.terminal.out(`${lines.join("\n")}\n`);
  return missing.length > 0 ? 3 : 0;
}
