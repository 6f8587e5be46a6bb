import fc from "fast-check";
import { expect, test } from "vitest";
import { collapse, filled, matchesPattern, templateOf, unescaped, type Reading } from "./collapse.ts";

const templates: readonly (readonly [string, Reading, string])[] = [
  ["/proc/4711/stat", "path", "/proc/<number>/stat"],
  ["/proc/1/stat", "path", "/proc/<number>/stat"],
  ["/usr/lib/libz.so.1", "path", "/usr/lib/libz.so.1"],
  ["/usr/lib/python3.11/os.py", "path", "/usr/lib/python3.11/os.py"],
  ["/data/shard7/log", "path", "/data/shard7/log"],
  ["/tmp/wgunicorn-vtji8kvs", "path", "/tmp/wgunicorn-<random:8>"],
  ["/tmp/tmpo0y3_4ln", "path", "/tmp/tmp<random:8>"],
  ["/tmp/tmp.Xa9kQ2bYz1", "path", "/tmp/tmp.<random:10>"],
  ["/tmp/settings.json", "path", "/tmp/settings.json"],
  ["/tmp/password", "path", "/tmp/password"],
  ["/app/base64/index.js", "path", "/app/base64/index.js"],
  ["/opt/vtji8kvs", "path", "/opt/vtji8kvs"],
  ["/var/log/app.2026-09-15.log", "path", "/var/log/app.<date>.log"],
  ["/secrets/..2026_09_15_10_00_00.123456789/token", "path", "/secrets/..<date>/token"],
  ["/cache/3f2a9c81d0", "path", "/cache/<hex:10>"],
  ["/cache/deadbeef", "path", "/cache/deadbeef"],
  ["/q/550e8400-e29b-41d4-a716-446655440000.tmp", "path", "/q/<uuid>.tmp"],
  [
    "/tmp/libnetty_tcnative_linux_x86_641234567890.so",
    "library",
    "/tmp/libnetty_tcnative_linux_x86_<number>.so",
  ],
  ["/tmp/tmpo0y3_4ln", "library", "/tmp/tmp<random:8>"],
  ["web-6f776c8fb5-wwtqz", "name", "web-<pod>"],
  ["web-config", "name", "web-config"],
  ["/a<b\\c", "path", "/a\\<b\\\\c"],
  ["10.0.0.7", "address", "<address>"],
];

test.each(templates)("%s as %s", (text, reading, template) => {
  expect(templateOf(text, reading).template).toBe(template);
});

const readings = ["path", "library", "name", "argument"] as const;
const parts = fc.oneof(
  fc.string({ unit: "binary-ascii", maxLength: 12 }),
  fc.nat(1e9).map(String),
  fc.uuid(),
  fc.stringMatching(/^[0-9a-f]{8,20}$/),
  fc.constantFrom("tmp", "proc", "<number>", "\\<uuid>", "2026-09-15", "web-6f776c8fb5-wwtqz"),
);
const paths = fc.array(parts, { maxLength: 5 }).map((list) => `/${list.join("/")}`);

test("a template filled with its ids is the text, and its pattern matches the text", () => {
  fc.assert(
    fc.property(paths, fc.constantFrom(...readings), (path, reading) => {
      const template = templateOf(path, reading);
      expect(unescaped(filled(template, new Set()))).toBe(path);
      expect(matchesPattern(filled(template, new Set()), path)).toBe(true);
      expect(matchesPattern(template.template, path)).toBe(true);
    }),
    { numRuns: 500 },
  );
});

test("no pattern reaches beyond its part of a path, nor matches another text without a wildcard", () => {
  fc.assert(
    fc.property(paths, paths, (a, b) => {
      const { template } = templateOf(a, "path");
      if (matchesPattern(template, b)) expect(b.split("/")).toHaveLength(a.split("/").length);
      if (a !== b) expect(matchesPattern(filled(templateOf(a, "path"), new Set()), b)).toBe(false);
    }),
    { numRuns: 500 },
  );
});

function groups(list: readonly string[]): readonly (readonly [string | undefined, number])[] {
  return collapse(list, (text) => [templateOf(text, "path")], 5)
    .map(({ patterns, members }) => [patterns?.[0] ?? members[0], members.length] as const)
    .sort(([a], [b]) => (a! < b! ? -1 : 1));
}

function numbered(count: number, name: (index: number) => string): readonly string[] {
  return Array.from({ length: count }, (_, index) => name(index + 1));
}

test("ids are left out only where enough different ones were seen at that place", () => {
  expect(groups(numbered(4, (index) => `/proc/${index}/stat`))).toHaveLength(4);
  expect(groups(numbered(5, (index) => `/proc/${index}/stat`))).toEqual([["/proc/<number>/stat", 5]]);
  expect(groups(numbered(50, (index) => `/proc/1/fd/${index}`))).toEqual([["/proc/1/fd/<number>", 50]]);
  expect(
    groups([1, 2, 3].flatMap((pid) => numbered(6, (index) => `/proc/${pid}/fd/${index}`))).map(
      ([text]) => text,
    ),
  ).toEqual(["/proc/1/fd/<number>", "/proc/2/fd/<number>", "/proc/3/fd/<number>"]);
  expect(groups(numbered(6, (pid) => `/proc/${pid}/fd/${pid * 7}`)).map(([text]) => text)).toEqual([
    "/proc/<number>/fd/<number>",
  ]);
});

test("a pattern keeps out what it was not made of", () => {
  const pattern = "/proc/<number>/stat";
  expect(
    [
      "/proc/self/stat",
      "/proc/1/environ",
      "/proc/1/2/stat",
      "/proc//stat",
      "/proc/1/stat/x",
      "/proc/1x/stat",
    ].filter((path) => matchesPattern(pattern, path)),
  ).toEqual([]);
  // A file whose name looks like a wildcard is no wildcard.
  const { template } = templateOf("/data/<number>", "path");
  expect([matchesPattern(template, "/data/<number>"), matchesPattern(template, "/data/7")]).toEqual([
    true,
    false,
  ]);
});
