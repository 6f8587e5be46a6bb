/** Command lines and paths, with a marker (`<password>`) in place of what looks like a credential: none of it goes on from here. */
import { credentialsIn, credentialWord } from "./credential.ts";

/** Without a key there is no digest to tell one credential from another, and none is wanted of a process's arguments. */
function marker(pattern: string): string {
  return `<${pattern}>`;
}

/** Longer texts are not looked through. */
const longest = 100_000;

/**
 * A command line without its credentials: the value of a flag or variable whose name says so (`--password x`,
 * `TOKEN=x`), what some programs are known to take as one (`-u user:x`, `-px`), and whatever looks like a known kind of
 * credential anywhere else. The same once more is the same.
 */
export function redactedArguments(given: readonly string[]): readonly string[] {
  return given.map((argument, index) => redactedArgument(argument, given[index - 1]));
}

function redactedArgument(argument: string, before: string | undefined): string {
  const flag = before !== undefined && before.startsWith("-") && !/[=<]/.test(before) ? bare(before) : "";
  const word = flag === "" || argument.startsWith("-") ? undefined : credentialWord(flag);
  if (word !== undefined) return marker(word);
  if (before !== undefined && /^--?(?:u|user|proxy-user)$/.test(before) && /^[^:/]+:./.test(argument))
    return marker("password");
  // As the clients of MySQL take it: joined to the letter.
  if (/^-p(?=.*\d)(?=.*[A-Za-z])[^=/]{5,}$/.test(argument)) return `-p${marker("password")}`;
  const at = argument.indexOf("=");
  if (at < 0) return redactedText(argument);
  const [name, value] = [argument.slice(0, at), argument.slice(at + 1)];
  const own =
    value === "" || value.startsWith("<") || !/^[\w.-]+$/.test(name) ? undefined : credentialWord(bare(name));
  if (own !== undefined) return `${name}=${marker(own)}`;
  const whole = redactedText(argument);
  return whole === argument ? `${name}=${redactedText(value, name)}` : whole;
}

function bare(flag: string): string {
  return flag.replace(/^-+/, "");
}

/** Text without what looks like a credential; `name` is what it is called. */
export function redactedText(text: string, name = ""): string {
  if (text.length > longest) return marker("long");
  let out = "";
  let at = 0;
  for (const { start, end, pattern } of credentialsIn(name, text)) {
    out += text.slice(at, start) + marker(pattern);
    at = end;
  }
  return out + text.slice(at);
}
