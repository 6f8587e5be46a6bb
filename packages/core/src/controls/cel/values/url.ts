/** URLs as Go's net/url reads them (go1.26 src/net/url/url.go), on bytes: one character of a text here is one byte. */
import { ipBytes } from "./network.ts";
import { decodeUtf8, encodeUtf8 } from "./text.ts";
import { Special } from "./value.ts";
import type { Boxed } from "./value.ts";

interface Parts {
  readonly scheme: string;
  readonly opaque: string;
  /** User and password, escaped, with the `@`. */
  readonly user: string;
  readonly host: string;
  readonly path: string;
  readonly rawPath: string;
  readonly query: string;
  readonly forceQuery: boolean;
  readonly omitHost: boolean;
  readonly fragment: string;
}

/** A URL that Kubernetes accepts: absolute, or an absolute path. */
export class Url extends Special {
  readonly type = "kubernetes.URL";
  readonly parts: Parts;

  constructor(parts: Parts) {
    super();
    this.parts = parts;
  }

  override equals(other: Boxed): boolean {
    return other instanceof Url && formatUrl(this.parts) === formatUrl(other.parts);
  }
}

const toBytes = (text: string): string =>
  Array.from(encodeUtf8(text), (byte) => String.fromCharCode(byte)).join("");

/** The text of bytes; those that are no UTF-8 become U+FFFD. */
export function fromBytes(bytes: string): string {
  const codes = Uint8Array.from(bytes, (char) => char.charCodeAt(0));
  return decodeUtf8(codes) ?? bytes.replace(/[\x80-\xff]+/g, "\ufffd");
}

const UNRESERVED = "A-Za-z0-9\\-._~";
/** What need not be escaped, by where it stands. */
const PLAIN = {
  path: new RegExp(`[${UNRESERVED}$&+,/:;=@]`),
  host: new RegExp(`[${UNRESERVED}!"$&'()*+,:;<=>[\\]]`),
  user: new RegExp(`[${UNRESERVED}$&+,;=]`),
  fragment: new RegExp(`[${UNRESERVED}!$&()*+,/:;=?@]`),
} as const;

type Place = keyof typeof PLAIN | "query" | "zone";

const HEX = /^%([0-9a-fA-F]{2})/;

/** The bytes that an escaped text means, or undefined where it is not escaped well. */
function unescape(text: string, place: Place): string | undefined {
  let result = "";
  for (let i = 0; i < text.length; i++) {
    const char = text[i] ?? "";
    if (char === "%") {
      const hex = HEX.exec(text.slice(i, i + 3))?.[1];
      if (hex === undefined) return undefined;
      const code = Number.parseInt(hex, 16);
      if (place === "host" && code < 0x80 && hex !== "25") return undefined;
      if (place === "zone" && hex !== "25" && code !== 0x20 && !PLAIN.host.test(String.fromCharCode(code)))
        return undefined;
      result += String.fromCharCode(code);
      i += 2;
    } else if ((place === "host" || place === "zone") && char < "\x80" && !PLAIN.host.test(char))
      return undefined;
    else result += char === "+" && place === "query" ? " " : char;
  }
  return result;
}

function escape(bytes: string, place: keyof typeof PLAIN): string {
  const hex = (char: string): string => `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;
  return Array.from(bytes, (char) => (PLAIN[place].test(char) ? char : hex(char))).join("");
}

function cut(text: string, separator: string): readonly [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + separator.length)];
}

/** Whether a text is a URL by the rule for requests: the fragment is not told apart. */
export function isUrl(text: string): boolean {
  return parse(toBytes(text), true) !== undefined;
}

/** The URL of a text, or undefined where it is none. */
export function parseUrl(text: string): Url | undefined {
  const bytes = toBytes(text);
  if (parse(bytes, true) === undefined) return undefined;
  const [main, fragment] = cut(bytes, "#");
  const parts = parse(main, false);
  const plain = unescape(fragment, "fragment");
  return parts === undefined || plain === undefined ? undefined : new Url({ ...parts, fragment });
}

function parse(text: string, viaRequest: boolean): Parts | undefined {
  const empty = {
    scheme: "",
    opaque: "",
    user: "",
    host: "",
    path: "",
    rawPath: "",
    query: "",
    fragment: "",
  };
  const base: Parts = { ...empty, forceQuery: false, omitHost: false };
  if (hasControl(text) || (text === "" && viaRequest) || text.startsWith(":")) return undefined;
  if (text === "*") return { ...base, path: "*" };
  const found = /^([A-Za-z][A-Za-z0-9+\-.]*):/.exec(text)?.[1];
  const scheme = (found ?? "").toLowerCase();
  const after = found === undefined ? text : text.slice(found.length + 1);
  const forceQuery = after.endsWith("?") && after.indexOf("?") === after.length - 1;
  const [rest, query] = cut(after, "?");
  const known = { ...base, scheme, forceQuery, query };
  if (!rest.startsWith("/")) {
    if (scheme !== "") return { ...known, opaque: rest };
    if (viaRequest || cut(rest, "/")[0].includes(":")) return undefined;
  }
  return parseRest(known, rest, viaRequest);
}

function parseRest(known: Parts, rest: string, viaRequest: boolean): Parts | undefined {
  const { scheme } = known;
  const hasAuthority = (scheme !== "" || (!viaRequest && !rest.startsWith("///"))) && rest.startsWith("//");
  const slash = hasAuthority ? rest.indexOf("/", 2) : 0;
  const raw = hasAuthority ? (slash < 0 ? "" : rest.slice(slash)) : rest;
  const path = unescape(raw, "path");
  if (path === undefined) return undefined;
  const rawPath = raw === escape(path, "path") ? "" : raw;
  if (!hasAuthority) return { ...known, path, rawPath, omitHost: scheme !== "" && rest.startsWith("/") };
  const authority = parseAuthority(scheme, rest.slice(2, slash < 0 ? undefined : slash));
  return authority === undefined ? undefined : { ...known, ...authority, path, rawPath };
}

/** A control character of ASCII. */
function hasControl(text: string): boolean {
  for (const char of text) if (char < " " || char === "\x7f") return true;
  return false;
}

function parseAuthority(
  scheme: string,
  text: string,
): { readonly user: string; readonly host: string } | undefined {
  const at = text.lastIndexOf("@");
  const host = parseHost(scheme, text.slice(at + 1));
  if (host === undefined) return undefined;
  if (at < 0) return { user: "", host };
  const info = text.slice(0, at);
  if (!/^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/.test(info)) return undefined;
  const [name, password] = cut(info, ":").map((part) => unescape(part, "user"));
  if (name === undefined || password === undefined) return undefined;
  const secret = info.includes(":") ? `:${escape(password, "user")}` : "";
  return { user: `${escape(name, "user")}${secret}@`, host };
}

function parseHost(scheme: string, host: string): string | undefined {
  const open = host.lastIndexOf("[");
  if (open > 0) return undefined;
  if (open === 0) return parseBracketed(host);
  const first = host.indexOf(":");
  if (first >= 0) {
    const strict = scheme === "http" || scheme === "https";
    if (!isPort(host.slice(strict ? first : host.lastIndexOf(":")))) return undefined;
  }
  return unescape(host, "host");
}

/** `[address]:port`; what is after `%25` in the address is a zone. */
function parseBracketed(host: string): string | undefined {
  const close = host.lastIndexOf("]");
  const port = host.slice(close + 1);
  if (close < 0 || !isPort(port)) return undefined;
  const inner = host.slice(1, close);
  const zone = inner.indexOf("%25");
  const address = unescape(zone < 0 ? inner : inner.slice(0, zone), "host");
  const zoneText = zone < 0 ? "" : unescape(inner.slice(zone), "zone");
  if (address === undefined || zoneText === undefined || zoneText === "%") return undefined;
  return ipBytes(address)?.length === 16 ? `[${address}${zoneText}]${port}` : undefined;
}

function isPort(text: string): boolean {
  return text === "" || /^:[0-9]*$/.test(text);
}

/** Host name and port of a URL's host. */
export function splitHost(host: string): { readonly name: string; readonly port: string } {
  const colon = host.lastIndexOf(":");
  const split = colon >= 0 && isPort(host.slice(colon));
  const name = split ? host.slice(0, colon) : host;
  return {
    name: name.startsWith("[") && name.endsWith("]") ? name.slice(1, -1) : name,
    port: split ? host.slice(colon + 1) : "",
  };
}

/** The path of a URL as it was written, where that was right, else escaped. */
export function escapedPath({ path, rawPath }: Parts): string {
  if (
    rawPath !== "" &&
    /^[A-Za-z0-9\-._~!$&'()*+,;=:@[\]%/]*$/.test(rawPath) &&
    unescape(rawPath, "path") === path
  ) {
    return rawPath;
  }
  return path === "*" ? "*" : escape(path, "path");
}

/** The values of a URL's query, by name; what is not escaped well is left out. */
export function queryOf({ query }: Parts): ReadonlyMap<string, readonly string[]> {
  const values = new Map<string, string[]>();
  for (const part of query.split("&")) {
    if (part === "" || part.includes(";")) continue;
    const [key, value] = cut(part, "=").map((text) => unescape(text, "query"));
    if (key === undefined || value === undefined) continue;
    const name = fromBytes(key);
    values.set(name, [...(values.get(name) ?? []), fromBytes(value)]);
  }
  return values;
}

/** A URL as text, in bytes: the same for equal ones. */
export function formatUrl(parts: Parts): string {
  const { scheme, opaque, user, host, path, query, forceQuery, omitHost, fragment } = parts;
  const start = scheme === "" ? "" : `${scheme}:`;
  const authority = host !== "" || path !== "" || user !== "" ? `//${user}${escape(host, "host")}` : "";
  const isOmitted = (omitHost && host === "" && user === "") || (scheme === "" && host === "" && user === "");
  const body = opaque === "" ? `${isOmitted ? "" : authority}${pathText(parts)}` : opaque;
  const end = forceQuery || query !== "" ? `?${query}` : "";
  return `${start}${body}${end}${fragment === "" ? "" : `#${fragment}`}`;
}

function pathText(parts: Parts): string {
  const path = escapedPath(parts);
  return path !== "" && !path.startsWith("/") && parts.host !== "" ? `/${path}` : path;
}
