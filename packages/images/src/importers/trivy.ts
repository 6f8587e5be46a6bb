/** Trivy's JSON reports of images. */
import { createCollector } from "../collect.ts";
import { objectAt, objectsAt, textAt, textsAt } from "../field.ts";
import { defineImporter, type Fields, type Imported } from "../importer.ts";
import { placesOf } from "../place.ts";

/** Trivy's types of results, as purl calls them. */
const ecosystems = new Map(
  Object.entries({
    debian: "deb",
    ubuntu: "deb",
    alpine: "apk",
    wolfi: "apk",
    chainguard: "apk",
    redhat: "rpm",
    centos: "rpm",
    rocky: "rpm",
    alma: "rpm",
    fedora: "rpm",
    amazon: "rpm",
    oracle: "rpm",
    "suse linux enterprise server": "rpm",
    "node-pkg": "npm",
    npm: "npm",
    yarn: "npm",
    pnpm: "npm",
    "python-pkg": "pypi",
    pip: "pypi",
    poetry: "pypi",
    jar: "maven",
    pom: "maven",
    gobinary: "golang",
    gomod: "golang",
    gemspec: "gem",
    bundler: "gem",
    rustbinary: "cargo",
    cargo: "cargo",
    composer: "composer",
    "dotnet-core": "nuget",
    nuget: "nuget",
  }),
);

function read(document: Fields): Imported | undefined {
  const reference = textAt(document, "ArtifactName");
  if (reference === undefined) return undefined;
  const results = objectsAt(document, "Results");
  const found = createCollector(results.length === 0 || results.some(isOfPackages));
  for (const result of results) {
    const type = (textAt(result, "Type") ?? "").toLowerCase();
    const target = textAt(result, "Target");
    const inBinary = type.endsWith("binary") ? target : undefined;
    const add = (entry: Fields, version: string): string | undefined => {
      const path = textAt(entry, "PkgPath") ?? textAt(entry, "FilePath") ?? inBinary;
      return found.package({
        purl:
          textAt(objectAt(entry, "PkgIdentifier"), "PURL") ?? textAt(objectAt(entry, "Identifier"), "PURL"),
        ecosystem: ecosystems.get(type),
        name: textAt(entry, "PkgName") ?? textAt(entry, "Name"),
        version: textAt(entry, version),
        files: [...textsAt(entry, "InstalledFiles"), ...placesOf(path === undefined ? [] : [path])],
      });
    };
    for (const entry of objectsAt(result, "Packages")) add(entry, "Version");
    for (const entry of objectsAt(result, "Vulnerabilities"))
      found.flaw(add(entry, "InstalledVersion"), {
        id: textAt(entry, "VulnerabilityID"),
        grades: [textAt(entry, "Severity")],
        fixedIn: textAt(entry, "FixedVersion")?.split(",")[0]?.trim(),
      });
  }
  const metadata = objectAt(document, "Metadata");
  const digest = textsAt(metadata, "RepoDigests")[0]?.split("@")[1];
  const user = textAt(objectAt(objectAt(metadata, "ImageConfig"), "config"), "User");
  return found.result(
    {
      reference,
      ...(digest === undefined ? {} : { digest }),
      ...(user === undefined ? {} : { config: { user } }),
    },
    "trivy",
  );
}

/** Whether flaws were looked for: a report may tell of secrets, settings or licences alone. */
function isOfPackages(result: Fields): boolean {
  return !["secret", "config", "license", "license-file", "custom"].includes(textAt(result, "Class") ?? "");
}

export const trivy = defineImporter({
  id: "trivy",
  title: "Trivy",
  source: "trivy image --format json --list-all-pkgs IMAGE",
  recognizes: (document) => document["SchemaVersion"] === 2 && textAt(document, "ArtifactName") !== undefined,
  read,
  examples: [
    {
      title: "a flaw of a package of the distribution, and one of a jar within another",
      document: {
        SchemaVersion: 2,
        ArtifactName: "example.com/web:1",
        Metadata: { RepoDigests: ["example.com/web@sha256:aa"], ImageConfig: { config: { User: "1000" } } },
        Results: [
          {
            Target: "example.com/web:1 (debian 12.5)",
            Type: "debian",
            Packages: [
              {
                Name: "libssl3",
                Version: "3.0.11-1",
                InstalledFiles: ["usr/lib/x86_64-linux-gnu/libssl.so.3"],
              },
            ],
            Vulnerabilities: [
              {
                VulnerabilityID: "CVE-2024-0001",
                PkgName: "libssl3",
                InstalledVersion: "3.0.11-1",
                FixedVersion: "3.0.13-1",
                Severity: "HIGH",
              },
            ],
          },
          {
            Type: "jar",
            Vulnerabilities: [
              {
                VulnerabilityID: "CVE-2021-44228",
                PkgName: "org.apache.logging.log4j:log4j-core",
                PkgIdentifier: { PURL: "pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1" },
                PkgPath: "app/shop.jar/BOOT-INF/lib/log4j-core-2.14.1.jar",
                InstalledVersion: "2.14.1",
                FixedVersion: "2.15.0, 2.12.2",
              },
              { VulnerabilityID: "CVE-2024-0002" },
            ],
          },
        ],
      },
      gives: {
        image: {
          reference: "example.com/web:1",
          digest: "sha256:aa",
          config: { user: "1000" },
          packages: [
            {
              purl: "pkg:deb/libssl3@3.0.11-1",
              name: "libssl3",
              version: "3.0.11-1",
              ecosystem: "deb",
              files: ["/usr/lib/x86_64-linux-gnu/libssl.so.3"],
            },
            {
              purl: "pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1",
              name: "org.apache.logging.log4j/log4j-core",
              version: "2.14.1",
              ecosystem: "maven",
              files: ["/app/shop.jar", "/app/shop.jar/BOOT-INF/lib/log4j-core-2.14.1.jar"],
            },
          ],
          vulnerabilities: [
            {
              id: "CVE-2021-44228",
              package: "pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1",
              fixedIn: "2.15.0",
              exploited: false,
              loaded: "unknown",
            },
            {
              id: "CVE-2024-0001",
              package: "pkg:deb/libssl3@3.0.11-1",
              fixedIn: "3.0.13-1",
              severity: "high",
              exploited: false,
              loaded: "unknown",
            },
          ],
          sources: ["trivy"],
        },
        left: { "flaw without an id or a package": 1, "package without a name": 1 },
      },
    },
    {
      title: "nobody looked for flaws, but for secrets",
      document: {
        SchemaVersion: 2,
        ArtifactName: "example.com/web:1",
        Results: [{ Target: "app/.env", Class: "secret", Secrets: [{ RuleID: "aws-access-key-id" }] }],
      },
      gives: { image: { reference: "example.com/web:1", packages: [], sources: ["trivy"] }, left: {} },
    },
    {
      title: "nothing found",
      document: { SchemaVersion: 2, ArtifactName: "example.com/web:1" },
      gives: {
        image: { reference: "example.com/web:1", packages: [], vulnerabilities: [], sources: ["trivy"] },
        left: {},
      },
    },
  ],
});
