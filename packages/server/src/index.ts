/** What the other packages may use of the service. */
export * from "./store/store.ts";
export * from "./store/batch.ts";
export * from "./store/query.ts";
export * from "./store/error.ts";
export * from "./store/outbox.ts";
export { openMemoryStore } from "./store/sqlite/memory.ts";
export { openPostgresStore, type PostgresOptions } from "./store/postgres/open.ts";
export type { Egress } from "./egress/egress.ts";
