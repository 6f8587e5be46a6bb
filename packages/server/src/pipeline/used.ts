/** Which of what was handed in of images is still of use: by the names of images that workloads run, and by the digests that pods tell. */
import { readImageName, type Image, type ResourceRecord } from "@plimsoll/core";
import { runImagesOf } from "../agents/containers.ts";
import type { Head } from "./given.ts";

/** `references`: as workloads write them. Whoever asks for another digest under the same tag counts too: that tag is in use. */
export function usedBy(
  references: readonly string[],
): (image: Pick<Image, "reference" | "digest">) => boolean {
  const used = new Set(references.flatMap((reference) => namesOf({ reference })));
  return (image) => namesOf(image).some((name) => used.has(name));
}

function namesOf({ reference, digest: own }: Pick<Image, "reference" | "digest">): readonly string[] {
  const { repository, tag, digest = own } = readImageName(reference);
  const tagged = tag === undefined && reference.includes("@") ? [] : [`${repository}:${tag ?? "latest"}`];
  return [...tagged, ...(digest === undefined ? [] : [`${repository}@${digest}`])];
}

/**
 * Keys of documents that a newer image has outlived: a later one of the same name and kind is of a digest that pods run, and
 * this one's is run by none. What was handed in before its image is rolled out is later than what runs, and stays.
 */
export function outlived(heads: readonly Head[], pods: readonly ResourceRecord[]): readonly string[] {
  const run = new Set(
    pods.flatMap((pod) => [...runImagesOf(pod).values()].flatMap(({ digest = [] }) => digest)),
  );
  const isRun = ({ head: { digest } }: Head): boolean => digest !== undefined && run.has(digest);
  const alike = Map.groupBy(
    heads.filter(({ head }) => head.digest !== undefined),
    ({ key, head: { reference } }) => `${key.split(" ", 2).join(" ")} ${namesOf({ reference }).join()}`,
  );
  return [...alike.values()].flatMap((group) => {
    const latest = group.filter(isRun).reduce((last, { readAt = "" }) => (readAt > last ? readAt : last), "");
    return group.filter((each) => !isRun(each) && (each.readAt ?? "") < latest).map(({ key }) => key);
  });
}
