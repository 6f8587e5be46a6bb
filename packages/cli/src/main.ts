#!/usr/bin/env node
/** Starts the command that was typed, and alone ends the process. */
import { enableCompileCache } from "node:module";
import { join } from "node:path";
import { keepSmall, keepSteady } from "./space.ts";
import { clear, end } from "./standing.ts";
import { compileLittle } from "./tiers.ts";

/** What runs for long wins back what its compilers cost. */
const lasting: readonly (string | undefined)[] = ["serve", "start", "observe"];
if (lasting.includes(process.argv[2])) keepSteady();
else {
  keepSmall();
  compileLittle();
}

/**
 * Compiled code is kept in the user's own cache: a folder shared with others could be written to by them.
 * `NODE_DISABLE_COMPILE_CACHE=1` keeps none.
 */
const { XDG_CACHE_HOME, HOME } = process.env;
const caches = XDG_CACHE_HOME || (HOME ? join(HOME, ".cache") : "");
if (caches !== "") enableCompileCache(join(caches, "plimsoll"));

const { commandsFor } = await import("./commands.ts");
const { run } = await import("./program.ts");

const bug = 70;

/** Where nobody can be told, the exit code still tells. Of an answer that cannot be written its own writer tells (`terminal.ts`). */
process.stderr.on("error", () => undefined);
process.stdout.on("error", () => undefined);
process.once("uncaughtException", (error) => void told(error).then((code) => process.exit(code)));
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => interrupted(signal));

try {
  const words = process.argv.slice(2);
  process.exitCode = await run(await commandsFor(words), words.length === 0 ? ["--help"] : words);
} catch (error) {
  process.exitCode = await told(error);
}

/** The user's mistake in one line with its hint; ours with its stack. */
async function told(error: unknown): Promise<number> {
  const { sanitize } = await import("@plimsoll/core");
  if (error instanceof Error && (error.name === "UserError" || error.name === "UsageError")) {
    const hint = "hint" in error && typeof error.hint === "string" ? error.hint : "";
    process.stderr.write(
      `plimsoll: ${sanitize(error.message)}${hint === "" ? "" : `\n  ${sanitize(hint)}`}\n`,
    );
    return 2;
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const lines = stack.split("\n").map(sanitize);
  process.stderr.write(
    `plimsoll: this is a bug of ours; please report it with these lines\n${lines.join("\n")}\n`,
  );
  return bug;
}

/** Takes away what is half written, then ends as the signal would have; what runs for long is told to end, once. */
function interrupted(signal: "SIGINT" | "SIGTERM"): void {
  if (end()) return;
  clear();
  process.kill(process.pid, signal);
}
