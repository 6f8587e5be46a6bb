/** Runs the command and the cluster's own, as people do. */
import { execFile } from "node:child_process";
import { join } from "node:path";

export interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export function plimsoll(...words: readonly string[]): Promise<Said> {
  return runs(process.execPath, ["packages/cli/src/main.ts", ...words]);
}

export function kubectl(words: readonly string[], input = ""): Promise<Said> {
  return runs("kubectl", words, input);
}

function runs(program: string, words: readonly string[], input = ""): Promise<Said> {
  const { promise, resolve } = Promise.withResolvers<Said>();
  const options = { cwd: join(import.meta.dirname, "../../.."), maxBuffer: 2 ** 26, timeout: 60_000 };
  const child = execFile(program, [...words], options, (error, out, err) => {
    const code = error === null ? 0 : typeof error.code === "number" ? error.code : -1;
    resolve({ code, out, err });
  });
  child.stdin!.end(input);
  return promise;
}
