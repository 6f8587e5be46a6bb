/** Makes admissible resources of a control's examples: they are scanned, sent to a real API server, and shown in the reference. */
import type { JsonObject } from "../model/json.ts";
import type { ObjectMeta, Resource } from "../model/resource.ts";
import type { Snapshot } from "../model/snapshot.ts";
import type { Example } from "./control.ts";

/** An image by digest, so that an example fails for what it shows and nothing else. */
const image = `registry.example.com/shop/app:1.4.2@sha256:${"5d".repeat(32)}`;

/** The resources of an example, the judged one first. Container and pod parts are completed to a Pod `default/example`. */
export function completeExample(example: Example): readonly [Resource, ...Resource[]] {
  if (example.resources !== undefined) {
    const [first, ...rest] = example.resources as readonly Resource[];
    if (first === undefined) throw new RangeError("an example has no resources");
    return [first, ...rest];
  }
  const metadata = { name: "example", namespace: "default", ...example.metadata } as ObjectMeta;
  const container: JsonObject = { name: "app", image, ...example.container };
  const spec: JsonObject = { containers: [container], ...example.pod };
  return [{ apiVersion: "v1", kind: "Pod", metadata, spec }];
}

/** A snapshot that holds just the resources of an example, as a cluster that was read whole would. */
export function exampleSnapshot(resources: readonly Resource[], version?: string): Snapshot {
  const server = { kind: "cluster", name: "example", ...(version === undefined ? {} : { version }) } as const;
  return {
    header: { format: "plimsoll-snapshot", version: 1, takenAt: "2026-01-01T00:00:00Z", server },
    resources: resources.map((resource) => ({ resource, source: { file: "example" } })),
    observations: [],
    images: [],
    gaps: [],
    skipped: [],
    covered: ["*"],
  };
}
