/** Takes credentials out of command lines and paths before they leave the node: what was there is told by length only. */
import { credentialsIn, credentialWord } from "@plimsoll/core";

const placeholder = "‹redacted›";

/**
 * A command line without its credentials: the value of a flag or variable whose name says so (`--password x`,
 * `TOKEN=x`), and whatever looks like a known kind of credential anywhere else.
 */
export function redactedArguments(given: readonly string[]): readonly string[] {
  let named = "";
  return given.map((argument) => {
    const [name, value] = split(argument);
    const before = named;
    named = "";
    if (value === undefined) {
      if (before !== "" && !argument.startsWith("-")) return placeholder;
      if (argument.startsWith("-") && credentialWord(argument.replace(/^-+/, "")) !== undefined)
        named = argument;
      return redactedText(argument);
    }
    if (value !== "" && credentialWord(name.replace(/^-+/, "")) !== undefined)
      return `${name}=${placeholder}`;
    return `${name}=${redactedText(value, name)}`;
  });
}

/** Text without what looks like a credential. */
export function redactedText(text: string, name = ""): string {
  let result = text;
  for (const span of [...credentialsIn(name, text)].sort((a, b) => b.start - a.start))
    result = `${result.slice(0, span.start)}${placeholder}${result.slice(span.end)}`;
  return result;
}

function split(argument: string): [string, string | undefined] {
  const at = argument.indexOf("=");
  return at < 0 ? [argument, undefined] : [argument.slice(0, at), argument.slice(at + 1)];
}
