/** What scanners in the cluster say of its images, as their reports come and go. */
import type { Change as Handed } from "@plimsoll/cluster";
import type { Image } from "@plimsoll/core";
import { isReport, joinReported, reportedIn } from "@plimsoll/images";

export interface Reported {
  /** An object that was put, or by its key one that is gone. */
  readonly take: (key: string, handed: Exclude<Handed, { readonly op: "gaps" }>) => void;
  /** `exploited`: ids of flaws that attackers are known to use. The same list until a report or they change. */
  readonly images: (exploited: readonly string[]) => readonly Image[];
}

/** `onLeft`: what of a report could not be taken. */
export function createReported(onLeft: (because: string) => void): Reported {
  const held = new Map<string, Image>();
  let known: { readonly exploited: readonly string[]; readonly images: readonly Image[] } | undefined;
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
      if (held.size === 0) return none;
      if (known === undefined || known.exploited !== exploited) {
        const images = [...held].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, image]) => image);
        known = { exploited, images: joinReported(images, new Set(exploited)) };
      }
      return known.images;
    },
  };
}

const none: readonly Image[] = [];
