/** A changing cluster as an inventory that remembers what was read of it. */
import { bindingsOf } from "../inventory/build.ts";
import { exposures, type Silent } from "../inventory/exposure.ts";
import type { CrownJewel } from "../model/crown-jewel.ts";
import type { Inventory } from "../inventory/inventory.ts";
import type { Image } from "../model/image.ts";
import type { Server } from "../model/snapshot.ts";
import type { Stock } from "./stock.ts";
import { roomTag, type Read, type Tags } from "./tags.ts";

/** What a view shows: always as it is now. */
export interface World {
  readonly stock: Stock;
  readonly tags: Tags;
  readonly server: () => Server;
  readonly takenAt: () => string;
  /** What settings say of workloads that matter most. */
  readonly crownJewels: () => readonly CrownJewel[];
  /** Weighed by what was seen of its packages, or as it was read. */
  readonly imageOf: (reference: string, sight: Sight) => Image | undefined;
  readonly silent: () => Silent | undefined;
}

/** Whether exposure and images are weighed by what was seen, or are what was read: from that they are weighed. */
export type Sight = "weighed" | "as-read";

/**
 * A view whose reader asks for all there is. What is worked out in rooms is told a change only where it matters to
 * rights, networks and paths; controls are told any: they may look at replicas and status.
 */
export function viewOf(world: World, read: Read, steady: boolean, sight: Sight = "weighed"): Inventory {
  const { stock, tags } = world;
  const objects = (tag: string): void => read(steady ? tag : `${tag}!`);
  const room = <T>(name: string, make: (inventory: Inventory) => T): T => {
    read(roomTag(name));
    return tags.room(name, (own) => make(viewOf(world, own, true, sight))).get();
  };
  return {
    get server() {
      read("server");
      return world.server();
    },
    get takenAt() {
      read("time");
      return world.takenAt();
    },
    get crownJewels() {
      read("server"); // any settings are told by that name
      return world.crownJewels();
    },
    get records() {
      objects("records");
      return stock.records();
    },
    get kinds() {
      read("kinds");
      return stock.kinds();
    },
    ofKind: (gvk) => {
      objects(`kind ${gvk}`);
      return stock.ofKind(gvk);
    },
    get: (ref) => {
      objects(`kind ${ref.apiVersion}/${ref.kind}`);
      return stock.get(ref);
    },
    get workloads() {
      objects("workloads");
      return stock.workloads();
    },
    get bindings() {
      return room("bindings", (own) => bindingsOf(own.ofKind, own.get));
    },
    exposureOf: (workload) =>
      sight === "as-read"
        ? room("exposures as read", exposures)(workload)
        : weighedExposures(world, read)(workload),
    imageOf: (reference) => {
      read("images");
      if (sight === "weighed") read("use");
      return world.imageOf(reference, sight);
    },
    namespaceLabels: (namespace) => {
      read("kind v1/Namespace");
      return stock.namespaceLabels(namespace);
    },
    get gaps() {
      read("coverage");
      return stock.gaps();
    },
    covers: (gvk, namespace) => {
      read("coverage");
      return stock.covers(gvk, namespace);
    },
    placeOf: (record) => {
      read("kind v1/Namespace");
      read("labels");
      return stock.placeOf(record);
    },
    room,
  };
}

function weighedExposures(world: World, read: Read): ReturnType<typeof exposures> {
  const { tags, silent } = world;
  read(roomTag("exposures"));
  const make = (own: Read): ReturnType<typeof exposures> => {
    own("silent");
    return exposures(viewOf(world, own, true), silent());
  };
  return tags.room("exposures", make).get();
}
