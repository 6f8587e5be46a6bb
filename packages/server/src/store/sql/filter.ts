/** Turns a query into conditions: every value is a bound parameter, and what is too much to ask is refused. */
import { sql as text, type Expression, type ExpressionBuilder, type SqlBool } from "kysely";
import type { FindingQuery, Visible } from "../query.ts";
import { bad, limits } from "./limit.ts";
import { ranks } from "./results.ts";
import { plain } from "./seal.ts";
import type { Engine, ResultRow, Tables } from "./tables.ts";

type Builder = ExpressionBuilder<Tables, "results">;
type Condition = Expression<SqlBool>;

export function conditionsOf(eb: Builder, engine: Engine, query: FindingQuery): Condition[] {
  const severities = query.severities?.map((severity) => ranks.indexOf(severity));
  if (severities?.includes(-1) === true) throw bad("a severity is critical, high, medium or low");
  const conditions = [
    oneOf(eb, "cluster", query.clusters),
    oneOf(eb, "control", query.controls),
    oneOf(eb, "severity", severities),
    oneOf(eb, "outcome", query.outcomes),
    oneOf(eb, "namespace", query.namespaces),
    oneOf(eb, "kind", query.kinds),
    oneOf(eb, "name", query.names),
    oneOf(eb, "place", query.places),
    oneOf(eb, "team", query.teams),
    oneOf(eb, "workload", query.workload === undefined ? undefined : [query.workload]),
    query.edit === undefined ? undefined : ofEdit(engine, query.edit),
    query.excepted === undefined ? undefined : eb("exception", query.excepted ? "<>" : "=", ""),
    query.changedSince === undefined ? undefined : eb("last_changed", ">=", whole(query.changedSince)),
    query.firstSeenSince === undefined ? undefined : eb("first_seen", ">=", whole(query.firstSeenSince)),
    ...wordsOf(query.search).map((word) => containing(engine, word)),
    query.visible === undefined ? undefined : seen(query.visible, true),
  ];
  return conditions.filter((condition) => condition !== undefined);
}

function whole(value: number): number {
  if (!Number.isSafeInteger(value)) throw bad("a time is a whole number of milliseconds");
  return value;
}

function oneOf<C extends keyof ResultRow & string>(
  eb: Builder,
  column: C,
  values: readonly (string | number)[] | undefined,
): Condition | undefined {
  if (values === undefined) return undefined;
  if (values.length > limits.values)
    throw bad(`at most ${limits.values} values of ${column} can be asked for`);
  if (values.length === 0) return eb.lit(false) as unknown as Condition;
  const bound = values.map((value) => (typeof value === "string" ? plain(value) : value));
  return text<SqlBool>`${text.ref(column)} in (${text.join(bound)})`;
}

/** Hardly any finding is of one edit: without being told, SQLite goes through all of them in the order of the page. */
function ofEdit(engine: Engine, edit: string): Condition {
  const is = text<SqlBool>`edit = ${plain(edit)}`;
  if (engine === "postgresql" || edit === "") return is;
  return text<SqlBool>`unlikely(${is}) and edit <> ''`;
}

function wordsOf(search: string | undefined): readonly string[] {
  if (search === undefined) return [];
  if (search.length > limits.search) throw bad(`a search has at most ${limits.search} characters`);
  const words = plain(search)
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  if (words.length > limits.words) throw bad(`a search has at most ${limits.words} words`);
  return words;
}

/** No pattern, so that `%` and `_` are only themselves. */
function containing(engine: Engine, word: string): Condition {
  return engine === "sqlite"
    ? text<SqlBool>`instr(haystack, ${word}) > 0`
    : text<SqlBool>`strpos(haystack, ${word}) > 0`;
}

/** What the asker may see; for tables that have a cluster and a namespace. */
export function seen(visible: Visible, knowsKinds = false): Condition {
  const total = visible.reduce(
    (sum, { namespaces, kinds }) =>
      sum + (namespaces === "all" ? 1 : namespaces.length) + (kinds === undefined ? 0 : kinds.length),
    0,
  );
  if (total > limits.visible)
    throw bad(`at most ${limits.visible} namespaces can be told apart in one query`);
  const parts = visible.map(({ cluster, namespaces, kinds }) => {
    if (namespaces.length === 0 || (kinds !== undefined && (kinds.length === 0 || !knowsKinds)))
      return text<SqlBool>`1 = 0`;
    const conditions = [
      text<SqlBool>`cluster = ${plain(cluster)}`,
      ...(namespaces === "all" ? [] : [text<SqlBool>`namespace in (${text.join(namespaces.map(plain))})`]),
      ...(kinds === undefined ? [] : [text<SqlBool>`kind in (${text.join(kinds.map(plain))})`]),
    ];
    return text<SqlBool>`(${text.join(conditions, text` and `)})`;
  });
  return parts.length === 0 ? text<SqlBool>`1 = 0` : text<SqlBool>`(${text.join(parts, text` or `)})`;
}
