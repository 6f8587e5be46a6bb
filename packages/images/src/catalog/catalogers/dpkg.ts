/** Debian's packages and their like: dpkg's status file with its lists of files, and the status folder of images without dpkg. */
import { defineCataloger, headersOf, textOf, withoutFolders, type Finding } from "../cataloger.ts";

const folder = "/var/lib/dpkg";

function read(path: string, finding: Finding): void {
  const text = textOf(path, finding);
  if (text === undefined) return;
  const alone = path.startsWith(`${folder}/status.d/`);
  const placeOf = alone ? undefined : diverted(finding);
  for (const block of text.split(/\n{2,}/)) {
    const headers = headersOf(block);
    const name = headers.get("Package");
    const status = headers.get("Status");
    if (name === undefined || (status !== undefined && isGone(status))) continue;
    // A name is part of a path below.
    if (!/^[a-z0-9][a-z0-9+.-]*$/.test(name)) {
      finding.left("package with a name that is none");
      continue;
    }
    const architecture = headers.get("Architecture") ?? "";
    finding.package({
      purl: purlOf(finding.distribution, name, headers.get("Version") ?? "", architecture),
      files:
        placeOf === undefined
          ? sums(`${path}.md5sums`, finding)
          : listed(name, architecture, finding).map((file) => placeOf(name, file)),
    });
  }
}

/** What was only begun or not set up (`unpacked`, `half-configured`, `triggers-pending` …) has its files there all the same. */
function isGone(status: string): boolean {
  return / (?:not-installed|config-files)$/.test(status);
}

function purlOf(distribution: string, name: string, version: string, architecture: string): string {
  const by = distribution === "" ? "debian" : distribution;
  const own = architecture === "" ? "" : `?arch=${encodeURIComponent(architecture)}`;
  return `pkg:deb/${encodeURIComponent(by)}/${encodeURIComponent(name)}@${encodeURIComponent(version)}${own}`;
}

function listed(name: string, architecture: string, { tree, left }: Finding): readonly string[] {
  for (const file of [`${name}:${architecture}`, name]) {
    const bytes = tree.read(`${folder}/info/${file}.list`, 16 << 20);
    if (bytes !== undefined)
      return withoutFolders(
        new TextDecoder()
          .decode(bytes)
          .split("\n")
          .filter((line) => line.startsWith("/") && line !== "/."),
      );
  }
  left("package without its list of files");
  return [];
}

/**
 * Where a package's file lies: one package, or the owner of the machine, may have another's put aside (dpkg-divert). The lists
 * name them all the same.
 */
function diverted({ tree }: Finding): (name: string, file: string) => string {
  const bytes = tree.read(`${folder}/diversions`, 4 << 20);
  const lines = bytes === undefined ? [] : new TextDecoder().decode(bytes).split("\n");
  const known = new Map<string, { readonly to: string; readonly by: string }>();
  for (let at = 0; at + 2 < lines.length; at += 3)
    known.set(lines[at]!, { to: lines[at + 1]!, by: lines[at + 2]! });
  return (name, file) => {
    const found = known.get(file);
    return found === undefined || found.by === name || !found.to.startsWith("/") ? file : found.to;
  };
}

function sums(path: string, { tree, left }: Finding): readonly string[] {
  const bytes = tree.read(path, 16 << 20);
  if (bytes === undefined) left("package without its list of files");
  const text = bytes === undefined ? "" : new TextDecoder().decode(bytes);
  return text.split("\n").flatMap((line) => {
    const file = /^[0-9a-f]{32} [ *](.+)$/.exec(line)?.[1];
    return file === undefined ? [] : [file.startsWith("/") ? file : `/${file}`];
  });
}

export const dpkg = defineCataloger({
  id: "dpkg",
  title: "Debian's packages",
  wants: (path) =>
    path === `${folder}/status` || (path.startsWith(`${folder}/status.d/`) && !path.endsWith(".md5sums")),
  read,
  examples: [
    {
      title: "installed and removed, files by architecture",
      files: {
        "/etc/os-release": 'ID=debian\nVERSION_ID="12"\n',
        [`${folder}/status`]:
          "Package: zlib1g\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1:1.2.13.dfsg-1\nDescription: compression\n library\n\nPackage: gone\nStatus: deinstall ok config-files\nVersion: 1\n",
        [`${folder}/info/zlib1g:amd64.list`]:
          "/.\n/lib\n/lib/x86_64-linux-gnu\n/lib/x86_64-linux-gnu/libz.so.1\n",
      },
      gives: {
        packages: [
          {
            purl: "pkg:deb/debian/zlib1g@1%3A1.2.13.dfsg-1?arch=amd64",
            name: "zlib1g",
            version: "1:1.2.13.dfsg-1",
            ecosystem: "deb",
            files: ["/lib/x86_64-linux-gnu/libz.so.1"],
          },
        ],
      },
    },
    {
      title: "not set up to its end, as where a script of it failed, its files are there",
      files: {
        [`${folder}/status`]:
          "Package: jre\nStatus: install ok half-configured\nVersion: 17\n\nPackage: lib\nStatus: install ok unpacked\nVersion: 1\n\nPackage: none\nStatus: unknown ok not-installed\nVersion: 1\n",
        [`${folder}/info/jre.list`]: "/usr/bin/java\n",
        [`${folder}/info/lib.list`]: "/usr/lib/lib.so\n",
      },
      gives: {
        packages: [
          {
            purl: "pkg:deb/debian/jre@17",
            name: "jre",
            version: "17",
            ecosystem: "deb",
            files: ["/usr/bin/java"],
          },
          {
            purl: "pkg:deb/debian/lib@1",
            name: "lib",
            version: "1",
            ecosystem: "deb",
            files: ["/usr/lib/lib.so"],
          },
        ],
      },
    },
    {
      title: "a file that another package has put aside, and one that the machine's owner has",
      files: {
        [`${folder}/status`]:
          "Package: dash\nStatus: install ok installed\nVersion: 1\n\nPackage: shell\nStatus: install ok installed\nVersion: 2\n",
        [`${folder}/diversions`]:
          "/bin/sh\n/bin/sh.distrib\ndash\n/bin/other\n/bin/other.kept\n:\n/bin/cut\n",
        [`${folder}/info/dash.list`]: "/bin/sh\n",
        [`${folder}/info/shell.list`]: "/bin/sh\n/bin/other\n/bin/cut\n",
      },
      gives: {
        packages: [
          {
            purl: "pkg:deb/debian/dash@1",
            name: "dash",
            version: "1",
            ecosystem: "deb",
            files: ["/bin/sh"],
          },
          {
            purl: "pkg:deb/debian/shell@2",
            name: "shell",
            version: "2",
            ecosystem: "deb",
            files: ["/bin/cut", "/bin/other.kept", "/bin/sh.distrib"],
          },
        ],
      },
    },
    {
      title: "an image without dpkg",
      files: {
        "/etc/os-release": "ID=debian\n",
        [`${folder}/status.d/base`]: "Package: base-files\nVersion: 12.4\nArchitecture: amd64\n",
        [`${folder}/status.d/base.md5sums`]: "00000000000000000000000000000000  etc/debian_version\n",
      },
      gives: {
        packages: [
          {
            purl: "pkg:deb/debian/base-files@12.4?arch=amd64",
            name: "base-files",
            version: "12.4",
            ecosystem: "deb",
            files: ["/etc/debian_version"],
          },
        ],
      },
    },
    {
      title: "a name that would lead elsewhere",
      files: { [`${folder}/status`]: "Package: ../../../etc/x\nVersion: 1\n" },
      gives: { packages: [], left: { "package with a name that is none": 1 } },
    },
  ],
});
