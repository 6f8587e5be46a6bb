/** A changing cluster as an inventory that remembers what was read of it. */
import { bindingsOf } from "../inventory/build.ts";
import { exposures } from "../inventory/exposure.ts";
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
  readonly imageOf: (reference: string) => Image | undefined;
}

/**
 * A view whose reader asks for all there is. What is worked out in rooms is told a change only where it matters to
 * rights, networks and paths; controls are told any: they may look at replicas and status.
 */
export function viewOf(world: World, read: Read, steady: boolean): Inventory {
  const { stock, tags } = world;
  const objects = (tag: string): void => read(steady ? tag : `${tag}!`);
  const room = <T>(name: string, make: (inventory: Inventory) => T): T => {
    read(roomTag(name));
    return tags.room(name, (own) => make(viewOf(world, own, true))).get();
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
    exposureOf: (workload) => room("exposures", exposures)(workload),
    imageOf: (reference) => {
      read("images");
      return world.imageOf(reference);
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
