/** Gives connections up on which a server says nothing any more. */
import type { Socket } from "node:net";
import type pg from "pg";
import { StoreError } from "../error.ts";

/** A server ends what takes too long: one that says nothing for longer still is not reached any more, and no reset tells of it. */
export function endSilent(client: pg.PoolClient, silence: number): void {
  const { stream } = (client as unknown as { readonly connection: { readonly stream: Socket } }).connection;
  let asked = 0;
  const query = client.query.bind(client) as (...given: readonly unknown[]) => unknown;
  const counted = (...given: readonly unknown[]): unknown => {
    const answer = query(...given);
    if (!(answer instanceof Promise)) return answer;
    asked += 1;
    const done = (): void => void (asked -= 1);
    answer.then(done, done);
    return answer;
  };
  client.query = counted as typeof client.query;
  client.on("error", () => undefined); // the statement that waits is told
  stream.setTimeout(silence, () => {
    if (asked > 0)
      stream.destroy(new StoreError("unavailable", `the store's server said nothing for ${silence} ms`));
  });
}
