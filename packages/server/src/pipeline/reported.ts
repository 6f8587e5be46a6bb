/** What scanners in the cluster say of its images, as their reports come and go. */
import type { Change as Handed } from "@plimsoll/cluster";
import { readImageName, type Image } from "@plimsoll/core";
import type { Given } from "./given.ts";
import { isReport, joinReported, readPurl, reportedIn } from "@plimsoll/images";

export interface Reported {
  /** An object that was put, or by its key one that is gone. */
  readonly take: (key: string, handed: Exclude<Handed, { readonly op: "gaps" }>) => void;
  /** `exploited`: ids of flaws that attackers are known to use. The same list until a report or they change. */
  readonly images: (exploited: readonly string[]) => readonly Image[];
}

/** `onLeft`: what of a report could not be taken. `given`: what was handed in beside them. */
export function createReported(onLeft: (because: string) => void, given: Given): Reported {
  const held = new Map<string, Image>();
  let known:
    | { readonly exploited: readonly string[]; readonly version: number; readonly images: readonly Image[] }
    | undefined;
  const drop = (key: string): void => {
    if (held.delete(key)) known = undefined;
  };
  return {
    take: (key, handed) => {
      if (handed.op === "remove") return drop(key);
      if (!isReport(handed.record)) return;
      const found = reportedIn(handed.record);
      if (found === undefined) {
        onLeft(`${key} names no image`);
        return drop(key);
      }
      for (const [why, count] of Object.entries(found.left)) onLeft(`${key}: ${why} (${count})`);
      held.set(key, found.image);
      known = undefined;
    },
    images: (exploited) => {
      const version = given.version();
      if (held.size === 0 && version === 0) return none;
      if (known === undefined || known.exploited !== exploited || known.version !== version) {
        const objects = [...held].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, image]) => image);
        const flawed = needed(alike([...objects, ...given.flawed()]));
        const images = joinReported([...flawed, ...given.listsOf(flawed)], new Set(exploited));
        known = { exploited, version, images };
      }
      return known.images;
    },
  };
}

const none: readonly Image[] = [];

/** Under one spelling of its name each: tools write it otherwise than one another. */
function alike(images: readonly Image[]): readonly Image[] {
  const spelled = new Map<string, string>();
  return images.map((image) => {
    const { repository, tag = "latest", digest = "" } = readImageName(image.reference);
    const name = `${repository}:${tag}@${digest}`;
    const reference = spelled.get(name) ?? image.reference;
    spelled.set(name, reference);
    return reference === image.reference ? image : { ...image, reference };
  });
}

/** Of their packages those of which somebody told a flaw: files of others say nothing of any. */
function needed(images: readonly Image[]): readonly Image[] {
  const names = new Set(
    images.flatMap(({ vulnerabilities = [] }) => vulnerabilities.map((flaw) => readPurl(flaw.package)?.name)),
  );
  return images.map((image) => ({
    ...image,
    packages: (image.packages ?? []).filter(({ name }) => names.has(name)),
  }));
}
