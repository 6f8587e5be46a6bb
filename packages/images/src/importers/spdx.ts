/** SPDX 2 bills of materials of images, as JSON. */
import { createCollector } from "../collect.ts";
import { objectsAt, textAt } from "../field.ts";
import { defineImporter, type Fields, type Imported } from "../importer.ts";
import { placesOf } from "../place.ts";

function purlOfPackage(entry: Fields): string | undefined {
  const reference = objectsAt(entry, "externalRefs").find(({ referenceType }) => referenceType === "purl");
  return textAt(reference, "referenceLocator");
}

function read(document: Fields): Imported | undefined {
  const packages = objectsAt(document, "packages");
  const image =
    packages.find((entry) => textAt(entry, "primaryPackagePurpose") === "CONTAINER") ??
    packages.find((entry) => purlOfPackage(entry)?.startsWith("pkg:oci/") === true);
  const reference = textAt(image, "name") ?? textAt(document, "name");
  if (reference === undefined) return undefined;
  const files = new Map(
    objectsAt(document, "files").map((file) => [
      textAt(file, "SPDXID") ?? "",
      textAt(file, "fileName") ?? "",
    ]),
  );
  const holds = new Map<string, string[]>();
  for (const relation of objectsAt(document, "relationships")) {
    const [holder = "", file = ""] = [
      textAt(relation, "spdxElementId"),
      textAt(relation, "relatedSpdxElement"),
    ];
    const path = files.get(file);
    if (!path || !["CONTAINS", "OTHER"].includes(textAt(relation, "relationshipType") ?? "")) continue;
    const held = holds.get(holder);
    if (held === undefined) holds.set(holder, [path]);
    else held.push(path);
  }
  const found = createCollector(false);
  for (const entry of packages) {
    if (entry === image) continue;
    const purl = purlOfPackage(entry);
    if (purl === undefined) found.left("package without a package URL");
    else found.package({ purl, files: placesOf(holds.get(textAt(entry, "SPDXID") ?? "") ?? []) });
  }
  const version = textAt(image, "versionInfo");
  const digest = version?.startsWith("sha256:") === true ? version : undefined;
  return found.result({ reference, ...(digest === undefined ? {} : { digest }) }, "spdx");
}

export const spdx = defineImporter({
  id: "spdx",
  title: "SPDX",
  source: "trivy image --format spdx-json IMAGE, syft IMAGE -o spdx-json",
  recognizes: (document) => textAt(document, "spdxVersion")?.startsWith("SPDX-2") === true,
  read,
  examples: [
    {
      title: "a package and the file that it contains",
      document: {
        spdxVersion: "SPDX-2.3",
        name: "example.com/web:1",
        packages: [
          {
            SPDXID: "I",
            name: "example.com/web:1",
            versionInfo: "sha256:aa",
            primaryPackagePurpose: "CONTAINER",
          },
          {
            SPDXID: "P",
            name: "requests",
            externalRefs: [{ referenceType: "purl", referenceLocator: "pkg:pypi/requests@2.31.0" }],
          },
        ],
        files: [{ SPDXID: "F", fileName: "./usr/lib/python3/dist-packages/requests/__init__.py" }],
        relationships: [{ spdxElementId: "P", relationshipType: "CONTAINS", relatedSpdxElement: "F" }],
      },
      gives: {
        image: {
          reference: "example.com/web:1",
          digest: "sha256:aa",
          packages: [
            {
              purl: "pkg:pypi/requests@2.31.0",
              name: "requests",
              version: "2.31.0",
              ecosystem: "pypi",
              files: ["/usr/lib/python3/dist-packages/requests/__init__.py"],
            },
          ],
          sources: ["spdx"],
        },
        left: {},
      },
    },
  ],
});
