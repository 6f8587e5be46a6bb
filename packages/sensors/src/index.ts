/** What other packages may use: other people's runtime tools, made into observations. */
export { redactedArgs } from "./redact.ts";
