/** Syft's own JSON: packages with the files that belong to them. */
import type { Image } from "@plimsoll/core";
import { createCollector } from "../collect.ts";
import { objectAt, objectsAt, textAt, textsAt } from "../field.ts";
import { defineImporter, type Fields, type Imported } from "../importer.ts";

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
    const own = objectsAt(objectAt(artifact, "metadata"), "files").flatMap(
      (file) => textAt(file, "path") ?? [],
    );
    const places = objectsAt(artifact, "locations").flatMap((location) => textAt(location, "path") ?? []);
    found.package({
      purl: textAt(artifact, "purl"),
      ecosystem: syftEcosystem(textAt(artifact, "type")),
      name: textAt(artifact, "name"),
      version: textAt(artifact, "version"),
      files: [...own, ...places.filter((path) => !isDatabase(path))],
    });
  }
  return found.result(image, "syft");
}

/** Where a distribution keeps the list of all its packages is no file of any of them. */
export function isDatabase(path: string): boolean {
  return /^\/?(var\/lib\/dpkg\/(status|status\.d|info)|lib\/apk\/db|var\/lib\/rpm|usr\/lib\/sysimage\/rpm|usr\/share\/doc)(\/|$)/.test(
    path,
  );
}

export const syft = defineImporter({
  id: "syft",
  title: "Syft",
  source: "syft IMAGE -o json",
  recognizes: (document) =>
    Array.isArray(document["artifacts"]) && objectAt(document, "source") !== undefined,
  read,
  examples: [
    {
      title: "a package with its files; nobody looked for flaws",
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
          ],
          sources: ["syft"],
        },
        left: {},
      },
    },
  ],
});
