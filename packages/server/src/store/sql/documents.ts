/** What was accepted through the API: exceptions, settings. Two writers cannot overwrite each other unseen. */
import type { DocumentChange, StoredDocument } from "../store.ts";
import { StoreError } from "../error.ts";
import { insertRows } from "./rows.ts";
import { checkRow, plain, seal, textOf } from "./seal.ts";
import type { DocumentRow, Sql } from "./tables.ts";

export async function documents({ db }: Sql, kind: string): Promise<readonly StoredDocument[]> {
  const rows = await db
    .selectFrom("documents")
    .selectAll()
    .where("cluster", "=", "")
    .where("kind", "=", plain(kind))
    .where("body", "<>", "")
    .orderBy("id")
    .execute();
  return rows.map((row) => {
    checkRow("documents", row);
    return documentOf(row);
  });
}

export async function putDocument(sql: Sql, now: number, change: DocumentChange): Promise<StoredDocument> {
  const kind = plain(change.kind);
  const id = plain(change.id);
  const query = sql.db
    .selectFrom("documents")
    .selectAll()
    .where("cluster", "=", "")
    .where("kind", "=", kind)
    .where("id", "=", id);
  const before = await (sql.engine === "postgresql" ? query.forUpdate() : query).executeTakeFirst();
  if (before !== undefined) checkRow("documents", before);
  const stands = before === undefined || before.body === "" ? 0 : before.version;
  const author = plain(change.author);
  const body = change.body === undefined ? "" : textOf(change.body);
  if (change.expected !== stands) {
    // Written before, and the answer was lost.
    if (before?.author === author && before.body === body) return documentOf(before);
    throw new StoreError(
      "conflict",
      `it was changed meanwhile: version ${stands} stands, not ${change.expected}`,
    );
  }
  const row: DocumentRow = seal("documents", {
    cluster: "",
    kind,
    id,
    version: (before?.version ?? 0) + 1,
    at: now,
    author,
    body,
  });
  // A first document that another writer puts at the same time is the other's: PostgreSQL locks no row that is not there.
  const written = await insertRows(sql, "documents", [row], before === undefined ? "keep" : "replace");
  if (written === 0) throw new StoreError("conflict", "it was changed meanwhile");
  return documentOf(row);
}

function documentOf({ kind, id, version, at, author, body }: DocumentRow): StoredDocument {
  return { kind, id, version, at, author, ...(body === "" ? {} : { body: JSON.parse(body) as unknown }) };
}
