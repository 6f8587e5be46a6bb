/** Which edits break a step: the findings whose fix takes away what the step needs. */
import type { Control } from "../controls/control.ts";
import type { MembersOf } from "../controls/ledger.ts";
import type { Option, Options } from "../graph/cuts.ts";
import { powers } from "../graph/powers/index.ts";
import type { Break, Change, Step } from "../graph/step.ts";
import type { Edit } from "../model/report.ts";
import { narrowingKey } from "./narrowing.ts";
import { refKey } from "../model/resource.ts";

/** A finding that an edit resolves. */
interface Resolved {
  readonly edit: number;
  readonly control: Control;
  readonly path: string;
  readonly container: string | undefined;
}

/** What an edit is weighed by. */
export type Curing = Pick<Edit, "id" | "resource" | "resolves" | "byHand" | "breakRisk" | "system">;

type Finder = (change: Change, step: Step) => readonly number[];

/** At most so many edits go into one way to break a step: past it, the way is no choice for people. */
const mostEdits = 12;

/**
 * The ways to break each step, cheapest first: by fewest edits, patches before handwork, then by id, whatever else there
 * is. The platform's own edits are none: what they change is privileged by function.
 */
export function curesOf(steps: readonly Step[], edits: readonly Curing[], membersOf: MembersOf): Options {
  const find = finderOf(edits, membersOf);
  const known = new Map<Break, Option | undefined>();
  const made: (readonly Option[] | undefined)[] = Array.from({ length: steps.length });
  const optionOf = (each: Break, step: Step): Option | undefined => {
    if (!known.has(each)) known.set(each, optionFor(each, step, find));
    return known.get(each);
  };
  const cost = (option: Option): number => option.reduce((sum, edit) => sum + costOf(edits[edit]!), 0);
  return (index) => {
    let options = made[index];
    if (options === undefined) {
      const step = steps[index]!;
      const found = step.brokenBy.flatMap((each) => {
        const option = optionOf(each, step);
        return option === undefined ? [] : [option];
      });
      options = found.length === 0 ? incurable : found.sort((a, b) => cost(a) - cost(b) || a[0]! - b[0]!);
      made[index] = options;
    }
    return options;
  };
}

const incurable: readonly Option[] = [];

/**
 * A patch is less work than words; what denies connections by default may break more than its own workload, and what
 * narrows a connection or a way in may break whoever needs it.
 */
export function costOf({ byHand, resource, breakRisk }: Curing): number {
  return (byHand ? 2 : 1) + (resource.kind === "Namespace" || breakRisk !== undefined ? 2 : 0);
}

/** Controls that ask for a way in to go away. */
const waysIn: { readonly [by: string]: string } = {
  "load-balancer": "load-balancer-open",
  "node-port": "node-port-service",
  "external-ips": "service-external-ips",
  "host-port": "host-port",
  "host-network": "host-network",
};

function optionFor({ changes }: Break, step: Step, find: Finder): Option | undefined {
  if (changes.length > mostEdits) return undefined;
  const found = changes.map((change) => find(change, step));
  if (found.some((edits) => edits.length === 0)) return undefined;
  const all = [...new Set(found.flat())].sort((a, b) => a - b);
  return all.length > mostEdits ? undefined : all;
}

function finderOf(edits: readonly Curing[], membersOf: MembersOf): Finder {
  const at = resolvedAt(edits, membersOf);
  const numbers = new Map(
    edits.flatMap(({ id, breakRisk }, edit) => (breakRisk === undefined ? [] : [[id, edit]])),
  );
  const narrowing = (change: Change): readonly number[] => {
    const edit = numbers.get(narrowingKey(change) ?? "");
    return edit === undefined ? [] : [edit];
  };
  return (change, step) => {
    // What only a narrowing answers asks for no finding: few workloads are looked at.
    const found = (): readonly Resolved[] => at(refKey(change.resource));
    const ofControl = (id: string): readonly number[] =>
      found()
        .filter(
          ({ control, container }) =>
            control.id === id &&
            (container === undefined || change.container === undefined || container === change.container),
        )
        .map(({ edit }) => edit);
    switch (change.kind) {
      case "meet-control":
        return ofControl(change.what);
      case "no-token":
        return ofControl("token-automount");
      case "remove-secret":
        return ofControl("account-token-secret");
      case "label-namespace":
        return ofControl("pod-security-label");
      case "remove-subject":
        return oneOf(found().filter(givesPower), step);
      case "narrow-rule":
        return oneOf(
          found().filter((entry) => givesPower(entry) && isAtRule(entry, change.what)),
          step,
        );
      case "remove-exposure": {
        const own = ofControl(waysIn[change.what] ?? "");
        return own.length > 0 ? own : narrowing(change);
      }
      case "narrow-ingress":
        return narrowing(change);
      case "remove-annotation":
        return [];
    }
  };
}

/** The findings at a resource that edits resolve. Few resources are asked about: each is looked at once. */
function resolvedAt(
  edits: readonly Curing[],
  membersOf: MembersOf,
): (resource: string) => readonly Resolved[] {
  const editsAt = new Map<string, number[]>();
  edits.forEach(({ system, resource }, index) => {
    if (system !== undefined) return;
    const key = refKey(resource);
    const list = editsAt.get(key);
    if (list === undefined) editsAt.set(key, [index]);
    else list.push(index);
  });
  const known = new Map<string, readonly Resolved[]>();
  return (resource) => {
    let found = known.get(resource);
    if (found === undefined) {
      found = (editsAt.get(resource) ?? []).flatMap((edit) =>
        membersOf(edits[edit]!).map(({ control, result: { path, container } }) => ({
          edit,
          control,
          path,
          container,
        })),
      );
      known.set(resource, found);
    }
    return found;
  };
}

function givesPower({ control }: Resolved): boolean {
  return control.grants !== undefined;
}

/** Findings say the rule's index where they mean one; a gathered rule may stand anywhere in its role. */
function isAtRule({ path }: Resolved, what: string): boolean {
  return !/^\d+$/.test(what) || !path.includes("rules[") || path.includes(`rules[${what}]`);
}

const equivalentsOf = new Map(powers.map(({ id, equivalents }) => [id, new Set(equivalents)]));

/** Of several findings there, the one that means the same power; else the first: each asks to take rights away. */
function oneOf(found: readonly Resolved[], { by }: Step): readonly number[] {
  const same = found.find(
    ({ control }) =>
      control.id === by ||
      control.equivalents.some((equivalent) => equivalentsOf.get(by)?.has(equivalent.replace(":", "/"))),
  );
  const best = same ?? found[0];
  return best === undefined ? [] : [best.edit];
}
