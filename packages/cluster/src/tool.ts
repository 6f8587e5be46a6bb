/** Runs other people's renderers: found on PATH, never through a shell, with limits on time and output. */
import { execFile } from "node:child_process";
import { accessSync, constants, statSync } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";

const longestRun = 120_000;
const longestOutput = 256 * 1024 * 1024;

export interface ToolOutput {
  /** Why it did not succeed, in one or a few words; absent when it did. */
  readonly failure?: string;
  readonly text: Buffer;
  /** What it said about its trouble. */
  readonly complaint: string;
}

/** Where a program is. Folders of PATH that are relative are passed over: they may lie in what is scanned. */
export function findTool(name: string): string | undefined {
  for (const folder of (process.env["PATH"] ?? "").split(delimiter)) {
    if (!isAbsolute(folder)) continue;
    const path = join(folder, process.platform === "win32" ? `${name}.exe` : name);
    try {
      accessSync(path, constants.X_OK);
      if (statSync(path).isFile()) return path;
    } catch {
      continue; // not in this folder
    }
  }
  return undefined;
}

/**
 * Surroundings in which nothing is fetched and nothing else is run: every proxy is a closed door, and PATH is empty, so
 * that there is no git.
 */
function closedIn(): NodeJS.ProcessEnv {
  const closed = "http://127.0.0.1:1";
  const { HOME = "", TMPDIR, SYSTEMROOT } = process.env;
  return {
    HOME,
    ...(TMPDIR === undefined ? {} : { TMPDIR }),
    ...(SYSTEMROOT === undefined ? {} : { SYSTEMROOT }),
    PATH: "",
    HTTP_PROXY: closed,
    HTTPS_PROXY: closed,
    ALL_PROXY: closed,
    NO_PROXY: "",
  };
}

export function runTool(path: string, args: readonly string[], cwd: string): Promise<ToolOutput> {
  const { promise, resolve } = Promise.withResolvers<ToolOutput>();
  const options = {
    cwd,
    env: closedIn(),
    timeout: longestRun,
    maxBuffer: longestOutput,
    killSignal: "SIGKILL",
    encoding: "buffer",
    windowsHide: true,
  } as const;
  const child = execFile(path, [...args], options, (error, text, complaint) => {
    const said = complaint.toString("utf8");
    resolve(
      error === null ? { text, complaint: said } : { text, complaint: said, failure: failureOf(error) },
    );
  });
  child.stdin?.end();
  return promise;
}

function failureOf(error: Error & { readonly code?: unknown; readonly killed?: boolean }): string {
  if (error.code === "ERR_CHILD_PROCESS_STDIO_MAXBUFFER") return "it wrote more than 256 MiB";
  if (error.killed === true) return "it took more than two minutes";
  return typeof error.code === "number"
    ? `it ended with ${error.code}`
    : `it could not be run (${String(error.code)})`;
}
