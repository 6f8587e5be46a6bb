/** Python's distributions: wheels tell their files in `RECORD`, older ones in `installed-files.txt`, the oldest not at all. */
import { filesBelow } from "../../place.ts";
import { purlOf } from "../../purl.ts";
import { defineCataloger, headersOf, textOf, type Finding } from "../cataloger.ts";

function read(path: string, finding: Finding): void {
  const text = textOf(path, finding, 8 << 20);
  if (text === undefined) return;
  const headers = headersOf(text);
  const [name, version] = [headers.get("Name"), headers.get("Version")];
  if (name === undefined || version === undefined)
    return finding.left("Python package without name and version");
  const described = path.slice(0, path.lastIndexOf("/"));
  const beside = described.slice(0, described.lastIndexOf("/"));
  const wheel = path.endsWith("/METADATA");
  // Distributions patch these: the folder that describes a package lies where it stands.
  const lines = path.endsWith(".egg-info")
    ? undefined
    : finding.tree.read(`${described}/${wheel ? "RECORD" : "installed-files.txt"}`, 32 << 20);
  if (lines === undefined) finding.left("package without its list of files");
  const told = new TextDecoder()
    .decode(lines)
    .split(/\r?\n/)
    .map((line) => (wheel ? firstCell(line) : line));
  const files = filesBelow(
    wheel ? beside : described,
    told.filter((file) => file !== ""),
  );
  // One name in all spellings (PEP 503).
  const plain = name.toLowerCase().replace(/[-_.]+/g, "-");
  finding.package({ purl: purlOf("pypi", plain, version), files: [...files, path] });
}

function firstCell(line: string): string {
  return /^"((?:[^"]|"")*)"/.exec(line)?.[1]?.replaceAll('""', '"') ?? line.split(",")[0] ?? "";
}

export const python = defineCataloger({
  id: "python",
  title: "Python packages",
  wants: (path, { kind }) =>
    kind === "file" && /\.dist-info\/METADATA$|\.egg-info(?:\/PKG-INFO)?$/.test(path),
  read,
  examples: [
    {
      title: "a wheel, with a program outside of its folder",
      files: {
        "/usr/lib/python3/site-packages/Foo_Bar-1.0.dist-info/METADATA":
          "Metadata-Version: 2.1\nName: Foo_Bar\nVersion: 1.0\n\nName: not this\n",
        "/usr/lib/python3/site-packages/Foo_Bar-1.0.dist-info/RECORD":
          'foo_bar/__init__.py,sha256=x,10\n"foo_bar/a,b.py",,\n../../../bin/foo,,\n',
      },
      gives: {
        packages: [
          {
            purl: "pkg:pypi/foo-bar@1.0",
            name: "foo-bar",
            version: "1.0",
            ecosystem: "pypi",
            files: [
              "/usr/bin/foo",
              "/usr/lib/python3/site-packages/Foo_Bar-1.0.dist-info/METADATA",
              "/usr/lib/python3/site-packages/foo_bar/__init__.py",
              "/usr/lib/python3/site-packages/foo_bar/a,b.py",
            ],
          },
        ],
      },
    },
    {
      title: "an egg that is one file",
      files: { "/usr/lib/python3/dist-packages/PyJWT-2.6.0.egg-info": "Name: PyJWT\nVersion: 2.6.0\n" },
      gives: {
        packages: [
          {
            purl: "pkg:pypi/pyjwt@2.6.0",
            name: "pyjwt",
            version: "2.6.0",
            ecosystem: "pypi",
            files: ["/usr/lib/python3/dist-packages/PyJWT-2.6.0.egg-info"],
          },
        ],
        left: { "package without its list of files": 1 },
      },
    },
  ],
});
