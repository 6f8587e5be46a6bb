/** Catalogers make of their examples what they say; hostile trees lead nowhere; the bill is read as it was written. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { deflateRawSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { billOf } from "../bill.ts";
import { readDocuments } from "../read.ts";
import { catalogOf } from "./catalog.ts";
import type { CatalogerExample } from "./cataloger.ts";
import { catalogers } from "./catalogers/index.ts";
import { folderTree } from "./folder.ts";
import type { Entry, Tree } from "./tree.ts";

type Files = ReadonlyMap<string, { readonly bytes: Uint8Array; readonly executable: boolean }>;

function memory(files: Files): Tree {
  const list = (folder: string): readonly Entry[] => {
    const prefix = folder === "/" ? "/" : `${folder}/`;
    const names = new Map<string, Entry>();
    for (const [path, { bytes, executable }] of files) {
      if (!path.startsWith(prefix)) continue;
      const [name = "", ...below] = path.slice(prefix.length).split("/");
      const whole = below.length === 0;
      names.set(name, { name, kind: whole ? "file" : "folder", size: whole ? bytes.length : 0, executable });
    }
    return [...names.values()];
  };
  const part = (path: string, at: number, length: number): Uint8Array | undefined =>
    files.get(path)?.bytes.subarray(at, at + length);
  return {
    list,
    part,
    read: (path, most) => ((files.get(path)?.bytes.length ?? 0) > most ? undefined : files.get(path)?.bytes),
  };
}

function filesOf({ files, executable = [] }: CatalogerExample): Files {
  return new Map(
    Object.entries(files).map(([path, content]) => [
      path,
      {
        bytes: typeof content === "string" ? Buffer.from(content) : Buffer.from(content.base64, "base64"),
        executable: executable.includes(path),
      },
    ]),
  );
}

const image = { reference: "example.com/web:1" };
const cases = catalogers.flatMap((cataloger) =>
  cataloger.examples.map((example) => [`${cataloger.id}: ${example.title}`, example] as const),
);

test.each(cases)("%s", (_, example) => {
  const { image: found, left } = catalogOf(memory(filesOf(example)), image);
  expect(found.packages).toEqual(example.gives.packages);
  expect(left).toEqual(example.gives.left ?? {});
});

test("the list holds every file of the folder", () => {
  const files = readdirSync(join(import.meta.dirname, "catalogers")).filter((name) => name !== "index.ts");
  expect(catalogers.map(({ id }) => `${id}.ts`).toSorted()).toEqual(files.toSorted());
});

function u32(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [at, value] of values.entries()) bytes.writeUInt32LE(value, at * 4);
  return bytes;
}

/** An archive as zip tools write one: local headers with their data, then the index. */
function zip(entries: Readonly<Record<string, string | Buffer>>): Buffer {
  const locals: Buffer[] = [];
  const index: Buffer[] = [];
  let at = 0;
  for (const [name, content] of Object.entries(entries)) {
    const plain = Buffer.from(content);
    const packed = deflateRawSync(plain);
    const shared = Buffer.concat([
      Buffer.from([20, 0, 0, 0, 8, 0]),
      Buffer.alloc(8),
      u32(packed.length, plain.length),
      Buffer.from([name.length, 0, 0, 0]),
    ]);
    const local = Buffer.concat([u32(0x04034b50), shared, Buffer.from(name), packed]);
    locals.push(local);
    index.push(
      Buffer.concat([
        u32(0x02014b50),
        Buffer.from([20, 0]),
        shared,
        Buffer.alloc(10),
        u32(at),
        Buffer.from(name),
      ]),
    );
    at += local.length;
  }
  const all = Buffer.concat(index);
  const end = Buffer.concat([
    u32(0x06054b50, 0),
    Buffer.from([index.length, 0, index.length, 0]),
    u32(all.length, at),
    Buffer.alloc(2),
  ]);
  return Buffer.concat([...locals, all, end]);
}

const coordinates =
  "#made by Maven\r\nversion=2.14.1\r\ngroupId=org.apache.logging.log4j\r\nartifactId=log4j-core\r\n";
const log4j = zip({ "META-INF/maven/org.apache.logging.log4j/log4j-core/pom.properties": coordinates });

test("a jar within a web archive", () => {
  const war = zip({ "WEB-INF/lib/log4j-core.jar": log4j, "WEB-INF/lib/own.jar": zip({ "A.class": "x" }) });
  const { image: found, left } = catalogOf(
    memory(new Map([["/app/shop.war", { bytes: war, executable: false }]])),
    image,
  );
  expect(found.packages).toEqual([
    {
      purl: "pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1",
      name: "org.apache.logging.log4j/log4j-core",
      version: "2.14.1",
      ecosystem: "maven",
      files: ["/app/shop.war"],
    },
  ]);
  expect(left).toEqual({ "archive of Java without Maven coordinates": 1 });
});

/** A program of 64 bits: Go's build information begins its one segment of data, or stands in a section behind another. */
function goProgram(modules: string, version = "go1.22.1", inSection = false): Buffer {
  const framed = Buffer.concat([Buffer.alloc(16, 0x30), Buffer.from(modules), Buffer.alloc(16, 0xf9)]);
  const length = (size: number): Buffer =>
    size < 128 ? Buffer.from([size]) : Buffer.from([(size & 127) | 128, size >> 7]);
  const data = Buffer.concat([
    Buffer.alloc(16),
    Buffer.from([0xff]),
    Buffer.from(" Go buildinf:"),
    Buffer.from([8, 2]),
    Buffer.alloc(16),
    length(version.length),
    Buffer.from(version),
    length(framed.length),
    framed,
    Buffer.alloc(120_000),
  ]);
  const [segmentSize, sectionSize] = [56, 64];
  const head = Buffer.alloc(64 + segmentSize);
  head.set([0x7f, 0x45, 0x4c, 0x46, 2, 1]);
  head.writeBigUInt64LE(64n, 32);
  head.writeUInt16LE(segmentSize, 54);
  head.writeUInt16LE(1, 56);
  head.writeUInt32LE(1, 64);
  head.writeUInt32LE(6, 68);
  head.writeBigUInt64LE(BigInt(head.length), 72);
  if (!inSection) {
    head.writeBigUInt64LE(BigInt(data.length), 96);
    return Buffer.concat([head, data]);
  }
  // Data that is written once comes first, as where a program may lie anywhere in memory.
  const [other, names] = [Buffer.alloc(4096), Buffer.from("\0.names\0.go.buildinfo\0")];
  head.writeBigUInt64LE(BigInt(other.length), 96);
  const dataAt = head.length + other.length;
  const namesAt = dataAt + data.length;
  const sections = Buffer.alloc(3 * sectionSize);
  for (const [at, [name, from, size]] of [
    [0, 0, 0],
    [8, dataAt, data.length],
    [1, namesAt, names.length],
  ].entries()) {
    sections.writeUInt32LE(name!, at * sectionSize);
    sections.writeBigUInt64LE(BigInt(from!), at * sectionSize + 24);
    sections.writeBigUInt64LE(BigInt(size!), at * sectionSize + 32);
  }
  head.writeBigUInt64LE(BigInt(namesAt + names.length), 40);
  head.writeUInt16LE(sectionSize, 58);
  head.writeUInt16LE(3, 60);
  head.writeUInt16LE(2, 62);
  return Buffer.concat([head, other, data, names, sections]);
}

test.each([false, true])(
  "modules of a program of Go, one of them replaced; in a section: %s",
  (inSection) => {
    const bytes = goProgram(
      "path\texample.com/tool\nmod\texample.com/tool\t(devel)\t\ndep\tgolang.org/x/net\tv0.1.0\th1:x=\ndep\texample.com/old\tv1.0.0\n=>\texample.com/fork\tv1.0.1\th1:y=\ndep\texample.com/near\tv0.0.0\n=>\t./staging/near\t(devel)\nbuild\t-compiler=gc\n",
      "go1.22.1",
      inSection,
    );
    const { image: found } = catalogOf(memory(new Map([["/tool", { bytes, executable: true }]])), image);
    expect(found.packages?.map(({ purl, files }) => [purl, files])).toEqual(
      [
        "example.com/fork@v1.0.1",
        "example.com/near",
        "example.com/tool",
        "golang.org/x/net@v0.1.0",
        "stdlib@1.22.1",
      ].map((name) => [`pkg:golang/${name}`, ["/tool"]]),
    );
  },
);

test("whatever is damaged is read, counted or passed over, and nothing throws", () => {
  const whole: readonly (readonly [string, Uint8Array])[] = [
    ["/app/a.jar", log4j],
    ["/tool", goProgram("dep\ta\tv1\n")],
    ["/tool", goProgram("dep\ta\tv1\n", "go1.22.1", true)],
    ...cases.flatMap(([, example]) =>
      [...filesOf(example)].map(([path, { bytes }]) => [path, bytes] as const),
    ),
  ];
  fc.assert(
    fc.property(
      fc.constantFrom(...whole),
      fc.array(fc.tuple(fc.nat(400), fc.nat(255)), { maxLength: 12 }),
      fc.nat(500),
      ([path, bytes], changes, cut) => {
        const damaged = Uint8Array.from(
          bytes.subarray(0, bytes.length > 50_000 ? bytes.length : bytes.length - (cut % (bytes.length + 1))),
        );
        for (const [at, by] of changes) if (damaged.length > 0) damaged[at % damaged.length] = by;
        const found = catalogOf(memory(new Map([[path, { bytes: damaged, executable: true }]])), image);
        expect(found.image.reference).toBe(image.reference);
      },
    ),
    { numRuns: 300 },
  );
});

const folder = mkdtempSync(join(tmpdir(), "plimsoll-catalog-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("links are followed within the folder and never out of it; pipes are not opened", () => {
  const root = join(folder, "root");
  const put = (path: string, text: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  put("usr/lib/real/file", "inside");
  writeFileSync(join(folder, "secret"), "outside");
  symlinkSync("usr/lib", join(root, "lib"));
  symlinkSync("/usr/lib/real", join(root, "absolute"));
  symlinkSync("../../../../../../secret", join(root, "usr/climbs"));
  symlinkSync(join(folder, "secret"), join(root, "leads-out"));
  symlinkSync("loop", join(root, "loop"));
  execFileSync("mkfifo", [join(root, "pipe")]);
  const tree = folderTree(root)!;
  const read = (path: string): string | undefined => {
    const bytes = tree.read(path, 1_000);
    return bytes === undefined ? undefined : Buffer.from(bytes).toString();
  };
  expect(read("/lib/real/file")).toBe("inside");
  expect(read("/absolute/file")).toBe("inside");
  expect(read("/../../lib/real/../real/file")).toBe("inside");
  for (const path of ["/usr/climbs", "/leads-out", "/loop", "/pipe", "/lib", "/missing"])
    expect(read(path), path).toBeUndefined();
  expect(tree.read("/lib/real/file", 3)).toBeUndefined();
  expect(Buffer.from(tree.part("/lib/real/file", 2, 2)!).toString()).toBe("si");
  expect(
    tree
      .list("/")
      ?.map(({ name, kind }) => `${name} ${kind}`)
      .toSorted(),
  ).toEqual(["absolute link", "leads-out link", "lib link", "loop link", "pipe other", "usr folder"]);
  expect(folderTree(join(folder, "nowhere"))).toBeUndefined();
});

test("the bill of materials is read as it was written", () => {
  const [, example] = cases.find(([name]) => name.startsWith("dpkg"))!;
  const { image: found } = catalogOf(memory(filesOf(example)), image);
  const bill = JSON.parse(JSON.stringify(billOf(found, "2026-01-01T00:00:00.000Z", "1.0.0"))) as unknown;
  const { images, left } = readDocuments(bill);
  expect(left).toEqual({});
  expect(images).toEqual([{ ...found, sources: ["cyclonedx"] }]);
});
