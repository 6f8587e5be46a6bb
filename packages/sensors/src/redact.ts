/** Command lines, with markers in place of what looks like a credential: none of it goes on from here. */
import { credentialsIn, credentialWord, excerpt } from "@plimsoll/core";

const mostArgs = 64;
const longestArg = 512;

/** Without a key there is no digest to tell one credential from another, and none is wanted of a process's arguments. */
function marker(pattern: string): string {
  return `<${pattern}>`;
}

export function redactedArgs(args: readonly string[]): readonly string[] {
  const kept = args.slice(0, mostArgs).map((arg, index) => redactedArg(arg, args[index - 1]));
  return args.length > mostArgs ? [...kept, `… ${args.length - mostArgs} more`] : kept;
}

function redactedArg(arg: string, before: string | undefined): string {
  const flag =
    before !== undefined && before.startsWith("-") && !/[=<]/.test(before) ? before.replace(/^-+/, "") : "";
  const word = flag === "" || arg.startsWith("-") ? undefined : credentialWord(flag);
  if (word !== undefined) return marker(word);
  if (before !== undefined && /^--?(?:u|user|proxy-user)$/.test(before) && /^[^:/]+:./.test(arg))
    return marker("password");
  // As the clients of MySQL take it: joined to the letter.
  if (/^-p(?=.*\d)(?=.*[A-Za-z])[^=/]{5,}$/.test(arg)) return `-p${marker("password")}`;
  if (arg.length > 100_000) return marker("long");
  let out = "";
  let at = 0;
  for (const { start, end, pattern } of credentialsIn("", arg)) {
    out += arg.slice(at, start) + marker(pattern);
    at = end;
  }
  return excerpt(out + arg.slice(at), longestArg);
}

/** A command line in one text, as some tools tell it: words, quotes obeyed. */
export function argsOf(line: string | undefined): readonly string[] {
  if (line === undefined) return [];
  const words = line.slice(0, 16_384).match(/"(?:[^"\\]|\\.)*"|'[^']*'|[^\s"']+/g) ?? [];
  return redactedArgs(words.map((word) => (/^".*"$|^'.*'$/s.test(word) ? word.slice(1, -1) : word)));
}
