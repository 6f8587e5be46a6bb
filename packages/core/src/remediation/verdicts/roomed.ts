/** Adds to what fields say of a patch whether the pods that it makes find room. */
import type { Inventory } from "../../inventory/inventory.ts";
import { podTemplatesOf } from "../../inventory/podspec.ts";
import type { PatchOperation } from "../../model/finding.ts";
import { refKey, refOf, type Resource } from "../../model/resource.ts";
import type { Workload } from "../../model/workload.ts";
import type { Judgement } from "../fields/field.ts";
import { applyOperations } from "../patches/patch.ts";
import { createRoomBook, roomKinds, roomSpec, type RoomBook } from "../room/book.ts";
import { judgeRoom, questionOf, type RoomGround, type RoomQuestion } from "../room/room.ts";
import type { Outcome } from "./mend.ts";
import type { Reached } from "./reached.ts";
import { roomField } from "./tell.ts";

/** `undefined`: there is nothing to say. */
export type AskRoom = (question: RoomQuestion) => Judgement | undefined;

/** Who knows what room there is. */
export interface RoomDesk {
  readonly ask: AskRoom;
  /** The same for resources of whose patches it says the same; absent: it is asked of each by itself. */
  readonly likeOf?: (resource: Resource) => string;
}

/** Of a ground that stands still. Files tell of no pods and no nodes: there it goes by specs and LimitRanges alone. */
export function roomDesk(ground: () => RoomGround, isCluster: boolean): RoomDesk {
  const ask: AskRoom = (question) => judgeRoom(question, ground());
  if (isCluster) return { ask };
  const known = new Map<Resource, string>();
  const likeOf = (resource: Resource): string => {
    let like = known.get(resource);
    if (like === undefined) known.set(resource, (like = likenessOf(resource, ground().book)));
    return like;
  };
  return { ask, likeOf };
}

function likenessOf(resource: Resource, { limitRangesIn }: RoomBook): string {
  const { namespace = "" } = resource.metadata;
  const bounds = limitRangesIn(namespace).length === 0 ? "" : namespace;
  return JSON.stringify([bounds, ...podTemplatesOf(resource).map(({ spec }) => roomSpec(spec))]);
}

export function asksForRoom({ spoken }: Reached): boolean {
  return spoken.some(({ path }) => path.startsWith("container.resources"));
}

/** The same outcome where there is nothing to say. */
export function roomed(
  outcome: Outcome,
  resource: Resource,
  operations: readonly PatchOperation[],
  workload: Workload,
  ask: AskRoom,
): Outcome {
  const [before, ...others] = podTemplatesOf(resource);
  const after = podTemplatesOf(applyOperations(resource, [...operations, ...outcome.repair]))[0];
  if (before === undefined || after === undefined || others.length > 0) return outcome;
  const judgement = ask(questionOf(resource, workload.root, before.spec, after.spec));
  if (judgement === undefined) return outcome;
  const told = { field: roomField, judgement };
  if (judgement.verdict !== "breaks") return { ...outcome, judged: [...outcome.judged, told] };
  // What finds no room is not offered, and what would repair the rest is of no use.
  const judged = outcome.judged.map(({ was, repaired: _r, ...each }) => ({
    ...each,
    judgement: was ?? each.judgement,
  }));
  return { ...outcome, judged: [...judged, told], repair: [] };
}

/** Of a cluster that stands still. */
export function bookOf(inventory: Inventory): RoomBook {
  const book = createRoomBook();
  for (const kind of roomKinds) {
    if (kind === "v1/Pod") continue;
    for (const record of inventory.ofKind(kind)) book.set(refKey(refOf(record.resource)), record);
  }
  for (const { ref, record, root } of inventory.workloads)
    if (ref.kind === "Pod" && ref.apiVersion === "v1") book.set(refKey(ref), record, root);
  return book;
}
