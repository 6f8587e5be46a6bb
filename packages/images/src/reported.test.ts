import { expect, test } from "vitest";
import type { Resource, ResourceRecord } from "@plimsoll/core";
import { isReport, joinReported, reportedIn } from "./reported.ts";

function report(digest: string, id: string, more: object = {}): ResourceRecord {
  const resource = {
    apiVersion: "aquasecurity.github.io/v1alpha1",
    kind: "VulnerabilityReport",
    metadata: { name: id.toLowerCase(), namespace: "shop" },
    report: {
      registry: { server: "index.docker.io" },
      artifact: { repository: "library/web", tag: "1", digest },
      vulnerabilities: [
        {
          vulnerabilityID: id,
          resource: "zlib",
          installedVersion: "1",
          packagePURL: "pkg:deb/debian/zlib@1",
        },
      ],
    },
    ...more,
  };
  return { resource: resource as unknown as Resource, source: { file: "cluster" } };
}

const image = (record: ResourceRecord) => reportedIn(record)!.image;

test("two digests behind one tag: the flaws of both count, and no digest is claimed", () => {
  const joined = joinReported(
    [image(report("sha256:aa", "CVE-2024-0001")), image(report("sha256:bb", "CVE-2024-0002"))],
    new Set(["CVE-2024-0002"]),
  );
  expect(joined.map(({ reference, digest }) => [reference, digest])).toEqual([["web:1", undefined]]);
  expect(joined[0]!.vulnerabilities!.map(({ id, exploited }) => [id, exploited])).toEqual([
    ["CVE-2024-0001", false],
    ["CVE-2024-0002", true],
  ]);
});

test("one digest told by several reports stays", () => {
  const [one, ...more] = joinReported([
    image(report("sha256:aa", "CVE-2024-0001")),
    image(report("sha256:aa", "CVE-2024-0002")),
  ]);
  expect([one?.digest, one?.vulnerabilities?.length, more]).toEqual(["sha256:aa", 2, []]);
});

test.each([
  ["nothing", { report: null }],
  ["a text", { report: "x" }],
  ["no artifact", { report: { vulnerabilities: [] } }],
  ["an artifact of no name", { report: { artifact: { repository: 7 }, vulnerabilities: "x" } }],
])("a report that is %s names no image", (_title, more) => {
  expect(reportedIn(report("sha256:aa", "CVE-2024-0001", more))).toBeUndefined();
});

test("what is left of a hostile one is counted", () => {
  const { image: found, left } = reportedIn(
    report("sha256:aa", "x", {
      report: {
        artifact: { repository: "web" },
        vulnerabilities: [null, 7, { vulnerabilityID: "CVE-2024-0001" }, { resource: "zlib" }],
      },
    }),
  )!;
  expect([found.reference, found.vulnerabilities]).toEqual(["web", []]);
  expect(left).toEqual({ "flaw without an id or a package": 2, "package without a name": 1 });
});

test("a kind of the same name in another group is no report", () => {
  expect(isReport(report("sha256:aa", "x"))).toBe(true);
  expect(isReport(report("sha256:aa", "x", { apiVersion: "example.com/v1" }))).toBe(false);
});
