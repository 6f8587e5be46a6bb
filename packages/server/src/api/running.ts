/** The images that pods run, of those that an asker may see, and why the files of one were not read. */
import type { ResourceRecord } from "@plimsoll/core";
import { runImagesOf, type RunImage } from "../agents/containers.ts";
import { listKey } from "../agents/lists.ts";
import type { Context } from "./route.ts";
import type { Eyes } from "./sight.ts";

export interface Running {
  readonly image: RunImage;
  /** Where one of its pods runs. */
  readonly node: string;
}

/** Each image once, in the order of their ids; `namespace`: of its pods alone. */
export async function runningImages(
  { pipeline }: Context,
  eyes: Eyes,
  namespace: string | undefined,
): Promise<readonly Running[]> {
  const pods = pipeline.present
    .records()
    .filter(
      ({ resource: { kind, metadata } }) =>
        kind === "Pod" && (namespace === undefined || metadata.namespace === namespace),
    );
  const sees = await eyes.seen(pods.map(placeOf));
  const running = new Map<string, Running>();
  for (const pod of pods.filter((each) => sees(placeOf(each)))) {
    const spec = pod.resource["spec"] as { readonly nodeName?: unknown } | undefined;
    for (const image of runImagesOf(pod).values())
      running.set(listKey(image), { image, node: String(spec?.nodeName ?? "") });
  }
  return [...running].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, each]) => each);
}

function placeOf({ resource }: ResourceRecord) {
  return { apiVersion: "v1", kind: "Pod", namespace: resource.metadata.namespace ?? "" };
}

/** Undefined where they were read. */
export function whyUnread(
  { pipeline, reception: { lists } }: Context,
  { image, node }: Running,
): string | undefined {
  if (pipeline.given.has(listKey(image))) return undefined;
  return (
    lists.unread(image.id) ??
    (lists.hears(node)
      ? "not read yet"
      : "no agent reads packages on its node: kubectl apply -f deploy/packages.yaml")
  );
}
