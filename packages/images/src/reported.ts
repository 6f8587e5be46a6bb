/** What reports say that scanners left in the cluster, as objects of their own. */
import type { Image, ResourceRecord } from "@plimsoll/core";
import { vulnerabilityReport } from "./importers/vulnerability-report.ts";
import type { Imported } from "./importer.ts";
import { joinImages } from "./join.ts";

const group = "aquasecurity.github.io/";

export function isReport({ resource: { apiVersion, kind } }: ResourceRecord): boolean {
  return kind === "VulnerabilityReport" && apiVersion.startsWith(group);
}

/** What one report says; undefined where it names no image. Whatever it holds, it does not throw. */
export function reportedIn({ resource }: ResourceRecord): Imported | undefined {
  const document = { ...resource };
  return vulnerabilityReport.recognizes(document) ? vulnerabilityReport.read(document) : undefined;
}

/**
 * What several say together. A pod names its image by a tag, behind which two digests lie while a new one is rolled out:
 * which of them a pod runs the name does not tell, so flaws of both count, and the digest is left out.
 */
export function joinReported(
  images: readonly Image[],
  exploited: ReadonlySet<string> = new Set(),
): readonly Image[] {
  const digests = Map.groupBy(images, ({ reference }) => reference);
  const isSure = ({ reference }: Image): boolean =>
    new Set(digests.get(reference)!.map(({ digest }) => digest)).size === 1;
  return joinImages(
    images.map((image) => {
      if (isSure(image)) return image;
      const { digest: _several, ...rest } = image;
      return rest;
    }),
    exploited,
  );
}
