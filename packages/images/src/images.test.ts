/** Each importer makes of its examples what they say; and whatever a document holds, nothing throws. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Package } from "@plimsoll/core";
import { importers } from "./importers/index.ts";
import { joinImages } from "./join.ts";
import { readPurl } from "./purl.ts";
import { readDocuments } from "./read.ts";

const cases = importers.flatMap((importer) =>
  importer.examples.map((example) => [`${importer.id}: ${example.title}`, importer, example] as const),
);

test.each(cases)("%s", (_, importer, { document, gives }) => {
  expect(importer.recognizes(document as never)).toBe(true);
  expect(importers.filter(({ recognizes }) => recognizes(document as never)).map(({ id }) => id)).toEqual([
    importer.id,
  ]);
  expect(importer.read(document as never)).toEqual(gives);
});

test("the list holds every file of the folder", () => {
  const files = readdirSync(join(import.meta.dirname, "importers")).filter((name) => name !== "index.ts");
  expect(importers.map(({ id }) => `${id}.ts`).toSorted()).toEqual(files.toSorted());
});

/** A copy of an example with one of its values replaced by anything. */
function damaged(document: unknown, at: number, by: unknown): unknown {
  let count = 0;
  const walk = (value: unknown): unknown => {
    count += 1;
    if (count === at) return by;
    if (Array.isArray(value)) return value.map(walk);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, walk(entry)]));
  };
  return walk(document);
}

test("documents with anything in them are read or counted, and never throw", () => {
  const documents = cases.map(([, , { document }]) => document);
  fc.assert(
    fc.property(
      fc.constantFrom(...documents),
      fc.integer({ min: 1, max: 40 }),
      fc.anything(),
      (document, at, by) => {
        const { images, left } = readDocuments(damaged(document, at, by));
        expect(images.length + Object.keys(left).length).toBeGreaterThanOrEqual(0);
        for (const { reference } of images) expect(typeof reference).toBe("string");
      },
    ),
    { numRuns: 500 },
  );
});

test("lists of reports, a catalogue of what is exploited, and what no tool wrote", () => {
  const [trivy, grype] = [
    importers.find(({ id }) => id === "trivy")!,
    importers.find(({ id }) => id === "grype")!,
  ];
  const kev = { catalogVersion: "2026.01.01", vulnerabilities: [{ cveID: "CVE-2021-44228" }] };
  const { images, exploited, left } = readDocuments([
    trivy.examples[0]!.document,
    grype.examples[0]!.document,
    kev,
    { hello: "world" },
  ]);
  expect([...exploited]).toEqual(["CVE-2021-44228"]);
  expect(left["document of no known tool"]).toBe(1);
  const [image, ...others] = joinImages(images, exploited);
  expect(others).toEqual([]);
  expect(image).toMatchObject({ reference: "example.com/web:1", sources: ["grype", "trivy"] });
  expect(image!.vulnerabilities!.map(({ id, exploited: known }) => [id, known])).toEqual([
    ["CVE-2021-44228", true],
    ["CVE-2024-0001", false],
    ["CVE-2024-0003", true],
    ["CVE-2024-0005", false],
  ]);
});

test("one package by several spellings, its files from one and its flaws from another", () => {
  const files = ["/lib/x86_64-linux-gnu/libz.so.1"];
  const [joined, ...others] = joinImages([
    {
      reference: "example.com/web:1",
      packages: [
        {
          purl: "pkg:deb/debian/zlib1g@1%3A1.2?arch=amd64",
          name: "zlib1g",
          version: "1:1.2",
          ecosystem: "deb",
          files,
        },
      ],
      sources: ["plimsoll"],
    },
    {
      reference: "example.com/web:1",
      digest: "sha256:aa",
      packages: [
        {
          purl: "pkg:deb/debian/zlib1g@1.2?arch=amd64&epoch=1",
          name: "zlib1g",
          version: "1.2",
          ecosystem: "deb",
        },
      ],
      vulnerabilities: [
        {
          id: "CVE-1",
          package: "pkg:deb/debian/zlib1g@1.2?arch=amd64&epoch=1",
          exploited: false,
          loaded: "unknown",
        },
      ],
      sources: ["trivy"],
    },
  ]);
  expect(others).toEqual([]);
  expect(joined).toMatchObject({ digest: "sha256:aa", sources: ["plimsoll", "trivy"] });
  expect(joined!.packages).toHaveLength(1);
  expect(joined!.packages![0]!.files).toEqual(files);
  expect(joined!.vulnerabilities!.map((flaw) => flaw.package)).toEqual([joined!.packages![0]!.purl]);
});

test.each([
  ["pkg:golang/stdlib@1.26.8", "pkg:golang/stdlib@v1.26.8"],
  ["pkg:rpm/fedora/dbus@1.14-1?arch=x86_64&epoch=1", "pkg:rpm/fedora/dbus@1%3A1.14-1?arch=x86_64"],
  ["pkg:pypi/ruamel-yaml@0.18", "pkg:pypi/ruamel.yaml@0.18"],
  ["pkg:pypi/pyyaml@6.0", "pkg:pypi/PyYAML@6.0"],
])("%s is %s", (ours, theirs) => {
  const [type, name] = [/^pkg:(\w+)/.exec(ours)![1]!, "x"];
  const of = (purl: string, files?: readonly string[]): Package => ({
    purl,
    name,
    version: "",
    ecosystem: type,
    ...(files === undefined ? {} : { files }),
  });
  const flaw = { id: "CVE-1", package: theirs, exploited: false, loaded: "unknown" } as const;
  const [joined] = joinImages([
    { reference: "x:1", packages: [of(ours, ["/x"])], sources: ["plimsoll"] },
    { reference: "x:1", packages: [of(theirs)], vulnerabilities: [flaw], sources: ["trivy"] },
  ]);
  expect([joined!.packages, joined!.vulnerabilities]).toEqual([
    [of(ours, ["/x"])],
    [{ ...flaw, package: ours }],
  ]);
});

test("joining is the same in any order, and twice changes nothing", () => {
  const images = cases.flatMap(([, , { gives }]) => gives.image);
  const once = joinImages(images);
  expect(joinImages([...images, ...images])).toEqual(once);
  expect(joinImages(images.toReversed()).map(({ packages }) => packages?.length)).toEqual(
    once.map(({ packages }) => packages?.length),
  );
});

test.each([
  ["pkg:deb/debian/libc6@2.36-9?arch=amd64", { type: "deb", name: "libc6", version: "2.36-9" }],
  ["pkg:npm/%40babel/core@7.0.0", { type: "npm", name: "@babel/core", version: "7.0.0" }],
  ["pkg:golang/github.com/x/y@v1.2.3#sub", { type: "golang", name: "github.com/x/y", version: "v1.2.3" }],
  ["pkg:npm/@scope/name", { type: "npm", name: "@scope/name", version: "" }],
  ["pkg:npm/%zz@1", undefined],
  ["npm/x@1", undefined],
])("the package URL %s", (text, read) => expect(readPurl(text)).toEqual(read));
