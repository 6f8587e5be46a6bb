/** A CycloneDX 1.6 bill of materials of one image, which other tools read too: packages, and where each lies. */
import type { Image } from "@plimsoll/core";

/** `made`: an ISO 8601 time; `version`: of Plimsoll. */
export function billOf(image: Image, made: string, version: string): object {
  const { reference, digest, packages = [] } = image;
  return {
    $schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    metadata: {
      timestamp: made,
      tools: { components: [{ type: "application", name: "plimsoll", version }] },
      component: {
        "bom-ref": "image",
        type: "container",
        name: reference,
        ...(digest === undefined ? {} : { version: digest }),
      },
    },
    components: packages.map(({ purl, name, version: own, files = [] }) => ({
      "bom-ref": purl,
      type: "library",
      name,
      version: own,
      purl,
      ...(files.length === 0 ? {} : { evidence: { occurrences: files.map((location) => ({ location })) } }),
    })),
  };
}
