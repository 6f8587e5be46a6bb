/** Grype's JSON reports of images. */
import { createCollector } from "../collect.ts";
import { objectAt, objectsAt, textAt, textsAt } from "../field.ts";
import { defineImporter, type Fields, type Imported } from "../importer.ts";
import { placesOf } from "../place.ts";
import { imageOfSource, syftEcosystem } from "./syft.ts";

function read(document: Fields): Imported | undefined {
  const image = imageOfSource(objectAt(document, "source"));
  if (image === undefined) return undefined;
  const found = createCollector(true);
  for (const match of objectsAt(document, "matches")) {
    const flaw = objectAt(match, "vulnerability");
    const artifact = objectAt(match, "artifact");
    const purl = found.package({
      purl: textAt(artifact, "purl"),
      ecosystem: syftEcosystem(textAt(artifact, "type")),
      name: textAt(artifact, "name"),
      version: textAt(artifact, "version"),
      files: placesOf(objectsAt(artifact, "locations").flatMap((location) => textAt(location, "path") ?? [])),
    });
    found.flaw(purl, {
      id: cveOf(textAt(flaw, "id"), objectsAt(match, "relatedVulnerabilities")),
      grades: [textAt(flaw, "severity")],
      fixedIn: textsAt(objectAt(flaw, "fix"), "versions")[0],
      exploited: objectsAt(flaw, "knownExploited").length > 0,
    });
  }
  return found.result(image, "grype");
}

/** One flaw goes by many names: the CVE's, where there is one, is the one that others know. */
function cveOf(id: string | undefined, related: readonly Fields[]): string | undefined {
  if (id === undefined || id.startsWith("CVE-")) return id;
  return related.map((entry) => textAt(entry, "id")).find((other) => other?.startsWith("CVE-")) ?? id;
}

export const grype = defineImporter({
  id: "grype",
  title: "Grype",
  source: "grype IMAGE -o json",
  recognizes: ({ matches, ...document }) =>
    (Array.isArray(matches) || matches === null) && objectAt(document, "source") !== undefined,
  read,
  examples: [
    {
      title: "a flaw known by its advisory, and used by attackers",
      document: {
        source: {
          type: "image",
          target: { userInput: "example.com/web:1", repoDigests: ["example.com/web@sha256:aa"] },
        },
        matches: [
          {
            vulnerability: {
              id: "GHSA-1",
              severity: "Negligible",
              fix: { versions: ["4.17.21"], state: "fixed" },
              knownExploited: [{ cve: "CVE-2024-0003" }],
            },
            relatedVulnerabilities: [{ id: "CVE-2024-0003" }],
            artifact: {
              name: "lodash",
              version: "4.17.20",
              type: "npm",
              purl: "pkg:npm/lodash@4.17.20",
              locations: [{ path: "/app/node_modules/lodash/package.json" }],
            },
          },
          {
            vulnerability: {
              id: "CVE-2024-0005",
              severity: "High",
              fix: { versions: [], state: "wont-fix" },
            },
            artifact: {
              name: "zlib1g",
              version: "1:1.3",
              type: "deb",
              purl: "pkg:deb/debian/zlib1g@1%3A1.3?arch=amd64",
              // Where it is listed and described: none of its own files.
              locations: [
                { path: "/var/lib/dpkg/status" },
                { path: "/var/lib/dpkg/info/zlib1g:amd64.md5sums" },
                { path: "/usr/share/doc/zlib1g/copyright" },
              ],
            },
          },
        ],
      },
      gives: {
        image: {
          reference: "example.com/web:1",
          digest: "sha256:aa",
          packages: [
            {
              purl: "pkg:deb/debian/zlib1g@1%3A1.3?arch=amd64",
              name: "zlib1g",
              version: "1:1.3",
              ecosystem: "deb",
            },
            {
              purl: "pkg:npm/lodash@4.17.20",
              name: "lodash",
              version: "4.17.20",
              ecosystem: "npm",
              files: ["/app/node_modules/lodash/package.json"],
            },
          ],
          vulnerabilities: [
            {
              id: "CVE-2024-0003",
              package: "pkg:npm/lodash@4.17.20",
              fixedIn: "4.17.21",
              severity: "low",
              exploited: true,
              loaded: "unknown",
            },
            {
              id: "CVE-2024-0005",
              package: "pkg:deb/debian/zlib1g@1%3A1.3?arch=amd64",
              severity: "high",
              exploited: false,
              loaded: "unknown",
            },
          ],
          sources: ["grype"],
        },
        left: {},
      },
    },
    {
      title: "nothing found",
      document: { source: { target: { userInput: "example.com/web:1" } }, matches: null },
      gives: {
        image: { reference: "example.com/web:1", packages: [], vulnerabilities: [], sources: ["grype"] },
        left: {},
      },
    },
  ],
});
