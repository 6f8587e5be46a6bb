/** HTML that is safe by construction: every text put into a template is escaped, only templates may hold tags. */
import { jsonText, sanitize } from "./text.ts";

export interface Markup {
  readonly html: string;
}

export type Content = string | number | Markup | undefined | readonly (Markup | undefined)[];

/** A template literal whose texts are sanitised and escaped for content and for quoted attributes. */
export function html(parts: TemplateStringsArray, ...contents: readonly Content[]): Markup {
  let out = parts[0]!;
  contents.forEach((content, index) => {
    out += written(content) + parts[index + 1]!;
  });
  return { html: out };
}

function written(content: Content): string {
  if (content === undefined) return "";
  if (typeof content === "string") return escaped(sanitize(content));
  if (typeof content === "number") return content.toLocaleString("en-US");
  if ("html" in content) return content.html;
  return content.map((entry) => entry?.html ?? "").join("");
}

/** Words of ours in which names stand in backticks: those become `<code>`. */
export function prose(text: string): Markup {
  const parts = escaped(sanitize(text)).split("`");
  if (parts.length % 2 === 0) return { html: parts.join("`") };
  return { html: parts.map((part, index) => (index % 2 === 0 ? part : `<code>${part}</code>`)).join("") };
}

const entities: { readonly [character: string]: string } = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** For content and quoted attributes of HTML and XML. */
export function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => entities[character]!);
}

/** JSON that can stand in a `<script type="application/json">`: no `<` ends it, no `<!--` opens anything in it. */
export function scriptJson(value: unknown): string {
  return jsonText(value).replaceAll(/[<>&]/g, (character) => `\\u00${character.charCodeAt(0).toString(16)}`);
}
