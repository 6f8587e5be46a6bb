/** Syft's own JSON: packages with the files that belong to them. */
import type { Image } from "@plimsoll/core";
import { createCollector } from "../collect.ts";
import { objectAt, objectsAt, textAt, textsAt } from "../field.ts";
import { defineImporter, type Fields, type Imported } from "../importer.ts";
import { filesBelow, placesOf } from "../place.ts";

const ecosystems = new Map(
  Object.entries({
    "go-module": "golang",
    "java-archive": "maven",
    "jenkins-plugin": "maven",
    python: "pypi",
    "rust-crate": "cargo",
    dotnet: "nuget",
    "php-composer": "composer",
  }),
);

/** As purl calls what Syft and Grype call a type. */
export function syftEcosystem(type: string | undefined): string | undefined {
  return type === undefined ? undefined : (ecosystems.get(type) ?? type);
}

/** What Syft and Grype say of the image that they looked into. */
export function imageOfSource(source: Fields | undefined): Pick<Image, "reference" | "digest"> | undefined {
  const target = objectAt(source, "target") ?? objectAt(source, "metadata");
  const reference = textAt(target, "userInput") ?? textAt(source, "name");
  if (reference === undefined) return undefined;
  const digest = textsAt(target, "repoDigests")[0]?.split("@")[1];
  return { reference, ...(digest === undefined ? {} : { digest }) };
}

function read(document: Fields): Imported | undefined {
  const image = imageOfSource(objectAt(document, "source"));
  if (image === undefined) return undefined;
  const found = createCollector(false);
  for (const artifact of objectsAt(document, "artifacts")) {
    const metadata = objectAt(artifact, "metadata");
    const own = objectsAt(metadata, "files").flatMap((file) => textAt(file, "path") ?? []);
    const places = objectsAt(artifact, "locations").flatMap((location) => textAt(location, "path") ?? []);
    found.package({
      purl: textAt(artifact, "purl"),
      ecosystem: syftEcosystem(textAt(artifact, "type")),
      name: textAt(artifact, "name"),
      version: textAt(artifact, "version"),
      files: [...filesBelow(textAt(metadata, "sitePackagesRootPath"), own), ...placesOf(places)],
    });
  }
  return found.result(image, "syft");
}

export const syft = defineImporter({
  id: "syft",
  title: "Syft",
  source: "syft IMAGE -o json",
  recognizes: (document) =>
    (Array.isArray(document["artifacts"]) || document["artifacts"] === null) &&
    objectAt(document, "source") !== undefined,
  read,
  examples: [
    {
      title: "packages with their files, those of Python told from its folder on; nobody looked for flaws",
      document: {
        source: {
          type: "image",
          metadata: { userInput: "example.com/web:1", repoDigests: ["example.com/web@sha256:aa"] },
        },
        artifacts: [
          {
            name: "zlib1g",
            version: "1.3",
            type: "deb",
            purl: "pkg:deb/debian/zlib1g@1.3?arch=amd64",
            locations: [{ path: "/var/lib/dpkg/status" }],
            metadata: { files: [{ path: "/lib/x86_64-linux-gnu/libz.so.1" }] },
          },
          {
            name: "six",
            version: "1.16.0",
            type: "python",
            purl: "pkg:pypi/six@1.16.0",
            locations: [{ path: "/usr/lib/python3/site-packages/six-1.16.0.dist-info/METADATA" }],
            metadata: {
              files: [{ path: "six.py" }, { path: "../../../bin/six" }],
              sitePackagesRootPath: "/usr/lib/python3/site-packages",
            },
          },
          {
            name: "seven",
            version: "1",
            type: "python",
            purl: "pkg:pypi/seven@1",
            metadata: { files: [{ path: "seven.py" }] },
          },
        ],
      },
      gives: {
        image: {
          reference: "example.com/web:1",
          digest: "sha256:aa",
          packages: [
            {
              purl: "pkg:deb/debian/zlib1g@1.3?arch=amd64",
              name: "zlib1g",
              version: "1.3",
              ecosystem: "deb",
              files: ["/lib/x86_64-linux-gnu/libz.so.1"],
            },
            { purl: "pkg:pypi/seven@1", name: "seven", version: "1", ecosystem: "pypi" },
            {
              purl: "pkg:pypi/six@1.16.0",
              name: "six",
              version: "1.16.0",
              ecosystem: "pypi",
              files: [
                "/usr/bin/six",
                "/usr/lib/python3/site-packages/six-1.16.0.dist-info/METADATA",
                "/usr/lib/python3/site-packages/six.py",
              ],
            },
          ],
          sources: ["syft"],
        },
        left: {},
      },
    },
  ],
});
