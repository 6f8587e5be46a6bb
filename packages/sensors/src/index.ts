/** What other packages may use: other people's runtime tools, and our agent's records, made into what was seen. */
export { createReader, readObservations, type Reader, type ReadOptions, type ReadResult } from "./read.ts";
export { leftOutBy } from "./sensors/kubernetes-audit.ts";
export { sensors } from "./sensors/index.ts";
export { redactedArgs } from "./redact.ts";
