/** Of an edit that takes several entries out of a list: what is to be said of each, where not all may be said of the whole. */
import type { Judged } from "../../controls/ledger.ts";
import { pointerOf } from "../../inventory/path.ts";
import type { EditVerdict, EntryVerdict } from "../../model/verdict.ts";
import { verdictWords } from "../../model/verdict.ts";
import { removesEntry, type Fixes } from "../patches/fixes.ts";
import type { Judge } from "./judge.ts";

/** The verdict with one for each entry; as it is where there are no several, or all is said by it. */
export function withEntries(
  verdict: EditVerdict,
  members: readonly Judged[],
  fixes: Pick<Fixes, "of">,
  judge: Judge,
): EditVerdict {
  if (verdict.verdict !== "unknown" || members.length < 2 || !members.every(isEntry)) return verdict;
  const byEntry = Map.groupBy(members, ({ place }) => pointerOf(place!.item!));
  if (byEntry.size < 2) return verdict;
  const entries = [...byEntry.values()].map((own): EntryVerdict => {
    const [first] = own;
    const said = judge(first!.place!.record.resource, fixes.of(first!) ?? [], verdict.undo);
    return {
      path: first!.result.path,
      resolves: own.map(({ result }) => result.id),
      verdict: said.verdict,
      text: said.text,
    };
  });
  if (entries.every((entry) => entry.verdict === "unknown")) return verdict;
  const each = entries.map((entry) => `${entry.path}: ${verdictWords[entry.verdict]}`).join("; ");
  return { ...verdict, text: `${verdict.text} One by one: ${each}`, entries };
}

function isEntry({ place, control }: Judged): boolean {
  return place?.item !== undefined && control.fix?.some((step) => removesEntry(place, step)) === true;
}
