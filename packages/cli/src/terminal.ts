/** The only door to the process: where text goes, what the terminal can do, and what the environment says. */
import type { Writable } from "node:stream";
import { UsageError } from "./usage.ts";

export interface Terminal {
  /** Writes the command's answer; waits while the reader is slow; says nothing more once the reader has gone. */
  readonly out: (text: string) => Promise<void>;
  /** One line for people beside the answer; newlines in it are not its own and are escaped by the caller. */
  readonly note: (line: string) => void;
  /** Rewrites one line of progress; `""` takes it away. Shown only to a person, and only when work is long. */
  readonly progress: (line: string) => void;
  readonly color: boolean;
  readonly hyperlinks: boolean;
  readonly width: number;
  readonly cwd: string;
  readonly environment: { readonly [name: string]: string | undefined };
  readonly stdin: NodeJS.ReadStream;
  /** Whether a person reads the answer, and whether one can be asked. */
  readonly watched: boolean;
  readonly answers: boolean;
}

/** Milliseconds of silence before progress is shown. */
const patience = 500;

export function createTerminal({ noColor }: { readonly noColor: boolean }): Terminal {
  const { stdout, stderr, stdin, env } = process;
  const color = wantsColor(env, noColor, stdout.isTTY === true);
  return {
    out: writerTo(stdout),
    note: (line) => {
      stderr.write(`${line}\n`);
    },
    progress: progressOn(stderr),
    color,
    hyperlinks: color && stdout.isTTY === true && hasHyperlinks(env),
    width: stdout.columns ?? (Number(env["COLUMNS"]) || 100),
    cwd: process.cwd(),
    environment: env,
    stdin,
    watched: stdout.isTTY === true,
    answers: stdin.isTTY === true && stderr.isTTY === true,
  };
}

/** https://no-color.org: NO_COLOR, not empty, turns colours off; FORCE_COLOR turns them on where nobody looks; `--no-color` wins. */
export function wantsColor(env: Terminal["environment"], noColor: boolean, isTerminal: boolean): boolean {
  if (noColor || (env["NO_COLOR"] ?? "") !== "") return false;
  const forced = env["FORCE_COLOR"];
  if (forced !== undefined) return forced !== "0" && forced !== "false";
  return isTerminal && env["TERM"] !== "dumb";
}

/** Terminals that are known to draw OSC 8 links; others might print the address in the middle of the text. */
function hasHyperlinks(env: Terminal["environment"]): boolean {
  const program = env["TERM_PROGRAM"] ?? "";
  return (
    Number(env["VTE_VERSION"] ?? 0) >= 5000 ||
    ["iTerm.app", "WezTerm", "vscode", "ghostty", "Hyper"].includes(program) ||
    env["WT_SESSION"] !== undefined ||
    /^(xterm-kitty|foot|alacritty|xterm-ghostty)/.test(env["TERM"] ?? "")
  );
}

/**
 * Waits for the stream to drain. After a broken pipe (`| head`) the rest is dropped and the exit code still stands; any
 * other failure, such as a full disk, is told.
 */
function writerTo(stream: Writable): Terminal["out"] {
  let gone = false;
  stream.on("error", () => {
    gone = true;
  });
  return (text) =>
    new Promise((resolve, reject) => {
      if (gone || text === "") return resolve();
      stream.write(text, (error: NodeJS.ErrnoException | null | undefined) => {
        if (!error || error.code === "EPIPE") resolve();
        else
          reject(
            new UsageError(
              `cannot write the answer: ${error.code ?? error.message}`,
              "send it elsewhere, or use --output",
              { cause: error },
            ),
          );
      });
    });
}

function progressOn(stderr: NodeJS.WriteStream): Terminal["progress"] {
  if (stderr.isTTY !== true) return () => undefined;
  const started = performance.now();
  let shown = false;
  let last = 0;
  return (line) => {
    const now = performance.now();
    if (line === "") {
      if (shown) stderr.write("\r\u001b[K");
      shown = false;
    } else if (now - started > patience && now - last > 80) {
      stderr.write(`\r\u001b[K${line.slice(0, (stderr.columns ?? 80) - 1)}`);
      [shown, last] = [true, now];
    }
  };
}
