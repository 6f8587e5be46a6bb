/** Every command, each loaded only when it is asked for. */
import type { Command } from "./command.ts";

export const commands: { readonly [id: string]: () => Promise<Command> } = {
  scan: async () => (await import("./commands/scan.ts")).scan,
  fix: async () => (await import("./commands/fix.ts")).fix,
  plan: async () => (await import("./commands/plan.ts")).plan,
  explain: async () => (await import("./commands/explain.ts")).explain,
  controls: async () => (await import("./commands/controls.ts")).controls,
  frameworks: async () => (await import("./commands/frameworks.ts")).frameworks,
  diff: async () => (await import("./commands/diff.ts")).diffCommand,
  init: async () => (await import("./commands/init.ts")).init,
  snapshot: async () => (await import("./commands/snapshot.ts")).snapshot,
  generate: async () => (await import("./commands/generate.ts")).generate,
  export: async () => (await import("./commands/export.ts")).exportCommand,
  "can-i": async () => (await import("./commands/can-i.ts")).canI,
  "who-can": async () => (await import("./commands/who-can.ts")).whoCan,
  reach: async () => (await import("./commands/reach.ts")).reach,
  vulns: async () => (await import("./commands/vulns.ts")).vulns,
  packages: async () => (await import("./commands/packages.ts")).packagesCommand,
  observe: async () => (await import("./commands/observe.ts")).observe,
  completion: async () => (await import("./commands/completion.ts")).completionOf(allCommands),
  paths: async () => (await import("./commands/paths.ts")).paths,
  profile: async () => (await import("./commands/profile.ts")).profile,
  whatif: async () => (await import("./commands/whatif.ts")).whatif,
  start: async () => (await import("./commands/start.ts")).start,
  serve: async () => (await import("./commands/serve.ts")).serveCommand,
};

/** The command that the words name; all of them where they name none, for help and for suggestions. */
export async function commandsFor(words: readonly string[]): Promise<readonly Command[]> {
  const [first = ""] = words;
  if (Object.hasOwn(commands, first)) return [await commands[first]!()];
  if (first === "-V" || first === "--version") return [];
  return allCommands();
}

export function allCommands(): Promise<readonly Command[]> {
  return Promise.all(Object.values(commands).map((load) => load()));
}
