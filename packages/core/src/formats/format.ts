/** What the other rooms and packages may use of the formats: their shape, the list of them, and how data is made harmless. */
export * from "./formats.ts";
export * from "./shape.ts";
export { counted, excerpt, jsonText, sanitize } from "./text.ts";
export { padded, widthOf, wrapped } from "./width.ts";
export { reportSchema } from "./schema.ts";
export { isFilled, yamlLines, yamlOf, yamlScalar, type YamlStyle } from "./yaml.ts";
export { code as markdownCode, words as markdownWords } from "./marks.ts";
export { howText, verdictText } from "./words.ts";
