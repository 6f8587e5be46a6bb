/**
 * What was handed in of images, by agents that read their files and by people whose scanners looked: kept packed, since lists
 * of files are long, and unpacked as far as flaws that somebody told of need them.
 */
import { deflateRawSync, inflateRawSync } from "node:zlib";
import { imagesByName, readImageName, type Image } from "@plimsoll/core";
import { readPurl } from "@plimsoll/images";
import type { PartChange } from "../store/batch.ts";
import { partsIn } from "../store/parts.ts";
import type { Store } from "../store/store.ts";

/** Documents of scanners have keys that begin so. */
export const scannedPrefix = "scanner ";

/** Without an image it is gone. */
export interface GivenChange {
  readonly key: string;
  readonly image?: Image;
}

export interface Given {
  readonly put: (change: GivenChange) => void;
  readonly has: (key: string) => boolean;
  readonly get: (key: string) => Image | undefined;
  readonly keys: () => readonly string[];
  readonly heads: () => readonly Head[];
  /** Bytes that it holds under keys that begin so. */
  readonly size: (prefix: string) => number;
  /** Counts what was put. */
  readonly version: () => number;
  /** Those that tell of flaws, with all their packages. */
  readonly flawed: () => readonly Image[];
  /** Lists of packages of these images, under the names that these have: files of packages with flaws alone. */
  readonly listsOf: (flawed: readonly Image[]) => readonly Image[];
  /** What the store was not told; `whole`: everything. */
  readonly parts: (whole: boolean) => readonly PartChange[];
}

/** What is known of one without unpacking it. */
export interface Head {
  readonly key: string;
  readonly head: Pick<Image, "reference" | "digest">;
  /** RFC 3339: when its files were read, or it was handed in. */
  readonly readAt: string | undefined;
  readonly looked: boolean;
}

interface Held extends Head {
  readonly packed: Buffer;
}

export function createGiven(): Given {
  const held = new Map<string, Held>();
  const untold = new Set<string>();
  let version = 0;
  const unpack = ({ packed }: Held): Image => JSON.parse(inflateRawSync(packed).toString("utf8")) as Image;
  const ordered = (): readonly Held[] => [...held.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
  const get = (key: string): Image | undefined => {
    const found = held.get(key);
    return found === undefined ? undefined : unpack(found);
  };
  return {
    put: ({ key, image }) => {
      version += 1;
      untold.add(key);
      held.delete(key);
      if (image === undefined) return;
      const packed = deflateRawSync(JSON.stringify(image), { level: 3 });
      const { reference, digest, readAt } = image;
      const head = { reference, ...(digest === undefined ? {} : { digest }) };
      held.set(key, { key, packed, head, readAt, looked: image.vulnerabilities !== undefined });
    },
    has: (key) => held.has(key),
    get,
    keys: () => ordered().map(({ key }) => key),
    heads: ordered,
    size: (prefix) =>
      [...held.values()].reduce(
        (sum, { key, packed }) => sum + (key.startsWith(prefix) ? packed.length : 0),
        0,
      ),
    version: () => version,
    flawed: () => ordered().flatMap((each) => (each.looked ? [unpack(each)] : [])),
    listsOf: (flawed) => {
      const find = imagesByName(flawed);
      return [...held.values()].flatMap((each) => {
        const meant = each.looked ? undefined : meantBy(each.head, find);
        return meant === undefined ? [] : [needed(unpack(each), meant)];
      });
    },
    parts: (whole) => {
      const keys = whole ? [...held.keys()] : [...untold];
      untold.clear();
      return keys.sort().map((key) => {
        const value = get(key);
        return { part: "image", key, ...(value === undefined ? {} : { value }) } as const;
      });
    },
  };
}

/** A tag that was moved on leads to another image than the one that was looked into. */
function meantBy(
  { reference, digest }: Held["head"],
  find: (reference: string) => Image | undefined,
): Image | undefined {
  const exact = digest === undefined ? undefined : find(`${readImageName(reference).repository}@${digest}`);
  const named = exact ?? find(reference);
  return named?.digest !== undefined && digest !== undefined && named.digest !== digest ? undefined : named;
}

function needed(list: Image, meant: Image): Image {
  const names = new Set(meant.vulnerabilities?.map((flaw) => readPurl(flaw.package)?.name));
  const { digest: _own, ...rest } = list;
  return {
    ...rest,
    reference: meant.reference,
    ...(meant.digest === undefined ? {} : { digest: meant.digest }),
    packages: (list.packages ?? []).filter(({ name }) => names.has(name)),
  };
}

/** What a store holds of a cluster. */
export async function storedImages(store: Store, cluster: string): Promise<readonly GivenChange[]> {
  const found: GivenChange[] = [];
  for await (const { key, value } of partsIn(store, cluster, "image", 100))
    found.push({ key, image: value as Image });
  return found;
}
