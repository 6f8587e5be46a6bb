/** Flaws of the images that workloads run, by whether their code is loaded and reached: the most urgent first. */
import { Type, type Static } from "typebox";
import { flawsIn, imagesByName, rungs, workloadKinds, type FlawUse, type Gap } from "@plimsoll/core";
import { ProblemError } from "./problem.ts";
import { defineRoute, mustBeJudged } from "./route.ts";
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
      const flaws = flawsIn(snapshot, { ...inventory, workloads });
      // The inventory is some seconds old; what was told of images is not.
      const imageOf = imagesByName(snapshot.images);
      const found = flaws.filter((each) => each.workloads.length > 0 && matches(each, wanted));
      const unlooked = workloads.flatMap(({ containers }) =>
        containers.flatMap(({ image }) => (imageOf(image)?.vulnerabilities === undefined ? [image] : [])),
      );
      const from = after === "" ? 0 : placeAfter(after, found);
      const items = found.slice(from, from + limit);
      return {
        items,
        ...(from + limit < found.length ? { next: `${from + items.length} ${keyOf(items.at(-1)!)}` } : {}),
        total: found.length,
        aside: found.filter(({ loaded }) => loaded === "not-observed").length,
        unlooked: [...new Set(unlooked)].sort(),
        blind: blindIn(snapshot.gaps),
      };
    },
  }),
];

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
    (exact.exploited === undefined || flawed.exploited === exact.exploited)
  );
}
