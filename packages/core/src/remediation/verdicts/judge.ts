/**
 * The verdict of a change: every field that it changes, judged by what the workload was seen to do; then repaired where a
 * field knows how, and judged again. May not call clear what no field speaks for.
 */
import type { Thresholds } from "../../model/evidence.ts";
import type { Seen as SeenBatch } from "../../evidence/merge.ts";
import type { Inventory } from "../../inventory/inventory.ts";
import { once } from "../../inventory/once.ts";
import type { PatchOperation } from "../../model/finding.ts";
import type { Resource } from "../../model/resource.ts";
import type { EditVerdict } from "../../model/verdict.ts";
import type { Workload } from "../../model/workload.ts";
import { likenesses, type Likeness } from "./alike.ts";
import { asksForRoom, bookOf, roomDesk, roomed, type AskRoom, type RoomDesk } from "./roomed.ts";
import { isOfImage, mended, type Outcome } from "./mend.ts";
import type { RoomGround } from "../room/room.ts";
import { judgeObject, type GroundOf } from "../objects/judge-object.ts";
import { groundOf } from "../objects/object-ground.ts";
import type { PodSecurityStandards } from "../objects/pod-security-standards.ts";
import { reachedBy, type Reached } from "./reached.ts";
import { createVerdicts, isOfWords } from "./verdict.ts";
import { worldOf, type World } from "./world.ts";

/** The verdict of a patch of a resource; operations as RFC 6902. One list of operations finds the same wherever it is given. */
export type Judge = (resource: Resource, operations: readonly PatchOperation[], undo: string) => EditVerdict;

/** The whole cluster, where a judge is given but a part of it. */
export interface Surroundings {
  readonly inventory: Inventory;
  readonly seen: SeenBatch;
  /** Who knows what room there is; absent: it is worked out of the inventory. */
  readonly askRoom?: AskRoom;
}

/**
 * `around`: what objects that run nothing, and the room for pods, are judged by. `standards`:
 * what Pod Security labels are judged by; without them they stay unknown.
 */
export function createJudge(
  inventory: Inventory,
  seen: SeenBatch,
  least?: Thresholds,
  around: Surroundings = { inventory, seen },
  standards?: PodSecurityStandards,
): Judge {
  const near = once(() => groundOf(inventory, seen, least, standards));
  const far = once(() =>
    around.inventory === inventory ? near() : groundOf(around.inventory, around.seen, least, standards),
  );
  const reaching: GroundOf = (reach) => (reach === "cluster" ? far() : near());
  const { inventory: whole } = around;
  const isCluster = whole.server.kind === "cluster";
  const ground = once((): RoomGround => ({ book: bookOf(whole), isCluster, covers: whole.covers }));
  const rooms = around.askRoom === undefined ? roomDesk(ground, isCluster) : { ask: around.askRoom };
  const judgeIn = once(() => opened(worldOf(inventory, seen, least), reaching, rooms));
  return (resource, operations, undo) => judgeIn()(resource, operations, undo);
}

/** What is said of a patch of all that are alike, by the undo that each is told. */
interface Shared extends Outcome {
  readonly verdicts: Map<string, EditVerdict>;
  /** With what is said of the room, by the likeness that goes by. */
  readonly inRoom: Map<string, Shared>;
}

function shared(outcome: Outcome): Shared {
  return { ...outcome, verdicts: new Map(), inRoom: new Map() };
}

type Said = Shared | "each by itself";

function opened(world: World, reaching: GroundOf, rooms: RoomDesk): Judge {
  const likenessOf = likenesses(world);
  const verdictOf = createVerdicts();
  const known = new WeakMap<Reached, Map<number, Said>>();
  return (resource, operations, undo) => {
    const likeness = likenessOf(resource);
    const { workload, like } = likeness;
    if (workload === undefined) {
      const { judged, repair } = judgeObject(resource, operations, reaching);
      return verdictOf(judged, repair, undo, undefined);
    }
    const reached = reachedBy(resource, operations);
    const asks = asksForRoom(reached);
    const withRoom = (outcome: Outcome): Outcome =>
      asks ? roomed(outcome, resource, operations, workload, rooms.ask) : outcome;
    const sharedInRoom = (outcome: Shared): Shared => {
      const room = rooms.likeOf?.(resource);
      if (room === undefined) return shared(withRoom(outcome));
      let found = outcome.inRoom.get(room);
      if (found === undefined) outcome.inRoom.set(room, (found = shared(withRoom(outcome))));
      return found;
    };
    const alone = (): EditVerdict => {
      const evidence = world.evidenceOf(workload);
      const { judged, repair } = withRoom(mended(resource, operations, { workload, world, evidence }));
      return verdictOf(judged, repair, undo, evidence);
    };
    if (like === undefined) return alone();
    let alike = known.get(reached);
    if (alike === undefined) known.set(reached, (alike = new Map()));
    const outcomeOf = (number: number): Said => {
      let said = alike.get(number);
      if (said === undefined)
        alike.set(number, (said = outcomeFor(resource, operations, reached, workload, world)));
      return said;
    };
    const inOne = likeIn(reached, likeness);
    let outcome = outcomeOf(inOne ?? like);
    // A repair may touch what other containers see.
    if (inOne !== undefined && outcome !== "each by itself" && outcome.tried) outcome = outcomeOf(like);
    if (outcome === "each by itself") return alone();
    const { judged, repair, verdicts } = asks ? sharedInRoom(outcome) : outcome;
    let verdict = verdicts.get(undo);
    if (verdict === undefined) verdicts.set(undo, (verdict = verdictOf(judged, repair, undo, undefined)));
    return verdict;
  };
}

/** Of a patch that touches one container alone, the others say nothing. */
function likeIn({ container }: Reached, { inContainer }: Likeness): number | undefined {
  return container === undefined ? undefined : inContainer.get(container);
}

/** What is said of any that nobody watched, where it tells of nothing that is its own. */
function outcomeFor(
  resource: Resource,
  operations: readonly PatchOperation[],
  { spoken, strange }: Reached,
  workload: Workload,
  world: World,
): Said {
  if (spoken.length === 0) return shared({ judged: strange, repair: [], tried: false });
  if (spoken.some(isOfImage)) return "each by itself";
  const outcome = mended(resource, operations, { workload, world, evidence: world.evidenceOf.nobody });
  return isOfWords(outcome.judged) ? shared(outcome) : "each by itself";
}
