/**
 * Red Hat's packages and their like, from rpm's SQLite database: a table of headers, each an index of tags before its data
 * (https://rpm-software-management.github.io/rpm/manual/format_header.html).
 */
import { bytesOf, type Bytes } from "../bytes.ts";
import { defineCataloger, largestList, withoutFolders, type Finding } from "../cataloger.ts";

const folders = ["/var/lib/rpm", "/usr/lib/sysimage/rpm", "/usr/share/rpm"];
const tags = {
  name: 1000,
  version: 1001,
  release: 1002,
  epoch: 1003,
  architecture: 1022,
  folderOfFile: 1116,
  fileNames: 1117,
  folders: 1118,
} as const;
/** Bytes of one header, and entries of its index, beyond which it is no header. */
const mostTags = 4_096;
const mostItems = 1 << 20;

function read(path: string, finding: Finding): void {
  if (!path.endsWith(".sqlite")) return finding.left("package database of an older rpm, which is not read");
  // Left where rpm was ended while it wrote: what it wrote last is there alone.
  if ((finding.tree.part(`${path}-wal`, 0, 1)?.length ?? 0) > 0)
    finding.left("package database that was not closed: what was written last is not read");
  const bytes = finding.tree.read(path, 4 * largestList);
  const headers = bytes === undefined ? undefined : headersIn(bytes);
  if (headers === undefined) return finding.left("package list that cannot be read");
  for (const header of headers) packageIn(header, finding);
}

function headersIn(bytes: Uint8Array): readonly Uint8Array[] | undefined {
  // Node has it from 22 on; before, the list is told as not read.
  const sqlite = process.getBuiltinModule?.("node:sqlite");
  if (sqlite === undefined) return undefined;
  const database = new sqlite.DatabaseSync(":memory:");
  try {
    if (typeof database.deserialize !== "function") return undefined;
    // A database that was left with a write-ahead log would look for that log beside it: mark it as having none.
    const own = Uint8Array.from(bytes);
    own.fill(1, 18, 20);
    database.deserialize(own);
    const rows = database.prepare("SELECT blob FROM Packages").all();
    return rows.flatMap(({ blob }) => (blob instanceof Uint8Array ? [blob] : []));
  } catch {
    return undefined;
  } finally {
    database.close();
  }
}

interface Header {
  readonly text: (tag: number) => string | undefined;
  readonly texts: (tag: number) => readonly string[];
  readonly numbers: (tag: number) => readonly number[];
}

function packageIn(blob: Uint8Array, finding: Finding): void {
  const header = headerOf(bytesOf(blob, "big"));
  const [name, version, release] = [
    header?.text(tags.name),
    header?.text(tags.version),
    header?.text(tags.release),
  ];
  if (header === undefined || name === undefined || version === undefined)
    return finding.left("package without a name");
  // Keys of those who sign are kept among the packages, and are none.
  if (name === "gpg-pubkey") return;
  const folders = header.texts(tags.folders);
  const folderOf = header.numbers(tags.folderOfFile);
  const files = withoutFolders(
    header.texts(tags.fileNames).flatMap((file, at) => {
      const folder = folders[folderOf[at] ?? -1];
      return folder === undefined ? [] : [`${folder}${file}`];
    }),
  );
  const by = finding.distribution === "" ? "redhat" : finding.distribution;
  const qualifiers = [
    ["arch", header.text(tags.architecture)],
    ["epoch", header.numbers(tags.epoch)[0]],
  ].flatMap(([key, value]) => (value === undefined ? [] : [`${key}=${encodeURIComponent(value)}`]));
  const full = release === undefined ? version : `${version}-${release}`;
  finding.package({
    purl: `pkg:rpm/${encodeURIComponent(by)}/${encodeURIComponent(name)}@${encodeURIComponent(full)}${qualifiers.length === 0 ? "" : `?${qualifiers.join("&")}`}`,
    files,
  });
}

function headerOf(bytes: Bytes): Header | undefined {
  const [count, size] = [bytes.u32(0), bytes.u32(4)];
  if (count === undefined || size === undefined || count > mostTags) return undefined;
  const data = 8 + count * 16;
  if (data + size > bytes.length) return undefined;
  const places = new Map<number, { readonly at: number; readonly items: number }>();
  for (let entry = 0; entry < count; entry += 1) {
    const at = 8 + entry * 16;
    const items = bytes.u32(at + 12)!;
    if (items <= mostItems) places.set(bytes.u32(at)!, { at: data + bytes.u32(at + 8)!, items });
  }
  const texts = (tag: number): readonly string[] => {
    const { at: start, items } = places.get(tag) ?? nowhere;
    const found: string[] = [];
    for (let at = start; found.length < items;) {
      const text = bytes.text(at);
      if (text === undefined) break;
      found.push(text);
      at += new TextEncoder().encode(text).length + 1;
    }
    return found;
  };
  return {
    texts,
    text: (tag) => texts(tag)[0],
    numbers: (tag) => {
      const { at, items } = places.get(tag) ?? nowhere;
      return Array.from({ length: items }, (_, item) => bytes.u32(at + item * 4)).filter(
        (value) => value !== undefined,
      );
    },
  };
}

const nowhere = { at: 0, items: 0 };

export const rpm = defineCataloger({
  id: "rpm",
  title: "Red Hat's packages",
  wants: (path) =>
    folders.some((folder) =>
      ["rpmdb.sqlite", "Packages", "Packages.db"].some((name) => path === `${folder}/${name}`),
    ),
  read,
  examples: [
    {
      title: "a database in a form that is not read",
      files: { "/var/lib/rpm/Packages": "x" },
      gives: { packages: [], left: { "package database of an older rpm, which is not read": 1 } },
    },
    {
      title: "a database that is none",
      files: { "/var/lib/rpm/rpmdb.sqlite": "SQLite format 3", "/var/lib/rpm/rpmdb.sqlite-wal": "" },
      gives: { packages: [], left: { "package list that cannot be read": 1 } },
    },
    {
      title: "a database that was not closed",
      files: { "/var/lib/rpm/rpmdb.sqlite": "SQLite format 3", "/var/lib/rpm/rpmdb.sqlite-wal": "x" },
      gives: {
        packages: [],
        left: {
          "package database that was not closed: what was written last is not read": 1,
          "package list that cannot be read": 1,
        },
      },
    },
  ],
});
