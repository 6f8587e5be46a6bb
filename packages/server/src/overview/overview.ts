/**
 * What only a look at the whole cluster says: controls that join many objects, attack paths, priorities, the report as a
 * page. It takes the same changes as the judge of single objects and answers in its own time; `thread.ts` is where it
 * runs in the service, so that it never holds up who watches.
 */
import {
  createIncremental,
  formats,
  refKey,
  type AttackLibrary,
  type Change,
  type IncrementalOptions,
  type JointSaid,
  type Report,
} from "@plimsoll/core";
import { library } from "@plimsoll/library";
import type { Settings } from "../settings/settings.ts";
import { outlineOf, type Outline } from "./outline.ts";

export interface Overview {
  /** Changes, one list after another: each list is judged at once. */
  readonly take: (lists: readonly (readonly Change[])[]) => void;
  /** What controls that look at many objects say otherwise than they were told to, of all that was taken. */
  readonly settle: () => Promise<readonly JointSaid[]>;
  readonly report: () => Promise<Told>;
  /** The last report as a page that stands alone. */
  readonly page: () => Promise<string>;
  readonly stop: () => Promise<void>;
}

export interface Told {
  readonly outline: Outline;
  readonly said: readonly JointSaid[];
}

/** What it is begun with: plain data, that may cross into another thread. */
export interface Duty {
  readonly own: Settings["own"];
  readonly options: IncrementalOptions;
}

/** `onLost`: it has ended by itself, and is to be begun anew; called once, and not where it was stopped. */
export type OpenOverview = (duty: Duty, onLost: (why: Error) => void) => Overview;

/** What controls and detections there are. */
export function libraryWith(own: Settings["own"], ours: AttackLibrary = library): AttackLibrary {
  return {
    ...ours,
    controls: [...ours.controls, ...own.controls],
    detections: [...(ours.detections ?? []), ...own.detections],
  };
}

/** In the thread of who asks for it. */
export function createOverview({ own, options }: Duty, ours?: AttackLibrary): Overview {
  const kept = createIncremental(libraryWith(own, ours), options);
  let last: Report | undefined;
  let page: string | undefined;
  return {
    take: (lists) => {
      for (const list of lists) kept.apply(list);
    },
    settle: async () => {
      kept.settle();
      return kept.said();
    },
    report: async () => {
      last = kept.report();
      page = undefined;
      kept.settle(); // what nobody asks for here need not be kept
      const isOwn = ({ id, resource }: Report["edits"][number]): boolean =>
        kept.editsOf(refKey(resource)).some((edit) => edit.id === id);
      return { outline: outlineOf(last, isOwn), said: kept.said() };
    },
    page: async () => (page ??= last === undefined ? "" : pageOf(last)),
    stop: async () => undefined,
  };
}

function pageOf(report: Report): string {
  const html = formats.find(({ id }) => id === "html")!;
  return [...html.write(report, { color: false, width: 100, hyperlinks: false, all: true })].join("");
}
