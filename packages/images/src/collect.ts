/** Gathers an image's packages and flaws as a document is read: each once, by its package URL. */
import { severities, type Image, type Package, type Severity, type Vulnerability } from "@plimsoll/core";
import { createLeft } from "./field.ts";
import type { Imported } from "./importer.ts";
import { purlOf, readPurl } from "./purl.ts";

export interface FoundPackage {
  readonly purl?: string | undefined;
  /** As purl has it; needed where there is no purl. */
  readonly ecosystem?: string | undefined;
  readonly name?: string | undefined;
  readonly version?: string | undefined;
  readonly files?: readonly string[];
}

export interface FoundFlaw {
  readonly id: string | undefined;
  readonly fixedIn?: string | undefined;
  /** Severities, as those call them who graded it. */
  readonly grades?: readonly (string | undefined)[];
  readonly exploited?: boolean;
}

export interface ImageCollector {
  /** The package URL; undefined where it says too little of itself, which is counted. */
  readonly package: (found: FoundPackage) => string | undefined;
  readonly flaw: (purl: string | undefined, found: FoundFlaw) => void;
  readonly left: (why: string) => void;
  readonly result: (
    image: Pick<Image, "reference" | "digest" | "config" | "platform">,
    source: string,
  ) => Imported;
}

const mostFiles = 200_000;

/** `looked`: the tool looks for flaws, so that none found means none. */
export function createCollector(looked: boolean): ImageCollector {
  const packages = new Map<string, { readonly found: Package; readonly files: Set<string> }>();
  const flaws = new Map<string, Vulnerability>();
  const left = createLeft();
  let files = 0;
  return {
    package: (found) => {
      const made = packageOf(found);
      if (made === undefined) {
        left.add("package without a name");
        return undefined;
      }
      const known = packages.get(made.purl) ?? { found: made, files: new Set<string>() };
      packages.set(made.purl, known);
      // Of a package whose files are not all known it would be believed that the rest was never touched.
      if (files + (found.files?.length ?? 0) > mostFiles) {
        left.add("files of a package beyond the limit");
        files -= known.files.size;
        known.files.clear();
        return made.purl;
      }
      for (const file of found.files ?? []) {
        const path = file.startsWith("/") ? file : `/${file}`;
        if (known.files.has(path)) continue;
        known.files.add(path);
        files += 1;
      }
      return made.purl;
    },
    flaw: (purl, { id, fixedIn, grades = [], exploited = false }) => {
      if (id === undefined || purl === undefined) return left.add("flaw without an id or a package");
      const grade = gravest(grades);
      const flaw = {
        id,
        package: purl,
        ...(fixedIn === undefined ? {} : { fixedIn }),
        ...(grade === undefined ? {} : { severity: grade }),
        exploited,
        loaded: "unknown",
      } as const;
      flaws.set(`${id} ${purl}`, flaw);
    },
    left: left.add,
    result: (image, source) => ({
      image: {
        ...image,
        packages: [...packages.values()]
          .map(({ found, files: own }) => (own.size === 0 ? found : { ...found, files: [...own].sort() }))
          .sort((a, b) => (a.purl < b.purl ? -1 : 1)),
        ...(looked || flaws.size > 0
          ? { vulnerabilities: [...flaws].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, flaw]) => flaw) }
          : {}),
        sources: [source],
      },
      left: left.all(),
    }),
  };
}

const alsoCalled: { readonly [word: string]: Severity } = { moderate: "medium", negligible: "low" };

/** Other words (`UNKNOWN`, `none`) are no grade. */
function gravest(grades: readonly (string | undefined)[]): Severity | undefined {
  const words = grades.map((grade = "") => grade.toLowerCase());
  const told = new Set<string>(words.map((word) => alsoCalled[word] ?? word));
  return severities.find((severity) => told.has(severity));
}

function packageOf({ purl, ecosystem, name, version }: FoundPackage): Package | undefined {
  const read = purl === undefined ? undefined : readPurl(purl);
  if (read !== undefined)
    return { purl: purl!, name: read.name, version: read.version || (version ?? ""), ecosystem: read.type };
  if (name === undefined || ecosystem === undefined) return undefined;
  // Scanners part group and artifact by a colon, package URLs by a slash.
  const plain = ecosystem === "maven" ? name.replace(":", "/") : name;
  return { purl: purlOf(ecosystem, plain, version ?? ""), name: plain, version: version ?? "", ecosystem };
}
