/** Java's archives: each tells its Maven coordinates in a `pom.properties`; archives within archives are looked into. */
import { purlOf } from "../../purl.ts";
import { defineCataloger, type Finding } from "../cataloger.ts";
import type { Entry } from "../tree.ts";
import { zipEntries, type Archive } from "../zip.ts";

const deepest = 3;
const largestWithin = 256 << 20;
const largestProperties = 1 << 20;
const mostWithin = 2_000;

function read(path: string, finding: Finding, { size }: Entry): void {
  const archive: Archive = { size, part: (at, length) => finding.tree.part(path, at, length) };
  look(archive, path, path, finding, 0, { left: mostWithin });
}

/** `name`: of the archive itself; `path`: of the file that holds it. */
function look(
  archive: Archive,
  name: string,
  path: string,
  finding: Finding,
  depth: number,
  budget: { left: number },
): void {
  const entries = zipEntries(archive);
  if (entries === undefined) return finding.left("archive that cannot be read");
  let told = false;
  for (const entry of entries) {
    if (/^META-INF\/maven\/[^/]+\/[^/]+\/pom\.properties$/.test(entry.name)) {
      const text = entry.read(largestProperties);
      if (text !== undefined) told = coordinates(new TextDecoder().decode(text), path, finding) || told;
    } else if (isArchive(entry.name)) {
      budget.left -= 1;
      const bytes = depth < deepest && budget.left >= 0 ? entry.read(largestWithin) : undefined;
      if (bytes === undefined) finding.left("archive within an archive that is not looked into");
      else look(inMemory(bytes), entry.name, path, finding, depth + 1, budget);
    }
  }
  if (!told && name.endsWith(".jar")) finding.left("archive of Java without Maven coordinates");
}

function coordinates(text: string, path: string, finding: Finding): boolean {
  const found = new Map(
    text.split(/\r?\n/).flatMap((line) => {
      const [, key, value] = /^\s*([A-Za-z]+)\s*[=:]\s*(.*?)\s*$/.exec(line) ?? [];
      return key === undefined || value === undefined ? [] : [[key, value] as const];
    }),
  );
  const [group, artifact, version] = [found.get("groupId"), found.get("artifactId"), found.get("version")];
  if (!group || !artifact || !version) return false;
  finding.package({ purl: purlOf("maven", `${group}/${artifact}`, version), files: [path] });
  return true;
}

function inMemory(bytes: Uint8Array): Archive {
  return { size: bytes.length, part: (at, length) => bytes.subarray(at, at + length) };
}

function isArchive(name: string): boolean {
  return /\.(?:jar|war|ear)$/i.test(name);
}

export const jar = defineCataloger({
  id: "jar",
  title: "Java archives",
  wants: (path, { kind }) => kind === "file" && isArchive(path),
  read,
  examples: [
    {
      title: "what is called one and is none",
      files: { "/app/a.jar": "not a zip" },
      gives: { packages: [], left: { "archive that cannot be read": 1 } },
    },
  ],
});
