/** What several documents say of one image, joined: packages with all their files, flaws told by anybody. */
import { severities, type Image, type Package, type Vulnerability } from "@plimsoll/core";
import { readPurl } from "./purl.ts";

/**
 * By name and digest; who tells no digest speaks of every image of that name. `exploited` names the flaws that attackers are
 * known to use.
 */
export function joinImages(
  images: readonly Image[],
  exploited: ReadonlySet<string> = new Set(),
): readonly Image[] {
  const groups = Map.groupBy(
    images.flatMap(withDigests(images)),
    ({ reference, digest }) => `${reference} ${digest ?? ""}`,
  );
  return [...groups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, group]) => marked(group.reduce(joinTwo), exploited));
}

function withDigests(images: readonly Image[]): (image: Image) => readonly Image[] {
  const digests = new Map<string, Set<string>>();
  for (const { reference, digest } of images)
    if (digest !== undefined) digests.set(reference, (digests.get(reference) ?? new Set()).add(digest));
  return (image) =>
    image.digest === undefined
      ? [...(digests.get(image.reference) ?? [undefined])].map((digest) =>
          digest === undefined ? image : { ...image, digest },
        )
      : [image];
}

function joinTwo(a: Image, b: Image): Image {
  const packages = joinPackages([...(a.packages ?? []), ...(b.packages ?? [])]);
  const looked = a.vulnerabilities ?? b.vulnerabilities;
  return {
    ...b,
    ...a,
    ...(a.config === undefined && b.config === undefined ? {} : { config: { ...b.config, ...a.config } }),
    packages,
    ...(looked === undefined
      ? {}
      : {
          vulnerabilities: joinFlaws([...(a.vulnerabilities ?? []), ...(b.vulnerabilities ?? [])], packages),
        }),
    sources: [...new Set([...a.sources, ...b.sources])].sort(),
  };
}

/**
 * Tools qualify and write the same package differently: what comes after `?`, where an epoch stands, whether Go's version
 * begins with a `v`, and how Python's name is spelt (PEP 503), makes no other.
 */
function plain(purl: string): string {
  const read = readPurl(purl);
  if (read === undefined) return purl.replace(/[?#].*$/, "");
  const { type, name, version } = read;
  const spelt = type === "pypi" ? name.toLowerCase().replace(/[-_.]+/g, "-") : name;
  return `${type} ${spelt} ${version.replace(prefixes.get(type) ?? /^$/, "")}`;
}

const prefixes: ReadonlyMap<string, RegExp> = new Map([
  ["deb", /^\d+:/],
  ["rpm", /^\d+:/],
  ["golang", /^v/],
]);

function joinPackages(list: readonly Package[]): readonly Package[] {
  const known = new Map<string, Package>();
  for (const entry of list) {
    const before = known.get(plain(entry.purl));
    const files = [...new Set([...(before?.files ?? []), ...(entry.files ?? [])])].sort();
    known.set(plain(entry.purl), { ...(before ?? entry), ...(files.length === 0 ? {} : { files }) });
  }
  return [...known].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, entry]) => entry);
}

/** Each names its package as the joined list does. */
function joinFlaws(list: readonly Vulnerability[], packages: readonly Package[]): readonly Vulnerability[] {
  const written = new Map(packages.map(({ purl }) => [plain(purl), purl]));
  const known = new Map<string, Vulnerability>();
  for (const flaw of list) {
    const key = `${flaw.id} ${plain(flaw.package)}`;
    const before = known.get(key);
    known.set(key, {
      ...flaw,
      ...before,
      package: written.get(plain(flaw.package)) ?? flaw.package,
      ...graver(flaw, before),
      exploited: flaw.exploited || (before?.exploited ?? false),
    });
  }
  return [...known].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, flaw]) => flaw);
}

function graver(
  { severity: a }: Vulnerability,
  before: Vulnerability | undefined,
): Pick<Vulnerability, "severity"> {
  const told = [a, before?.severity];
  const severity = severities.find((each) => told.includes(each));
  return severity === undefined ? {} : { severity };
}

function marked(image: Image, exploited: ReadonlySet<string>): Image {
  if (image.vulnerabilities === undefined || exploited.size === 0) return image;
  return {
    ...image,
    vulnerabilities: image.vulnerabilities.map((flaw) =>
      exploited.has(flaw.id) ? { ...flaw, exploited: true } : flaw,
    ),
  };
}
