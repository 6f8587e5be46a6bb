/** CycloneDX bills of materials of images, with the flaws that some of them tell. */
import { createCollector } from "../collect.ts";
import { objectAt, objectsAt, textAt } from "../field.ts";
import { defineImporter, type Fields, type Imported } from "../importer.ts";
import { placesOf } from "../place.ts";

/** Components stand below components. */
const deepest = 20;

function* componentsOf(record: Fields, left: (why: string) => void, depth = 0): Generator<Fields> {
  for (const component of objectsAt(record, "components")) {
    if (depth > deepest) {
      left("component too deep to be looked at");
      continue;
    }
    yield component;
    yield* componentsOf(component, left, depth + 1);
  }
}

/** A flaw that is said not to be there, or not any more. */
const settled: ReadonlySet<string | undefined> = new Set([
  "not_affected",
  "false_positive",
  "resolved",
  "resolved_with_pedigree",
]);

/** Where a component was found: as CycloneDX has it, and as Syft and Trivy write it. */
function filesOf(component: Fields): readonly string[] {
  const occurrences = objectsAt(objectAt(component, "evidence"), "occurrences");
  const properties = objectsAt(component, "properties").filter(({ name }) =>
    /^(syft:location:\d+:path|aquasecurity:trivy:(FilePath|PkgPath))$/.test(String(name)),
  );
  return placesOf([
    ...occurrences.flatMap((entry) => textAt(entry, "location") ?? []),
    ...properties.flatMap((entry) => textAt(entry, "value") ?? []),
  ]);
}

function read(document: Fields): Imported | undefined {
  const subject = objectAt(objectAt(document, "metadata"), "component");
  const name = textAt(subject, "name");
  if (name === undefined) return undefined;
  const told = objectsAt(document, "vulnerabilities");
  const found = createCollector(Array.isArray(document["vulnerabilities"]));
  const byReference = new Map<string, string>();
  const components = [document, subject ?? {}].flatMap((each) => [...componentsOf(each, found.left)]);
  for (const component of components) {
    if (["file", "operating-system", "container"].includes(textAt(component, "type") ?? "")) continue;
    const purl = textAt(component, "purl");
    if (purl === undefined) {
      found.left("component without a package URL");
      continue;
    }
    const known = found.package({ purl, files: filesOf(component) });
    const reference = textAt(component, "bom-ref");
    if (known !== undefined && reference !== undefined) byReference.set(reference, known);
  }
  for (const flaw of told) {
    if (settled.has(textAt(objectAt(flaw, "analysis"), "state"))) {
      found.left("flaw that is said not to affect it");
      continue;
    }
    for (const affected of objectsAt(flaw, "affects"))
      found.flaw(byReference.get(textAt(affected, "ref") ?? ""), {
        id: textAt(flaw, "id"),
        grades: objectsAt(flaw, "ratings").map((rating) => textAt(rating, "severity")),
      });
  }
  const version = textAt(subject, "version");
  const digest = version?.startsWith("sha256:") === true ? version : digestIn(textAt(subject, "purl"));
  const reference =
    version === undefined || version.startsWith("sha256:") || name.includes(":")
      ? name
      : `${name}:${version}`;
  return found.result({ reference, ...(digest === undefined ? {} : { digest }) }, "cyclonedx");
}

function digestIn(purl: string | undefined): string | undefined {
  return /@(sha256(?::|%3A)[0-9a-f]+)/i.exec(purl ?? "")?.[1]?.replace(/%3A/i, ":");
}

export const cyclonedx = defineImporter({
  id: "cyclonedx",
  title: "CycloneDX",
  source: "trivy image --format cyclonedx IMAGE, syft IMAGE -o cyclonedx-json",
  recognizes: (document) => document["bomFormat"] === "CycloneDX",
  read,
  examples: [
    {
      title: "components below components, and a flaw of one",
      document: {
        bomFormat: "CycloneDX",
        metadata: {
          component: {
            type: "container",
            name: "example.com/web:1",
            purl: "pkg:oci/web@sha256%3Aaa?tag=1",
            components: [
              { "bom-ref": "b", type: "library", purl: "pkg:deb/debian/curl@8?arch=amd64&epoch=1" },
            ],
          },
        },
        components: [
          { type: "operating-system", name: "debian" },
          {
            type: "application",
            name: "app",
            components: [
              {
                "bom-ref": "a",
                type: "library",
                purl: "pkg:npm/lodash@4.17.20",
                evidence: { occurrences: [{ location: "app/node_modules/lodash/package.json" }] },
              },
            ],
          },
        ],
        vulnerabilities: [
          {
            id: "CVE-2024-0003",
            ratings: [{ severity: "low" }, { severity: "medium" }, { severity: "none" }],
            affects: [{ ref: "a" }],
          },
          { id: "CVE-2024-0004", affects: [{ ref: "a" }], analysis: { state: "not_affected" } },
          { id: "CVE-2024-0006", affects: [{ ref: "b" }], analysis: { state: "false_positive" } },
        ],
      },
      gives: {
        image: {
          reference: "example.com/web:1",
          digest: "sha256:aa",
          packages: [
            {
              purl: "pkg:deb/debian/curl@8?arch=amd64&epoch=1",
              name: "curl",
              version: "8",
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
              severity: "medium",
              exploited: false,
              loaded: "unknown",
            },
          ],
          sources: ["cyclonedx"],
        },
        left: { "component without a package URL": 1, "flaw that is said not to affect it": 2 },
      },
    },
  ],
});
