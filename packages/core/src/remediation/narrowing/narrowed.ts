/**
 * Patches of the edits that attack paths ask for: a way in is closed, or those are refused who may be an attacker's and
 * have no need that was seen. What cannot be narrowed with certainty stays in words. May not call anything clear that
 * nobody watched, nor refuse what was seen.
 */
import type { Thresholds } from "../../model/evidence.ts";
import type { Change } from "../../graph/step.ts";
import type { Inventory } from "../../inventory/inventory.ts";
import type { Observation, Watch } from "../../model/observation.ts";
import type { Edit } from "../../model/report.ts";
import { refKey } from "../../model/resource.ts";
import type { Detection } from "../../model/detection.ts";
import type { EditVerdict, Missing } from "../../model/verdict.ts";
import type { Workload } from "../../model/workload.ts";
import type { Attack } from "../../risk/attack.ts";
import type { Traffic } from "../../risk/traffic.ts";
import { gathered } from "../verdicts/gathered.ts";
import { closedWay } from "./closed-way.ts";
import { createJudge, type Judge } from "../verdicts/judge.ts";
import { narrowedPeers, type Narrowed } from "./narrowed-peers.ts";

/** What is there to decide by. */
export interface NarrowingGround {
  readonly inventory: Inventory;
  readonly seen: {
    readonly observations: readonly Observation[];
    readonly watches: readonly Watch[];
    readonly detections: readonly Detection[];
  };
  /** Absent: nothing was observed. */
  readonly traffic?: Traffic | undefined;
  readonly thresholds: Thresholds;
}

/** The edits of the paths, with patches where there are any. In their order. */
export function withPatches(
  attack: Pick<Attack, "edits" | "changes" | "isReached">,
  ground: NarrowingGround,
): readonly Edit[] {
  if (attack.edits.length === 0) return [];
  const peersOf = narrowedPeers(ground.inventory, attack.isReached, ground.traffic);
  const roots = Map.groupBy(
    ground.inventory.workloads.filter(({ derived }) => !derived),
    ({ root }) => refKey(root),
  );
  let evidence: ReturnType<typeof gathered> | undefined;
  const lacksOf = (workload: Workload): readonly Missing[] => {
    evidence ??= gathered(ground.inventory, ground.seen, ground.thresholds);
    const own = evidence(workload);
    const found = workload.containers
      .filter(({ role }) => role !== "ephemeral")
      .flatMap((container) => own.container(container).lacks("connection"));
    return [...new Map(found.map((each) => [each.text, each])).values()];
  };
  let judge: Judge | undefined;
  const judgeOf = (): Judge => (judge ??= createJudge(ground.inventory, ground.seen, ground.thresholds));
  return attack.edits.map((edit) => {
    const change = attack.changes.get(edit.id);
    if (change === undefined) return edit;
    if (change.kind !== "narrow-ingress") return closed(edit, change, ground.inventory, judgeOf);
    const [workload, ...others] = roots.get(refKey(change.resource)) ?? [];
    if (workload === undefined || others.length > 0) return edit;
    const lacks = ground.traffic === undefined ? [nobodyWatched(workload)] : lacksOf(workload);
    return isolated(edit, peersOf(workload, lacks.length === 0), lacks);
  });
}

const undo = "apply what it changes as it was, and delete what it makes";

/** Who comes from outside the cluster by an address is nobody's workload. */
function unwatchedAddresses(block: string): Missing {
  return {
    text: `who connects from addresses of ${block === "" ? "an unreadable block" : block}, which are refused from now on`,
    remedy: "name those that are needed, of hosts outside the cluster, in an `ipBlock` without its pods",
  };
}

function nobodyWatched({ ref }: Workload): Missing {
  return {
    text: `who connects to ${ref.kind} ${ref.namespace}/${ref.name} was not observed`,
    remedy: "observe its connections with `plimsoll observe`, and scan again with --observations",
  };
}

/** By the fields of what it changes; a route has none, and who comes by it is told by nobody. */
function closed(edit: Edit, change: Change, inventory: Inventory, judge: () => Judge): Edit {
  const operations = closedWay(change, inventory);
  const record = inventory.get(change.resource);
  if (operations === undefined || record === undefined) return edit;
  const told = judge()(record.resource, operations, undo);
  if (told.fields.some(({ field }) => field !== "other")) {
    if (told.verdict === "breaks") return { ...edit, verdict: told };
    return { ...edit, operations: [...operations, ...told.repair], byHand: false, verdict: told };
  }
  const missing: Missing = {
    text: "who comes in this way from outside was not observed",
    remedy: "ask its owner, or look into the logs of what listens, before it is closed",
  };
  const verdict = verdictOf("unknown", `Not seen: ${missing.text}.`, "way-in", [missing]);
  return { ...edit, operations, byHand: false, verdict };
}

function isolated(edit: Edit, narrowed: Narrowed, seenLacks: readonly Missing[]): Edit {
  const { changes, kept, refusedSeen, notes, addresses = [] } = narrowed;
  if (refusedSeen.length > 0) {
    const text = `Seen: ${refusedSeen.join("; ")}. An attacker may come that way, and the patch would refuse it: harden the client instead.`;
    return { ...edit, verdict: verdictOf("breaks", text, "network-policy", []) };
  }
  if (changes === undefined) return edit;
  const lacks = [...seenLacks, ...addresses.map(unwatchedAddresses)];
  const keeps = `Keeps: ${kept.length === 0 ? "nobody" : listed(kept)}.`;
  const others = notes.map((note) => `${note}.`).join(" ");
  const breakRisk =
    lacks.length === 0 ? "none seen: all who were seen connecting stay admitted" : edit.breakRisk;
  const verdict =
    lacks.length === 0
      ? verdictOf("clear", `${keeps} Nothing seen would have been refused. ${others}`, "network-policy", [])
      : verdictOf(
          "unknown",
          `${keeps} Everybody else is refused. ${others} Not seen: ${lacks.map(({ text }) => text).join("; ")}.`,
          "network-policy",
          lacks,
        );
  return {
    ...edit,
    also: changes,
    byHand: false,
    verdict,
    ...(breakRisk === undefined ? {} : { breakRisk }),
  };
}

const shown = 8;

function listed(names: readonly string[]): string {
  const more = names.length - shown;
  return names.slice(0, shown).join(", ") + (more > 0 ? ` and ${more} more` : "");
}

function verdictOf(
  verdict: EditVerdict["verdict"],
  text: string,
  field: string,
  missing: readonly Missing[],
): EditVerdict {
  const because = text.trim();
  return {
    verdict,
    basis: "observation",
    text: because,
    fields: [{ field, verdict, basis: "observation", because, witnesses: [], witnessCount: 0, missing }],
    repair: [],
    undo,
  };
}
