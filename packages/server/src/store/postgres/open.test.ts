import { PGlite } from "@electric-sql/pglite";
import { PGliteDialect } from "kysely";
import { afterAll } from "vitest";
import { contract } from "../../../../../tests/store/contract.ts";
import type { Store } from "../store.ts";
import { openOn } from "./open.ts";

// One database for all tests, emptied between them: making one takes seconds.
let shared: PGlite | undefined;

/** A store closes its database; this one is wanted for the next test. */
function keptOpen(database: PGlite): PGlite {
  return new Proxy(database, {
    get: (target, name) => {
      if (name === "close") return () => Promise.resolve();
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function" ? (value.bind(target) as unknown) : value;
    },
  });
}

const openShared = async (clock: { readonly now: () => number }): Promise<Store> =>
  openOn(clock, new PGliteDialect({ pglite: keptOpen((shared ??= await PGlite.create())) }));

contract({
  name: "PostgreSQL in this process",
  open: async (clock) => {
    shared ??= await PGlite.create();
    await shared.exec("drop schema public cascade; create schema public;");
    return openShared(clock);
  },
  again: openShared,
});

afterAll(() => shared?.close());
