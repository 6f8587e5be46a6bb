/** Package URLs (https://github.com/package-url/purl-spec): read for what a package is called, made where a tool gives none. */

export interface Purl {
  /** `deb`, `npm`, `pypi`, `maven` … */
  readonly type: string;
  /** With its namespace: `@babel/core`, `org.apache.logging.log4j/log4j-core`. */
  readonly name: string;
  readonly version: string;
}

export function readPurl(text: string): Purl | undefined {
  const [, type = "", rest = ""] = /^pkg:\/*([A-Za-z][A-Za-z0-9.+-]*)\/+([^?#]+)/.exec(text) ?? [];
  const at = rest.lastIndexOf("@");
  const hasVersion = at > 0 && !rest.slice(at).includes("/");
  const name = decoded(hasVersion ? rest.slice(0, at) : rest);
  const version = hasVersion ? decoded(rest.slice(at + 1)) : "";
  if (type === "" || name === undefined || name === "" || version === undefined) return undefined;
  const lower = type.toLowerCase();
  // The namespace of distributions is the distribution: it is no part of the package's name.
  const plain = ["deb", "rpm", "apk"].includes(lower) ? name.slice(name.lastIndexOf("/") + 1) : name;
  return { type: lower, name: plain, version };
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

export function purlOf(type: string, name: string, version: string): string {
  const path = name
    .split("/")
    .map((part) => encodeURIComponent(part))
    .join("/");
  return `pkg:${type}/${path}${version === "" ? "" : `@${encodeURIComponent(version)}`}`;
}
