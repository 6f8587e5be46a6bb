/** What the store was last told of each result, and what of a report is new to it. */
import { createHash } from "node:crypto";
import { refKey, type Outcome, type Report, type Result } from "@plimsoll/core";
import type { Change, Place, ResultChange } from "../store/batch.ts";
import type { HistoryKind, Store, StoredResult } from "../store/store.ts";

/** As much of a result as the next comparison needs. */
export interface Said {
  readonly digest: string;
  readonly outcome: Outcome;
  readonly exception: string;
  /** What it says, as `HistoryKind` `changed` means it. */
  readonly words: string;
  readonly control: string;
  readonly resource: string;
  /** The very result and its place: what is kept from one judgement to the next need not be compared again. */
  readonly of: Result;
  readonly place: Place | undefined;
}

export interface Turn {
  readonly kind: HistoryKind;
  readonly result: Result;
  /** What changed it, where that can be told. */
  readonly by?: Change;
}

/** Where the priorities put a result. */
export function placesOf(report: Report): (result: Result) => Place | undefined {
  const act = new Set(report.priorities.act.map(({ edit }) => edit));
  return ({ result, edit, system, exception }) => {
    if (result === "unknown") return "blind";
    if (result !== "fail" || exception !== undefined) return undefined;
    if (edit !== undefined && act.has(edit)) return "act";
    return system === undefined ? "later" : "system";
  };
}

export function saidOf(result: Result, place: Place | undefined): Said {
  return {
    digest: createHash("sha1")
      .update(JSON.stringify([result, place ?? ""]))
      .digest("base64"),
    outcome: result.result,
    exception: result.exception?.id ?? "",
    words: JSON.stringify([result.because, result.value ?? null, result.severity, result.container ?? null]),
    control: result.control,
    resource: refKey(result.resource),
    of: result,
    place,
  };
}

export interface Difference {
  readonly changes: readonly ResultChange[];
  /** Results that are in the report no more, for which somebody must say why. */
  readonly vanished: readonly string[];
  readonly turns: readonly Turn[];
}

/** Compares, and writes into `said` what the store will know once it has been told. */
export function differ(said: Map<string, Said>, report: Report): Difference {
  const placeOf = placesOf(report);
  const changes: ResultChange[] = [];
  const turns: Turn[] = [];
  const present = new Set<string>();
  for (const result of report.results) {
    present.add(result.id);
    const place = placeOf(result);
    const before = said.get(result.id);
    if (before?.of === result && before.place === place) continue;
    const now = saidOf(result, place);
    said.set(result.id, now);
    if (before?.digest === now.digest) continue;
    changes.push({ id: result.id, result, ...(place === undefined ? {} : { place }) });
    for (const kind of turnsOf(before, now)) turns.push({ kind, result });
  }
  const vanished = [...said].flatMap(([id, { outcome }]) =>
    present.has(id) || outcome === "pass" || outcome === "skip" ? [] : [id],
  );
  return { changes, vanished, turns };
}

/** As the store writes its history: nothing, where it was no finding and is none. */
export function turnsOf(before: Said | undefined, now: Said | undefined): readonly HistoryKind[] {
  const failed = before?.outcome === "fail";
  if (now === undefined) return failed ? ["gone"] : [];
  if (now.outcome !== "fail") {
    if (!failed) return [];
    return [now.outcome === "unknown" ? "lost" : "fixed"];
  }
  if (!failed) return now.exception === "" ? ["opened"] : ["opened", "excepted"];
  if (before.exception !== now.exception) return [now.exception === "" ? "exception-ended" : "excepted"];
  return before.words === now.words ? [] : ["changed"];
}

/** What a store holds of a cluster: where a new writer goes on, so that nothing is told twice. */
export async function storedSaid(store: Store, cluster: string): Promise<Map<string, Said>> {
  const said = new Map<string, Said>();
  for (let cursor: string | undefined; ;) {
    const page = await store.findings({
      clusters: [cluster],
      sort: "name",
      limit: 500,
      ...(cursor === undefined ? {} : { cursor }),
    });
    for (const { result, place } of page.items as readonly StoredResult[])
      said.set(result.id, saidOf(result, place));
    cursor = page.next;
    if (cursor === undefined) return said;
  }
}
