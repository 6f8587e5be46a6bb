/** An error's message as one line that says no more than a line should. */

export function oneLine(text: string): string {
  const first = text.split("\n", 1)[0] ?? "";
  return first.length > 300 ? `${first.slice(0, 299)}…` : first;
}
