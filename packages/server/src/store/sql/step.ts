/** What the writing of one batch carries along. */
import type { Batch } from "../batch.ts";
import type { Sql } from "./tables.ts";
import type { Tallies } from "./tally.ts";

export interface Step {
  readonly sql: Sql;
  readonly batch: Batch;
  readonly cluster: string;
  readonly tallies: Tallies;
}
