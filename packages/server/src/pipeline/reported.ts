/** What scanners in the cluster say of its images, as their reports come and go. */
import type { Change as Handed } from "@plimsoll/cluster";
import type { Image } from "@plimsoll/core";
import type { Given } from "./given.ts";
import { isReport, joinReported, reportedIn } from "@plimsoll/images";

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
        const flawed = [...objects, ...given.flawed()];
        const images = joinReported([...flawed, ...given.listsOf(flawed)], new Set(exploited));
        known = { exploited, version, images };
      }
      return known.images;
    },
  };
}

const none: readonly Image[] = [];
