/** Flaws of the images that workloads run, by whether their code is loaded and reached: the most urgent first. */
import { Type, type Static } from "typebox";
import {
  atLeast,
  flawsIn,
  imagesByName,
  refKey,
  rungs,
  severities,
  unlookedImages,
  workloadKinds,
  type FlawUse,
  type Gap,
  type Inventory,
  type Snapshot,
  type Workload,
} from "@plimsoll/core";
import { ProblemError } from "./problem.ts";
import { defineRoute, mustBeJudged, type Context } from "./route.ts";
import { runningImages, whyUnread } from "./running.ts";
import { choice, closed, cursor, pageOf, shapes, word } from "./shapes.ts";

const states = ["observed", "not-observed", "unknown"] as const;
const exposures = ["yes", "no", "unknown"] as const;

const query = Type.Object(
  {
    namespace: Type.Optional(word),
    /** As a scanner told it. */
    image: Type.Optional(Type.String({ minLength: 1, maxLength: 1_024 })),
    id: Type.Optional(word),
    rung: Type.Optional(choice(rungs)),
    loaded: Type.Optional(choice(states)),
    exposed: Type.Optional(choice(exposures)),
    exploited: Type.Optional(Type.Boolean()),
    severity: Type.Optional(choice(severities)),
    /** In ids, packages and images. */
    search: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
    limit: Type.Optional(pageOf),
    cursor: Type.Optional(cursor),
  },
  closed,
);

const flaw = Type.Object({
  id: Type.String(),
  image: Type.String(),
  package: Type.String(),
  fixedIn: Type.Optional(Type.String()),
  /** As scanners grade it, the gravest. */
  severity: Type.Optional(choice(severities)),
  exploited: Type.Boolean(),
  /** How far it was seen in use. */
  rung: choice(rungs),
  /** `not-observed` only where nothing was lacking. */
  loaded: choice(states),
  because: Type.String(),
  exposed: choice(exposures),
  /** Who runs the image, of those that the asker may see. */
  workloads: Type.Array(shapes.resource),
});

type Asked = Omit<Static<typeof query>, "limit" | "cursor" | "namespace">;

export const vulnerabilityRoutes = [
  defineRoute({
    id: "listVulnerabilities",
    path: "/api/v1/vulnerabilities",
    tag: "vulnerabilities",
    summary: "Flaws that scanners told of the images that workloads run, by what was seen of their code",
    needs: "objects",
    query,
    answer: Type.Object({
      items: Type.Array(flaw),
      next: Type.Optional(Type.String()),
      /** Of all that match: how many there are, and those that are set aside, for they were never loaded while watched completely. */
      total: Type.Integer(),
      aside: Type.Integer(),
      /** Images that workloads run and of which no scanner told: whether they have flaws is not known. */
      unlooked: Type.Array(Type.String()),
      /** Images with flaws whose files no agent has read, and why: of which packages they are is not known by that. */
      unread: Type.Array(Type.Object({ image: Type.String(), why: Type.String() })),
      /** Kinds of workloads, and of scanners' reports, that cannot be seen now. */
      blind: Type.Array(Type.String()),
    }),
    run: async ({ query: asked, eyes }, context) => {
      mustBeJudged(context);
      const { pipeline, reception } = context;
      const { namespace, limit = 50, cursor: after = "", ...wanted } = asked;
      const inventory = reception.inventory();
      const near = inventory.workloads.filter(
        ({ root }) => namespace === undefined || root.namespace === namespace,
      );
      const sees = await eyes.seen(near.map(({ root }) => root));
      // What others do with the same image is none of the asker's business.
      const workloads = near.filter(({ root }) => sees(root));
      const snapshot = pipeline.snapshot();
      const flaws = remembered(snapshot, inventory, workloads, context);
      // The inventory is some seconds old; what was told of images is not.
      const imageOf = imagesByName(snapshot.images);
      const found = flaws.filter((each) => each.workloads.length > 0 && matches(each, wanted));
      const unread = (await runningImages(context, eyes, namespace)).flatMap((each) => {
        const { reference } = each.image;
        const why = imageOf(reference)?.vulnerabilities?.length ? whyUnread(context, each) : undefined;
        return why === undefined ? [] : [{ image: reference, why }];
      });
      const from = after === "" ? 0 : placeAfter(after, found);
      const items = found.slice(from, from + limit);
      return {
        items,
        ...(from + limit < found.length ? { next: `${from + items.length} ${keyOf(items.at(-1)!)}` } : {}),
        total: found.length,
        aside: found.filter(({ loaded }) => loaded === "not-observed").length,
        unlooked: unlookedImages(workloads, snapshot.images),
        unread,
        blind: blindIn(snapshot.gaps),
      };
    },
  }),
];

/** What was worked out for a page, for the next. */
interface Known {
  readonly images: Snapshot["images"];
  readonly observations: Snapshot["observations"];
  readonly settings: ReturnType<Context["settings"]>;
  readonly whose: string;
  readonly flaws: readonly FlawUse[];
}

/** By the inventory, which is made anew every few seconds: the last askers of it. */
const known = new WeakMap<Inventory, readonly Known[]>();
const askers = 4;

/** Flaws of what these workloads run; the same again while nothing that they are told by is another. */
function remembered(
  snapshot: Snapshot,
  inventory: Inventory,
  workloads: readonly Workload[],
  context: Context,
): readonly FlawUse[] {
  const { images, observations } = snapshot;
  const settings = context.settings();
  const whose = workloads.map(({ ref }) => refKey(ref)).join("\n");
  const before = known.get(inventory) ?? [];
  const isIt = (each: Known): boolean =>
    each.images === images &&
    each.observations === observations &&
    each.settings === settings &&
    each.whose === whose;
  const found = before.find(isIt);
  if (found !== undefined) return found.flaws;
  const flaws = flawsIn(snapshot, { ...inventory, workloads }, atLeast(settings.evidence));
  known.set(inventory, [{ images, observations, settings, whose, flaws }, ...before].slice(0, askers));
  return flaws;
}

function blindIn(gaps: readonly Gap[]): readonly string[] {
  const isAbout = (kind: string): boolean =>
    kind === "*" || kind.endsWith("/VulnerabilityReport") || workloadKinds.includes(kind);
  return [...new Set(gaps.flatMap(({ kinds }) => kinds.filter(isAbout)))].sort();
}

/** Behind the last that was told; where it has gone meanwhile, behind as many as were told. */
function placeAfter(cursor: string, found: readonly FlawUse[]): number {
  const [, count, key] = /^(\d{1,9}) (.*)$/s.exec(cursor) ?? [];
  if (count === undefined) throw new ProblemError("bad-request", "the cursor is none of ours");
  const at = found.findIndex((each) => keyOf(each) === key);
  return at < 0 ? Number(count) : at + 1;
}

function keyOf({ id, image, package: of }: FlawUse): string {
  return JSON.stringify([id, image, of]);
}

function matches(flawed: FlawUse, { search, ...exact }: Asked): boolean {
  const texts = [flawed.id, flawed.package, flawed.image];
  const isFound =
    search === undefined || texts.some((text) => text.toLowerCase().includes(search.toLowerCase()));
  return (
    isFound &&
    (exact.image === undefined || flawed.image === exact.image) &&
    (exact.id === undefined || flawed.id === exact.id) &&
    (exact.rung === undefined || flawed.rung === exact.rung) &&
    (exact.loaded === undefined || flawed.loaded === exact.loaded) &&
    (exact.exposed === undefined || flawed.exposed === exact.exposed) &&
    (exact.severity === undefined || flawed.severity === exact.severity) &&
    (exact.exploited === undefined || flawed.exploited === exact.exploited)
  );
}
