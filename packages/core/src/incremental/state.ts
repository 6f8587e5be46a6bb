/** What is kept of a changing cluster between one change and the next. */
import { imagesByName } from "../inventory/images.ts";
import type { Standing } from "../controls/conditions.ts";
import { acceptance, type Acceptance } from "../controls/exceptions.ts";
import type { Control } from "../controls/control.ts";
import type { Evaluation } from "../controls/ledger.ts";
import { createDetector, type Detector } from "../evidence/detect.ts";
import { policyControls, type PolicyControls } from "../controls/policy/policy.ts";
import { atLeast } from "../evidence/expected.ts";
import type { AttackLibrary } from "../graph/edge.ts";
import type { Change, ResultTurn } from "../model/change.ts";
import type { Exception } from "../model/exception.ts";
import type { Image } from "../model/image.ts";
import type { FrameworkScore } from "../model/report.ts";
import type { Server } from "../model/snapshot.ts";
import { selected, type ScanOptions, type Selection } from "../scan.ts";
import { createDesks, type Desks } from "./desks.ts";
import { createHeard, type Heard } from "./heard.ts";
import { createJoint, type Joint, type Said } from "./joint.ts";
import { judgeNothing, kindsOfControls, type Kinds } from "./judging.ts";
import { createPaths, type Paths } from "./paths.ts";
import { createRooms, type Rooms } from "./rooms.ts";
import { createScales, type Around, type Scales } from "./scales.ts";
import { createStock, type Stock } from "./stock.ts";
import { createTags, type Memo, type Tags } from "./tags.ts";
import { createTotals, type Totals } from "./totals.ts";
import { viewOf, type World } from "./view.ts";

export interface IncrementalOptions extends ScanOptions {
  readonly server: Server;
  /** RFC 3339; later `time` changes move it. */
  readonly takenAt: string;
  /** Controls that look at several objects are not asked here: `hear` takes in what they say somewhere else, and nothing is told before it first did. */
  readonly listens?: boolean;
}

export interface State {
  readonly library: AttackLibrary;
  options: IncrementalOptions;
  readonly world: World;
  readonly tags: Tags;
  readonly stock: Stock;
  readonly totals: Totals;
  readonly desks: Desks;
  readonly joint: Joint;
  /** The same, where it only listens. */
  readonly heard: Heard | undefined;
  readonly paths: Paths | undefined;
  readonly policies: Memo<PolicyControls>;
  readonly nothing: Memo<Evaluation>;
  around: Around;
  /** The last change of what was seen, or of the clock. */
  observing: Change | undefined;
  /** Asks of what was seen whether it should have happened. */
  detect: Detector;
  /** What was seen, as findings are weighed by it. */
  readonly scales: Scales;
  /** What nodes and namespaces have left, and what was asked of it. */
  readonly rooms: Rooms;
  selection: Selection;
  kinds: Kinds;
  accepting: {
    readonly acceptance: Acceptance;
    readonly exceptions: readonly Exception[];
    readonly controls: readonly Control[];
    readonly standing: Standing | undefined;
  };
  /** Whether conditions of exceptions hold, for as long as what they look at stays. */
  standing: { readonly exceptions: readonly Exception[]; readonly memo: Memo<Standing> } | undefined;
  /** The last change that may have made exceptions say something else. */
  excepting: Change | undefined;
  /** What is said of kinds that were not read. */
  blind: { readonly evaluation: Evaluation; readonly said: Said } | undefined;
  /** As they were last told. */
  scores: ReadonlyMap<string, FrameworkScore>;
  /** How often each control held, when scores were last told. */
  readonly counted: Map<string, string>;
  /** Objects whose patches are to be judged anew, with the change that it comes from. */
  readonly unpatched: Map<string, Change | undefined>;
  /** The last change since which verdicts that rest on the whole cluster are to be judged anew; absent: none. */
  far: { readonly cause: Change | undefined } | undefined;
  /** Workloads and accounts of which something else was seen, or for longer, than their patches were judged by. */
  readonly reseen: Map<string, Change>;
  /**
   * Objects that came before anything was heard of what many tell together, with the change that each comes from: of
   * nearly all of them something will be, so they are judged and written once, then. Absent: it was heard, or is not waited for.
   */
  unheard: Map<string, Change | undefined> | undefined;
  /** Told by the next delta. */
  untold: ResultTurn[];
}

export function opened(library: AttackLibrary, options: IncrementalOptions): State {
  const tags = createTags();
  const stock = createStock(options);
  const totals = createTotals();
  const imagesAsRead = byReference();
  const imagesWeighed = byReference();
  const world: World = {
    stock,
    tags,
    server: () => state.options.server,
    takenAt: () => state.options.takenAt,
    crownJewels: () => state.options.crownJewels ?? [],
    imageOf: (reference, sight) =>
      sight === "as-read"
        ? imagesAsRead(state.around.images, reference)
        : imagesWeighed(state.scales.images(), reference),
    silent: () => state.scales.silent(),
  };
  const every = options.everyResult === true;
  const desks = createDesks(stock, totals);
  const selection = selected(library, [], options);
  const heard = options.listens === true ? createHeard(stock.at) : undefined;
  const state: State = {
    library,
    options,
    world,
    tags,
    stock,
    totals,
    desks,
    joint: heard ?? createJoint(world, every),
    heard,
    paths:
      library.edges === undefined
        ? undefined
        : createPaths(world, library.edges, desks, options.paths, () => state.around.observations),
    policies: tags.memo((read) => policyControls(viewOf(world, read, false))),
    nothing: tags.memo((read) => {
      read("restart");
      read("controls");
      return judgeNothing(viewOf(world, read, false), state.kinds.cel, every);
    }),
    around: { observations: [], images: [] },
    detect: createDetector(library.detections ?? [], options),
    scales: createScales(
      world,
      () => state.around,
      () => atLeast(state.options.thresholds),
    ),
    rooms: createRooms(() => ({ isCluster: state.options.server.kind === "cluster", covers: stock.covers })),
    selection,
    kinds: kindsOfControls(selection.controls, options.server.version),
    accepting: {
      acceptance: acceptance([], [], options.takenAt),
      exceptions: [],
      controls: [],
      standing: undefined,
    },
    standing: undefined,
    excepting: undefined,
    observing: undefined,
    blind: undefined,
    scores: new Map(),
    counted: new Map(),
    unpatched: new Map(),
    far: undefined,
    reseen: new Map(),
    unheard: heard === undefined ? undefined : new Map(),
    untold: [],
  };
  return state;
}

/** Looks up by reference in the list that holds now. */
function byReference(): (images: readonly Image[], reference: string) => Image | undefined {
  let known: { readonly of: readonly Image[]; readonly byName: ReturnType<typeof imagesByName> } | undefined;
  return (images, reference) => {
    if (known?.of !== images) known = { of: images, byName: imagesByName(images) };
    return known.byName(reference);
  };
}
