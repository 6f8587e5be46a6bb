/** Text from outside as Markdown that can neither mark up, link nor mention. */
import { excerpt } from "./text.ts";

/**
 * Text as text: every ASCII sign that Markdown or HTML could read is an entity, and what a host would turn into a
 * mention, a reference or a link is parted by an empty comment.
 */
export function words(text: string): string {
  return excerpt(text, 2000)
    .replaceAll(/[&<>"'`*_{}[\]#|~\\@$]|^[-+=]/g, (sign) => `&#${sign.charCodeAt(0)};`)
    .replace(/^(\d+)([.)])/, (_, digits: string, sign: string) => `${digits}&#${sign.charCodeAt(0)};`)
    .replaceAll(/&#64;|&#35;|:(?=\/\/)|(?<=www)\./gi, "$&<!-- -->");
}

/** Words of ours, in which names stand in backticks. */
export function prose(text: string): string {
  const parts = text.split("`");
  if (parts.length % 2 === 0) return words(text);
  return parts.map((part, index) => (index % 2 === 0 ? words(part) : code(part))).join("");
}

/** A name in a code span of HTML, in which Markdown is read all the same. */
export function code(text: string): string {
  return `<code>${words(text)}</code>`;
}
