/** What the other packages may use of the service. */
export * from "./store/store.ts";
export * from "./store/batch.ts";
export * from "./store/query.ts";
export * from "./store/error.ts";
export * from "./store/outbox.ts";
<<<<<<< HEAD
export { openMemoryStore } from "./store/sqlite/memory.ts";
export { openPostgresStore, type PostgresOptions } from "./store/postgres/open.ts";
=======
export type { Egress } from "./egress/egress.ts";
>>>>>>> 0237bc5 (The service's door outward: one egress with pinned addresses, and who may see what by the API server's word)
