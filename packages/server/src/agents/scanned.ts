/**
 * What a scanner or a bill of materials says of one image, handed in over a door of its own: nothing is believed of the
 * document but what an importer makes of it, and it takes the place of what was handed in of the same image before.
 */
import { Type, type Static } from "typebox";
import type { Clock } from "@plimsoll/cluster";
import { imagesByName, readImageName, type Image, type Inventory } from "@plimsoll/core";
import { importers, readDocuments } from "@plimsoll/images";
import { ProblemError } from "../api/problem.ts";
import { scannedPrefix, type Given, type GivenChange } from "../pipeline/given.ts";
import { usedBy } from "../pipeline/used.ts";

/** Bytes of one document, unpacked. */
export const mostScannedBytes = 32 * 1024 * 1024;

export const scannedShape = Type.Object({
  image: Type.String(),
  digest: Type.Optional(Type.String()),
  flaws: Type.Optional(
    Type.Integer({ description: "Absent: the document does not say that anybody looked for flaws." }),
  ),
  flawed: Type.Integer({ description: "Packages that have them." }),
  packages: Type.Integer(),
  workloads: Type.Integer({
    description: "Workloads that run the image now, by the name that they give it.",
  }),
  replaced: Type.Boolean({ description: "Another of the same image was there." }),
  forgotten: Type.Integer({
    description: "Older documents, of images that no workload runs, that were given up to make room.",
  }),
  left: Type.Record(Type.String(), Type.Integer(), {
    description: "What could not be taken, counted by why.",
  }),
});

export type ScannedAnswer = Static<typeof scannedShape>;

export const mostImages = 2_000;
/** Bytes that they may take, packed. */
const mostBytes = 64 << 20;
/** Of one image. */
const mostEntries = 50_000;

/** Throws a `ProblemError` where it is no document of one image. */
export function scannedChange(
  document: unknown,
  clock: Pick<Clock, "now">,
  given: Pick<Given, "has" | "heads" | "size">,
  inventory: Inventory,
): { readonly changes: readonly GivenChange[]; readonly answer: ScannedAnswer } {
  const { image, left } = imageIn(document);
  const key = scannedKey(image);
  const replaced = given.has(key);
  const used = inventory.workloads.map(({ containers }) => containers.map((each) => each.image));
  const gone = replaced ? [] : roomFor(given, used.flat());
  const meant = imagesByName([image]);
  const { reference, digest, vulnerabilities, packages = [] } = image;
  return {
    changes: [
      ...gone.map((each) => ({ key: each })),
      { key, image: { ...image, left, readAt: new Date(clock.now()).toISOString() } },
    ],
    answer: {
      image: reference,
      ...(digest === undefined ? {} : { digest }),
      ...(vulnerabilities === undefined ? {} : { flaws: vulnerabilities.length }),
      flawed: new Set(vulnerabilities?.map((flaw) => flaw.package)).size,
      packages: packages.length,
      workloads: used.filter((names) => names.some((name) => meant(name) !== undefined)).length,
      replaced,
      forgotten: gone.length,
      left,
    },
  };
}

/** A bill that tells of no flaws stands beside what a scanner found: neither takes the other's place. */
function scannedKey({ reference, digest: own, vulnerabilities }: Image): string {
  const { repository, tag = "latest", digest = own } = readImageName(reference);
  const what = vulnerabilities === undefined ? "packages" : "flaws";
  return `${scannedPrefix}${what} ${repository}${digest === undefined ? `:${tag}` : `@${digest}`}`;
}

function imageIn(document: unknown): { readonly image: Image; readonly left: NonNullable<Image["left"]> } {
  if (typeof document !== "object" || document === null || Array.isArray(document))
    throw refused("it is no single document: send one at a time");
  const { images, exploited, left } = readDocuments(document);
  const [image, ...more] = images;
  if (exploited.size > 0)
    throw refused("it is a list of flaws that attackers use: put their ids into `exploited` of the settings");
  if (more.length > 0) throw refused(`it speaks of ${images.length} images: send one document at a time`);
  if (image === undefined) {
    const [why = "document of no known tool"] = Object.keys(left);
    throw refused(`${why}; known are ${importers.map(({ title }) => title).join(", ")}`);
  }
  if (!/^[A-Za-z0-9][\w.:@/-]{0,511}$/.test(image.reference))
    throw refused(
      "it names no image as a pod could: let the scanner look into the image by the pod's name of it",
    );
  const entries = Math.max(image.packages?.length ?? 0, image.vulnerabilities?.length ?? 0);
  if (entries > mostEntries)
    throw new ProblemError("too-large", `it names more than ${mostEntries} packages or flaws of one image`);
  const { digest, ...named } = image;
  if (digest === undefined || /^sha256:[0-9a-f]{64}$/.test(digest)) return { image, left };
  return { image: named, left: { ...left, "digest that is none": 1 } };
}

function refused(why: string): ProblemError {
  return new ProblemError("bad-request", why);
}

/** Keys to give up, the oldest first, of images that no workload runs. */
function roomFor(given: Pick<Given, "heads" | "size">, used: readonly string[]): readonly string[] {
  const held = given.heads().filter(({ key }) => key.startsWith(scannedPrefix));
  const isFull = held.length >= mostImages || given.size(scannedPrefix) > mostBytes;
  if (!isFull) return [];
  const isUsed = usedBy(used);
  const unused = held
    .filter(({ head }) => !isUsed(head))
    .sort((a, b) => ((a.readAt ?? "") < (b.readAt ?? "") ? -1 : 1));
  if (unused.length === 0)
    throw new ProblemError("too-large", "documents of as many images as are kept are there, and all are run");
  return unused.slice(0, Math.ceil(held.length / 20)).map(({ key }) => key);
}
