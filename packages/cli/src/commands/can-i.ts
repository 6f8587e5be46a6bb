/** `plimsoll can-i`: whether a subject may do something, and by which bindings. */
import { authorizer, rbacKinds, sanitize, subjectKey } from "@plimsoll/core";
import { inventoryOf, questionFrom, subjectFrom, worldOptions } from "../asked.ts";
import { chainLines, wordsOf } from "../chain.ts";
import { defineCommand, type Call } from "../command.ts";
import { doubtsOf } from "../resources.ts";

export const canI = defineCommand({
  id: "can-i",
  summary: "whether a subject may do something, and what grants it",
  description:
    "Answers as the API server's RBAC does, from files, a saved snapshot or a cluster. Exits with 1 where it may not, 3 where that cannot be told.",
  arguments: [
    { name: "<subject>", description: "NAMESPACE/ACCOUNT, User:NAME, Group:NAME, or a user's name" },
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
    {
      line: "plimsoll can-i shop/web get secrets -n shop deploy/",
      means: "an account, by the manifests of a folder",
    },
    {
      line: "plimsoll can-i User:ann create pods/exec --snapshot prod.plimsoll.zst",
      means: "a user, without a cluster",
    },
  ],
  run,
});

async function run(call: Call): Promise<number> {
  const [who = "", verb = "", target = "", ...paths] = call.arguments;
  const subject = subjectFrom(who);
  const question = questionFrom(verb, target, call);
  const inventory = await inventoryOf(paths, Object.values(rbacKinds), call);
  for (const line of doubtsOf(question, inventory)) call.terminal.note(line);
  const { allowed, because, superuser, missing } = authorizer(inventory).authorize({ ...question, subject });
  const answer = allowed === "unknown" ? "unknown" : allowed ? "yes" : "no";
  const lines = [
    `${answer}: ${sanitize(subjectKey(subject))} ${answer === "yes" ? "may" : answer === "no" ? "may not" : "may or may not"} ${wordsOf(question)}`,
    ...(superuser ? ["  member of system:masters, to whom RBAC is not asked"] : []),
    ...chainLines(because, true).map((line) => `  ${line}`),
    ...missing.map((text) => `  not known: ${sanitize(text)}`),
  ];
  await call.terminal.out(`${lines.join("\n")}\n`);
  return allowed === "unknown" ? 3 : allowed ? 0 : 1;
}
