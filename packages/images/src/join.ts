/** What several documents say of one image, joined: packages with all their files, flaws told by anybody. */
import type { Image, Package, Vulnerability } from "@plimsoll/core";

/** By digest where one is known, else by name; `exploited` names the flaws that attackers are known to use. */
export function joinImages(
  images: readonly Image[],
  exploited: ReadonlySet<string> = new Set(),
): readonly Image[] {
  const groups = Map.groupBy(images, ({ reference, digest }) => `${reference} ${digest ?? ""}`);
  return [...groups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, group]) => marked(group.reduce(joinTwo), exploited));
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
      : { vulnerabilities: joinFlaws([...(a.vulnerabilities ?? []), ...(b.vulnerabilities ?? [])]) }),
    sources: [...new Set([...a.sources, ...b.sources])].sort(),
  };
}

/** Tools qualify the same package differently: what comes after `?` makes no other package. */
function plain(purl: string): string {
  return purl.replace(/[?#].*$/, "");
}

function joinPackages(list: readonly Package[]): readonly Package[] {
  const known = new Map<string, Package>();
  for (const entry of list) {
    const before = known.get(plain(entry.purl));
    const files = [...new Set([...(before?.files ?? []), ...(entry.files ?? [])])].sort();
    known.set(plain(entry.purl), { ...(before ?? entry), ...(files.length === 0 ? {} : { files }) });
  }
  return [...known].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, entry]) => entry);
}

function joinFlaws(list: readonly Vulnerability[]): readonly Vulnerability[] {
  const known = new Map<string, Vulnerability>();
  for (const flaw of list) {
    const key = `${flaw.id} ${plain(flaw.package)}`;
    const before = known.get(key);
    known.set(key, { ...flaw, ...before, exploited: flaw.exploited || (before?.exploited ?? false) });
  }
  return [...known].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, flaw]) => flaw);
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
