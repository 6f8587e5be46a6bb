/**
 * Which images' files are to be read, and what was read of them: once for each image of the cluster, whichever node runs it,
 * and only from an agent of a node that runs it.
 */
import { Type, type Static } from "typebox";
import type { Clock } from "@plimsoll/cluster";
import { sentList } from "@plimsoll/images";
import { closed } from "../api/shapes.ts";
import type { Given, GivenChange } from "../pipeline/given.ts";
import type { Containers, RunImage } from "./containers.ts";

const id = Type.String({ pattern: "^[0-9a-f]{64}$" });
/** Bytes of one request. */
export const mostListBytes = 16 * 1024 * 1024;

export const listBatchShape = Type.Object(
  {
    version: Type.Literal(1),
    /** The node that it is of: the one that the token is bound to. */
    node: Type.String({ minLength: 1, maxLength: 300 }),
    agent: Type.String({ minLength: 1, maxLength: 300 }),
    /** Containers whose files can be read now, by the runtime's ids. */
    running: Type.Array(id, { maxItems: 5_000 }),
    list: Type.Optional(
      Type.Object(
        {
          container: id,
          /** Each looked at by itself: `{ purl, files }`. */
          packages: Type.Array(Type.Unknown(), { maxItems: 50_000 }),
          /** What could not be read, counted by why. */
          left: Type.Record(Type.String({ maxLength: 200 }), Type.Integer({ minimum: 0 }), {
            maxProperties: 50,
          }),
        },
        closed,
      ),
    ),
    /** Asked for, and not to be read. */
    failed: Type.Optional(Type.Object({ container: id, why: Type.String({ maxLength: 200 }) }, closed)),
  },
  closed,
);

export type ListBatch = Static<typeof listBatchShape>;

export const listAnswerShape = Type.Object({
  /** Containers whose files are to be read, one for each image that is not known. */
  wanted: Type.Array(Type.String()),
  taken: Type.Integer({ description: "Packages." }),
  refused: Type.Record(Type.String(), Type.Integer()),
});

export type ListAnswer = Static<typeof listAnswerShape>;

/** Milliseconds that an agent may take; and until one that could not be read is tried again. */
const patience = 120_000;
const again = 3_600_000;
const atOnce = 2;
/** Bytes that lists may take, packed, and images that are held. */
const mostBytes = 64 << 20;
export const mostImages = 5_000;

export interface Lists {
  readonly taken: (batch: ListBatch) => {
    readonly changes: readonly GivenChange[];
    readonly answer: ListAnswer;
  };
  /** Why an image was not read, by the runtime's id of it. */
  readonly unread: (image: string) => string | undefined;
  /** `node` has told of itself within the last few minutes. */
  readonly hears: (node: string) => boolean;
}

const listPrefix = "list ";

export function listKey({ id: image, reference }: Pick<RunImage, "id" | "reference">): string {
  return `${listPrefix}${image} ${reference}`;
}

const longestSilence = 300_000;

export function createLists(
  clock: Clock,
  containers: Pick<Containers, "find" | "imageOf">,
  given: Pick<Given, "has" | "get" | "keys" | "size">,
): Lists {
  const asked = new Map<string, number>();
  const failures = new Map<string, { readonly at: number; readonly why: string }>();
  const heard = new Map<string, number>();
  const ownImage = (container: string, node: string): RunImage | undefined =>
    containers.find(container)?.node === node ? containers.imageOf(container) : undefined;
  const isOpen = (image: string, now: number): boolean =>
    now - (asked.get(image) ?? -Infinity) > patience && now - (failures.get(image)?.at ?? -Infinity) > again;
  const lists = (): readonly string[] => given.keys().filter((key) => key.startsWith(listPrefix));
  /** How many more images lists are kept of. */
  const roomBeside = (held: readonly string[]): number =>
    given.size(listPrefix) > mostBytes ? 0 : Math.max(0, mostImages - held.length);
  return {
    unread: (image) =>
      failures.get(image)?.why ??
      (roomBeside(lists()) === 0 ? "more images than lists are kept of" : undefined),
    hears: (node) => clock.elapsed() - (heard.get(node) ?? -Infinity) < longestSilence,
    taken: ({ node, running, list, failed }) => {
      const now = clock.elapsed();
      heard.set(node, now);
      const changes: GivenChange[] = [];
      const held = lists();
      const room = roomBeside(held);
      const hasRoom = (key: string): boolean => given.has(key) || changes.length < room;
      let [taken, refused]: [number, { readonly [why: string]: number }] = [0, {}];
      if (failed !== undefined) {
        const image = ownImage(failed.container, node);
        if (image !== undefined) failures.set(image.id, { at: now, why: failed.why });
      }
      if (list !== undefined) {
        const image = ownImage(list.container, node);
        if (image === undefined) refused = { "container that does not run there": 1 };
        else if (!hasRoom(listKey(image))) refused = { "list of more images than are kept": 1 };
        else {
          const { packages, left } = sentList(list.packages);
          const { reference, digest } = image;
          [taken, refused] = [packages.length, left];
          failures.delete(image.id);
          asked.delete(image.id);
          const value = {
            reference,
            ...(digest === undefined ? {} : { digest }),
            packages,
            sources: ["plimsoll"],
            left: { ...list.left, ...left },
            readAt: new Date(clock.now()).toISOString(),
          };
          changes.push({ key: listKey(image), image: value });
        }
      }
      const wanted = new Map<string, string>();
      // The same image under another name: its list is copied, not read again.
      const twins = new Map(held.toReversed().map((key) => [key.split(" ")[1], key]));
      for (const container of running) {
        const image = ownImage(container, node);
        if (
          image === undefined ||
          given.has(listKey(image)) ||
          changes.some(({ key }) => key === listKey(image)) ||
          !hasRoom(listKey(image))
        )
          continue;
        const twin = twins.get(image.id);
        if (twin !== undefined) {
          changes.push({ key: listKey(image), image: { ...given.get(twin)!, reference: image.reference } });
          continue;
        }
        if (wanted.size < atOnce && !wanted.has(image.id) && isOpen(image.id, now))
          wanted.set(image.id, container);
      }
      for (const image of wanted.keys()) asked.set(image, now);
      for (const [image, at] of asked) if (now - at > again) asked.delete(image);
      for (const [image, { at }] of failures) if (now - at > again) failures.delete(image);
      return { changes, answer: { wanted: [...wanted.values()], taken, refused } };
    },
  };
}
