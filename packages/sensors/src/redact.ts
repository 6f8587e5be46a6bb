/** Command lines as records of other tools bring them: without credentials, and bounded; what is cut says so. */
import { excerpt, redactedArguments } from "@plimsoll/core";

const mostArgs = 64;
const longestArg = 512;

export function redactedArgs(args: readonly string[]): readonly string[] {
  const kept = redactedArguments(args.slice(0, mostArgs)).map((arg) => excerpt(arg, longestArg));
  return args.length > mostArgs ? [...kept, `… ${args.length - mostArgs} more`] : kept;
}

/** A command line in one text, as some tools tell it: words, quotes obeyed. */
export function argsOf(line: string | undefined): readonly string[] {
  if (line === undefined) return [];
  const words = line.slice(0, 16_384).match(/"(?:[^"\\]|\\.)*"|'[^']*'|[^\s"']+/g) ?? [];
  return redactedArgs(words.map((word) => (/^".*"$|^'.*'$/s.test(word) ? word.slice(1, -1) : word)));
}
