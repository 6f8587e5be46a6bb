/** Alpine's packages and their like: apk's list of what is installed, files included. */
import { defineCataloger, textOf, type Finding } from "../cataloger.ts";

const lists = ["/lib/apk/db/installed", "/usr/lib/apk/db/installed"];

function read(path: string, finding: Finding): void {
  for (const block of textOf(path, finding)?.split(/\n{2,}/) ?? []) {
    const known = new Map<string, string>();
    const files: string[] = [];
    let folder = "";
    for (const line of block.split("\n")) {
      const value = line.slice(2);
      if (line.startsWith("F:")) folder = value;
      else if (line.startsWith("R:")) files.push(folder === "" ? `/${value}` : `/${folder}/${value}`);
      else if (line[1] === ":" && !known.has(line[0]!)) known.set(line[0]!, value);
    }
    const [name, version, architecture] = ["P", "V", "A"].map((key) => known.get(key));
    if (name === undefined || version === undefined) continue;
    const by = finding.distribution === "" ? "alpine" : finding.distribution;
    finding.package({
      purl: `pkg:apk/${encodeURIComponent(by)}/${encodeURIComponent(name)}@${encodeURIComponent(version)}${architecture === undefined ? "" : `?arch=${encodeURIComponent(architecture)}`}`,
      files,
    });
  }
}

export const apk = defineCataloger({
  id: "apk",
  title: "Alpine's packages",
  wants: (path) => lists.includes(path),
  read,
  examples: [
    {
      title: "files by folder",
      files: {
        "/etc/os-release": "ID=alpine\n",
        [lists[0]!]:
          "C:Q1abc=\nP:musl\nV:1.2.5-r0\nA:x86_64\nF:lib\nR:ld-musl-x86_64.so.1\na:0:0:755\nF:\nR:x\n\nP:nameless\n",
      },
      gives: {
        packages: [
          {
            purl: "pkg:apk/alpine/musl@1.2.5-r0?arch=x86_64",
            name: "musl",
            version: "1.2.5-r0",
            ecosystem: "apk",
            files: ["/lib/ld-musl-x86_64.so.1", "/x"],
          },
        ],
      },
    },
  ],
});
