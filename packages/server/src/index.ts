/** What the other packages may use of the service. */
import type { Options } from "./config.ts";
import type { Run } from "./main.ts";

export * from "./store/store.ts";
export * from "./store/batch.ts";
export * from "./store/query.ts";
export * from "./store/error.ts";
export * from "./store/outbox.ts";
export { openMemoryStore } from "./store/sqlite/memory.ts";
export { openPostgresStore, type PostgresOptions } from "./store/postgres/open.ts";
export { readOptions, type Given, type Options } from "./config.ts";
export type { Run } from "./main.ts";
export { ObserveError, type Pipeline } from "./pipeline/shape.ts";
export { openApi } from "./api/openapi.ts";

/** Runs the service until it is told to end; see `main.ts`. */
export async function serve(options: Options, run: Run): Promise<number> {
  const main = await import("./main.ts");
  return main.serve(options, run);
}
