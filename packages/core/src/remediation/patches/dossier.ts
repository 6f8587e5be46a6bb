/** The findings of each resource, and how the resource is called where several have its name. */
import type { Judged } from "../../controls/ledger.ts";
import { refKey, refOf, type ResourceRecord, type ResourceRef } from "../../model/resource.ts";

/** The findings of one resource that no exception accepts, in their order. */
export interface Dossier {
  readonly findings: readonly Judged[];
  /** Their numbers among all that was judged. */
  readonly numbers: readonly number[];
  /** The resource in the ids of its edits. */
  readonly where: string;
}

/** A resource that stands in several places is another one at each: its edits carry the file, so that no two are one. */
export function dossiersOf(judged: readonly Judged[]): readonly Dossier[] {
  const byRecord = new Map<ResourceRecord, number[]>();
  const byRef = new Map<ResourceRef, number[]>();
  judged.forEach(({ place, result }, number) => {
    if (result.result !== "fail") return;
    if (place === undefined) append(byRef, result.resource, number);
    else append(byRecord, place.record, number);
  });
  const byKey = Map.groupBy(byRecord.keys(), ({ resource }) => refKey(refOf(resource)));
  const made = [...byRecord, ...byRef].map(([subject, all]): Dossier => {
    const record = "source" in subject ? subject : undefined;
    const numbers = all.filter((number) => judged[number]!.result.exception === undefined);
    const where = whereOf(judged[all[0]!]!, record, byKey);
    return { findings: numbers.map((number) => judged[number]!), numbers, where };
  });
  return made.sort((a, b) => (a.where < b.where ? -1 : 1));
}

function append<K>(lists: Map<K, number[]>, key: K, number: number): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [number]);
  else list.push(number);
}

function whereOf(
  { result }: Judged,
  record: ResourceRecord | undefined,
  byKey: ReadonlyMap<string, readonly ResourceRecord[]>,
): string {
  const key = refKey(result.resource);
  const same = byKey.get(key) ?? [];
  if (same.length < 2) return key;
  const { file } = (record ?? result).source;
  const inFile = same.filter(({ source }) => source.file === file);
  const count = record === undefined ? 0 : inFile.indexOf(record);
  return count < 1 ? `${key}@${file}` : `${key}@${file}#${count + 1}`;
}
