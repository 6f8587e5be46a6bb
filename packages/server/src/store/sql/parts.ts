/** Resources, images, what was seen, and the world around them: each version from the batch that brought it to the one that ended it. */
import { crc32 } from "node:zlib";
import { CompiledQuery } from "kysely";
import type { PastSnapshot, StoredPart } from "../store.ts";
import { parts, type Part, type PartChange } from "../batch.ts";
import type { Snapshot } from "@plimsoll/core";
import type { Step } from "./step.ts";
import { chunks, insertRows, placeholder } from "./rows.ts";
import { checkRow, damaged, digestOf, pack, plain, seal, sumOf, textOf, unpack } from "./seal.ts";
import { add, take } from "./tally.ts";
import type { Sql, VersionRow } from "./tables.ts";

type Known = Omit<VersionRow, "body">;
type Wanted = { readonly text: string | undefined; readonly uid: string; readonly version: string };

const known = [
  "cluster",
  "part",
  "key",
  "began",
  "ended",
  "uid",
  "resource_version",
  "content",
  "body_sum",
  "sum",
] as const;

export async function writeParts(step: Step): Promise<void> {
  const { batch } = step;
  const wanted = new Map<string, Map<string, Wanted>>(parts.map((part) => [part, new Map<string, Wanted>()]));
  for (const change of batch.parts ?? []) wanted.get(change.part)?.set(plain(change.key), wantedOf(change));
  if (batch.world !== undefined) {
    wanted.set("world", new Map([["", { text: textOf(batch.world), uid: "", version: "" }]]));
  }
  for (const [part, changes] of wanted) {
    for (const keys of chunks([...changes.keys()], 400)) await writeChunk(step, part, keys, changes);
    if (batch.whole === true && part !== "world") await endUnnamed(step, part, changes);
  }
}

function wantedOf(change: PartChange): Wanted {
  const { value } = change;
  const named = change.part === "resource" ? change : undefined;
  return {
    text: value === undefined ? undefined : textOf(value),
    uid: plain(named?.uid ?? ""),
    version: plain(named?.resourceVersion ?? ""),
  };
}

async function writeChunk(
  step: Step,
  part: string,
  keys: readonly string[],
  changes: ReadonlyMap<string, Wanted>,
): Promise<void> {
  const { sql, cluster, batch, tallies } = step;
  const current = new Map(
    (await currentRows(sql, cluster, part).where("key", "in", keys).execute()).map((row) => [row.key, row]),
  );
  const ended: Known[] = [];
  const begun: VersionRow[] = [];
  for (const key of keys) {
    const { text, uid, version } = changes.get(key) ?? { text: undefined, uid: "", version: "" };
    const before = current.get(key);
    const content = text === undefined ? undefined : digestOf(text);
    if (before?.content === content && before?.uid === (text === undefined ? undefined : uid)) {
      if (before !== undefined && before.resource_version !== version) await touch(step, before, version);
      continue;
    }
    if (before !== undefined) ended.push(before);
    if (text === undefined || content === undefined) continue;
    const body = pack(text);
    const row = { cluster, part, key, began: batch.sequence, ended: null, uid, resource_version: version };
    const sealedRow = seal("versions", { ...row, content, body_sum: crc32(body), body });
    add(tallies, "versions", sealedRow.sum);
    begun.push(sealedRow);
  }
  await endVersions(step, ended);
  await insertRows(sql, "versions", begun);
}

function currentRows({ db }: Sql, cluster: string, part: string) {
  return db
    .selectFrom("versions")
    .select(known)
    .where("cluster", "=", cluster)
    .where("part", "=", part)
    .where("ended", "is", null);
}

/** The same content under a later resource version is no new version of the part. */
async function touch({ sql, tallies }: Step, before: Known, version: string): Promise<void> {
  const { sum, ...after } = seal("versions", {
    ...before,
    resource_version: version,
    body: new Uint8Array(),
  });
  take(tallies, "versions", before.sum);
  add(tallies, "versions", sum);
  await sql.db
    .updateTable("versions")
    .set({ resource_version: version, sum })
    .where("cluster", "=", after.cluster)
    .where("part", "=", after.part)
    .where("key", "=", after.key)
    .where("began", "=", after.began)
    .execute();
}

async function endVersions({ sql, batch, tallies }: Step, rows: readonly Known[]): Promise<void> {
  for (const group of chunks(rows, 400)) {
    const values: unknown[] = [batch.sequence];
    const next = (value: unknown): string => placeholder(sql.engine, values.push(value) - 1);
    const tuples = group.map((row) => {
      const sum = sumOf("versions", { ...row, ended: batch.sequence, body: new Uint8Array() });
      take(tallies, "versions", row.sum);
      add(tallies, "versions", sum);
      return `(cast(${next(row.key)} as text), cast(${next(row.began)} as bigint), cast(${next(sum)} as bigint))`;
    });
    const [first] = group;
    const text =
      `with done(key, began, sum) as (values ${tuples.join(",")}) ` +
      `update versions set ended = ${sql.engine === "sqlite" ? "?1" : "$1"}, sum = done.sum from done ` +
      `where versions.cluster = ${next(first?.cluster)} and versions.part = ${next(first?.part)} ` +
      "and versions.key = done.key and versions.began = done.began";
    await sql.db.executeQuery(CompiledQuery.raw(numbered(sql, text), values));
  }
}

/** SQLite counts its bare question marks from the highest number before them: they are numbered in the order of the text. */
function numbered({ engine }: Sql, text: string): string {
  if (engine !== "sqlite") return text;
  let index = 1;
  return text.replaceAll(/\?(?!\d)/g, () => `?${(index += 1)}`);
}

async function endUnnamed(step: Step, part: string, named: ReadonlyMap<string, Wanted>): Promise<void> {
  let after = "";
  for (;;) {
    const rows = await currentRows(step.sql, step.cluster, part)
      .where("key", ">", after)
      .orderBy("key")
      .limit(2000)
      .execute();
    await endVersions(
      step,
      rows.filter(({ key }) => !named.has(key)),
    );
    const last = rows.at(-1);
    if (last === undefined) return;
    after = last.key;
  }
}

export async function currentParts(
  { db }: Sql,
  cluster: string,
  part: Part,
  after = "",
  limit = 1000,
): Promise<readonly StoredPart[]> {
  const rows = await db
    .selectFrom("versions")
    .selectAll()
    .where("cluster", "=", plain(cluster))
    .where("part", "=", part)
    .where("ended", "is", null)
    .where("key", ">", plain(after))
    .orderBy("key")
    .limit(Math.max(1, Math.min(limit, 5000)))
    .execute();
  return rows.map((row) => ({
    key: row.key,
    value: valueOf(row),
    began: row.began,
    ...(row.uid === "" ? {} : { uid: row.uid }),
    ...(row.resource_version === "" ? {} : { resourceVersion: row.resource_version }),
  }));
}

function valueOf(row: VersionRow): unknown {
  checkRow("versions", row);
  if (crc32(row.body) !== row.body_sum) throw damaged("versions");
  return JSON.parse(unpack(row.body));
}

export async function snapshotAt(sql: Sql, cluster: string, at: number): Promise<PastSnapshot | undefined> {
  const name = plain(cluster);
  const { db } = sql;
  const batch = await db
    .selectFrom("batches")
    .selectAll()
    .where("cluster", "=", name)
    .where("at", "<=", at)
    .orderBy("sequence", "desc")
    .limit(1)
    .executeTakeFirst();
  if (batch === undefined) return undefined;
  checkRow("batches", batch);
  const found = await partsAt(sql, name, batch.sequence);
  const world = found.get("world")?.[0] as
    | Pick<Snapshot, "header" | "gaps" | "skipped" | "covered">
    | undefined;
  if (world === undefined) return undefined;
  const snapshot = {
    ...world,
    resources: found.get("resource") ?? [],
    observations: found.get("observation") ?? [],
    images: found.get("image") ?? [],
    // Absent where nobody was watched and nothing told, as in a scan without them.
    ...(found.has("watch") ? { watches: found.get("watch") } : {}),
    ...(found.has("detection") ? { detections: found.get("detection") } : {}),
  } as Snapshot;
  return {
    snapshot,
    sequence: batch.sequence,
    at: batch.at,
    exact: await isExact(sql, name, batch.sequence),
  };
}

async function partsAt(
  { db }: Sql,
  cluster: string,
  sequence: number,
): Promise<ReadonlyMap<string, unknown[]>> {
  const found = new Map<string, unknown[]>();
  let after = { part: "", key: "" };
  for (;;) {
    const { part, key } = after;
    const rows = await db
      .selectFrom("versions")
      .selectAll()
      .where("cluster", "=", cluster)
      .where(({ eb, refTuple, tuple }) => eb(refTuple("part", "key"), ">", tuple(part, key)))
      .where("began", "<=", sequence)
      .where((eb) => eb.or([eb("ended", "is", null), eb("ended", ">", sequence)]))
      .orderBy("part")
      .orderBy("key")
      .limit(1000)
      .execute();
    for (const row of rows) {
      const list = found.get(row.part);
      if (list === undefined) found.set(row.part, [valueOf(row)]);
      else list.push(valueOf(row));
    }
    const last = rows.at(-1);
    if (last === undefined) return found;
    after = last;
  }
}

/** Retention leaves gaps in the row of batches: a state whose next batch is not kept may have been changed by it. */
async function isExact({ db }: Sql, cluster: string, sequence: number): Promise<boolean> {
  const row = await db
    .selectFrom("clusters")
    .leftJoin("batches", (join) =>
      join.onRef("batches.cluster", "=", "clusters.cluster").on("batches.sequence", "=", sequence + 1),
    )
    .select(["clusters.sequence", "batches.at"])
    .where("clusters.cluster", "=", cluster)
    .executeTakeFirst();
  return row?.sequence === sequence || (row?.at !== null && row?.at !== undefined);
}
