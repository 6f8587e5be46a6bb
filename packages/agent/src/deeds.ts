/** The distinct behaviours of one container, folded as they come: the hot path of the agent. Bounded; what is shed is counted. */
import {
  covering,
  mostLosses,
  type ContainerKey,
  type Interval,
  type Observation,
  type ObservationDetail,
  type ObservationKind,
  type Origin,
  type Sight,
  type Watch,
} from "@plimsoll/core";
import { isKept } from "./detail.ts";
import type { Glance } from "./glance.ts";
import { flag } from "./record.ts";

export interface SourceOfDeeds {
  readonly sensor: string;
  /** The node. */
  readonly provenance: string;
  readonly sight: { readonly [Kind in ObservationKind]?: Sight };
}

interface Deed {
  readonly detail: ObservationDetail;
  readonly origin: Origin | undefined;
  first: number;
  last: number;
  count: number;
  /** It was told since the last batch took it. */
  changed: boolean;
}

/** A record that was read, by what a glance at the next one tells. */
type Known = Omit<Glance, "process" | "root" | "time" | "place"> & {
  readonly origin: Origin | undefined;
  /** None: it is of no behaviour that is told. */
  readonly deed: Deed | undefined;
};

/** Distinct behaviours of one kind that are kept. */
const mostOfAKind = 5_000;
/** Redaction may make one behaviour of many paths: more of them than these are read whole each time. */
const mostGlances = 4 * mostOfAKind;

/** A stretch of time, to the beginning of the next, in which of these kinds only a part was told. */
interface Stretch {
  readonly from: number;
  readonly partial: readonly ObservationKind[];
}

/** Of older ones nothing more is told than was told before. */
const mostStretches = 200;

/** Times are milliseconds since 1970. */
export class Deeds {
  readonly #deeds = new Map<string, Deed>();
  readonly #glances = new Map<string, Known[]>();
  #glimpsed = 0;
  readonly #events: Partial<Record<ObservationKind, number>> = {};
  readonly #kept: Partial<Record<ObservationKind, number>> = {};
  #first = Infinity;
  #last = -Infinity;
  #heard = -Infinity;
  #drops = 0;
  #stretches: readonly Stretch[] = [{ from: -Infinity, partial: [] }];
  /** The container's first process was seen. */
  fromStart = false;

  add(detail: ObservationDetail, origin: Origin | undefined, time: number): void {
    const { kind } = detail;
    this.#note(kind, time);
    const key = keyOf(detail, origin);
    const known = this.#deeds.get(key);
    if (known !== undefined) return fold(known, time);
    const kept = this.#kept[kind] ?? 0;
    if (kept >= mostOfAKind) return;
    this.#kept[kind] = kept + 1;
    this.#deeds.set(key, { detail, origin, first: time, last: time, count: 1, changed: true });
  }

  /** Folds a file's record that was read before, or sheds it where no more are kept; false where it has to be read. */
  again(glance: Glance, origin: Origin | undefined, time: number): boolean {
    const known = this.#glances.get(glance.place)?.find((known) => isSame(known, glance, origin));
    if (known !== undefined) {
      if (known.deed === undefined) return true;
      this.#note(known.deed.detail.kind, time);
      fold(known.deed, time);
      return true;
    }
    const kind = (glance.flags & flag.mapped) === 0 ? "file" : "library";
    const isShed =
      (this.#kept[kind] ?? 0) >= mostOfAKind && this.#glimpsed < mostGlances && isKept(glance.mode);
    if (isShed) this.#note(kind, time);
    return isShed;
  }

  /** What a record turned out to be that was read whole; none where it is of no behaviour. */
  know(glance: Glance, origin: Origin | undefined, detail: ObservationDetail | undefined): void {
    const deed = detail === undefined ? undefined : this.#deeds.get(keyOf(detail, origin));
    if (this.#glimpsed >= mostGlances || (detail !== undefined && deed === undefined)) return;
    this.#glimpsed += 1;
    const { place, flags, operation, mode, owner, group } = glance;
    const known = { flags, operation, mode, owner, group, origin, deed };
    const others = this.#glances.get(place);
    if (others === undefined) this.#glances.set(place, [known]);
    else others.push(known);
  }

  #note(kind: ObservationKind, time: number): void {
    this.#events[kind] = (this.#events[kind] ?? 0) + 1;
    if (time < this.#first) this.#first = time;
    if (time > this.#last) this.#last = time;
  }

  /** The source looked at that time, whether or not the container did anything. */
  hear(time: number): void {
    if (time > this.#heard) this.#heard = time;
  }

  /** From now on only a part is told of these kinds, and of all others all. */
  dim(partial: readonly ObservationKind[], time: number): void {
    // The kernel's clock is known to a hundredth of a second: what was told of before may seem to be later.
    const from = Math.max(time, this.#last);
    this.#stretches = [...this.#stretches, { from, partial }].slice(-mostStretches);
  }

  drop(count: number): void {
    this.#drops += count;
  }

  /** Those that are new or were seen again since the last time: counts only grow, so that batches join to the whole. */
  changes(container: ContainerKey, pod: string, source: SourceOfDeeds): readonly Observation[] {
    const { sensor, provenance } = source;
    const changed: Observation[] = [];
    for (const deed of this.#deeds.values()) {
      if (!deed.changed) continue;
      deed.changed = false;
      const { detail, origin, first, last, count } = deed;
      changed.push({
        container,
        detail,
        sensor,
        trust: "kernel",
        ...(origin === undefined ? {} : { origin }),
        support: [{ pod, provenance, first: text(first), last: text(last), count }],
      });
    }
    return changed;
  }

  tellAgain(): void {
    for (const deed of this.#deeds.values()) deed.changed = true;
  }

  /** When the first thing was seen of it. */
  get first(): number | undefined {
    return this.#first === Infinity ? undefined : this.#first;
  }

  /**
   * None where nothing was ever seen of it. Of the time in which only a part was told one of its own, by another name: joined
   * to the rest it would say more than was seen.
   */
  watch(
    container: ContainerKey,
    pod: string,
    source: SourceOfDeeds,
    aside: Pick<Watch, "losses" | "peaks">,
  ): readonly Watch[] {
    if (this.#first === Infinity) return [];
    const until = Math.max(this.#last, this.#heard);
    const stretches = this.#stretches.map((stretch, at) => ({
      ...stretch,
      to: this.#stretches[at + 1]?.from ?? Infinity,
    }));
    const losses = aside.losses ?? [];
    const left = within(
      stretches.filter(({ partial }) => partial.length > 0),
      this.#first,
      until,
    );
    const about = { container, pod, ...source, fromStart: this.fromStart };
    return [...Map.groupBy(stretches, ({ partial }) => partial.join("-"))].flatMap(([name, of]) => {
      const heard = within(of, this.#first, until);
      if (heard.length === 0) return [];
      const times = { watched: within(of, this.#first, this.#last), heard };
      if (name !== "") {
        const partly = Object.fromEntries(of[0]!.partial.map((kind) => [kind, "partial" as const]));
        const [sensor, sight] = [`${source.sensor}-less-${name}`, { ...source.sight, ...partly }];
        return [{ ...about, sensor, sight, ...times, events: {}, drops: 0, ...lossesIn(losses) }];
      }
      const { peaks } = aside;
      return [
        {
          ...about,
          ...times,
          events: { ...this.#events },
          drops: this.#drops,
          ...(peaks === undefined ? {} : { peaks }),
          ...lossesIn(covering(mostLosses, losses, left)),
        },
      ];
    });
  }
}

function lossesIn(losses: readonly Interval[]): Pick<Watch, "losses"> {
  return losses.length === 0 ? {} : { losses };
}

function within(
  stretches: readonly { readonly from: number; readonly to: number }[],
  first: number,
  last: number,
): readonly Interval[] {
  return stretches
    .map(({ from, to }) => [Math.max(from, first), Math.min(to, last)] as const)
    .filter(([from, to]) => from <= to)
    .map(([from, to]) => ({ from: text(from), to: text(to) }));
}

function fold(deed: Deed, time: number): void {
  deed.count += 1;
  deed.changed = true;
  if (time < deed.first) deed.first = time;
  if (time > deed.last) deed.last = time;
}

function isSame(known: Known, glance: Glance, origin: Origin | undefined): boolean {
  return (
    known.flags === glance.flags &&
    known.operation === glance.operation &&
    known.mode === glance.mode &&
    known.owner === glance.owner &&
    known.group === glance.group &&
    known.origin === origin
  );
}

/** Files are most of what happens: their key is put together by hand, in a third of the time that JSON takes. */
function keyOf(detail: ObservationDetail, origin: Origin | undefined): string {
  if (detail.kind !== "file") return `${origin ?? ""}${JSON.stringify(detail)}`;
  const { operation, path, target = "", onRootFilesystem, refused, mode, owner, group, directory } = detail;
  const place = directory === undefined ? "" : `${directory.mode} ${directory.owner} ${directory.group}`;
  return `${origin ?? ""} ${operation} ${onRootFilesystem} ${refused} ${mode} ${owner} ${group} ${place}\0${path}\0${target}`;
}

function text(time: number): string {
  return new Date(time).toISOString();
}
