/** URLs as Go's net/url reads them (go1.26 src/net/url/url.go), on bytes: one character of a text here is one byte. */
import { ipBytes } from "./network.ts";
import { decodeUtf8, encodeUtf8 } from "./text.ts";
import { Failure, Special, fail } from "./value.ts";
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

function wrong(reason: string): Failure {
  return fail("invalid", reason);
}

/** The bytes that an escaped text means, or a Failure where it is not escaped well. */
function unescape(text: string, place: Place): string | Failure {
  let result = "";
  for (let i = 0; i < text.length; i++) {
    const char = text[i] ?? "";
    if (char === "%") {
      const code = escaped(text.slice(i, i + 3), place);
      if (code instanceof Failure) return code;
      result += code;
      i += 2;
    } else if ((place === "host" || place === "zone") && char < "\x80" && !PLAIN.host.test(char)) {
      return wrong(`invalid character ${JSON.stringify(char)} in host name`);
    } else result += char === "+" && place === "query" ? " " : char;
  }
  return result;
}

/** The byte of an escape such as `%2F`. */
function escaped(text: string, place: Place): string | Failure {
  const hex = HEX.exec(text)?.[1];
  const code = Number.parseInt(hex ?? "", 16);
  const char = String.fromCharCode(code);
  const inHost = place === "host" && code < 0x80 && hex !== "25";
  const inZone = place === "zone" && hex !== "25" && char !== " " && !PLAIN.host.test(char);
  return hex === undefined || inHost || inZone ? wrong(`invalid URL escape ${JSON.stringify(text)}`) : char;
}

function escape(bytes: string, place: keyof typeof PLAIN): string {
  const hex = (char: string): string => `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;
  return Array.from(bytes, (char) => (PLAIN[place].test(char) ? char : hex(char))).join("");
}

function cut(text: string, separator: string): readonly [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + separator.length)];
}

/** Why a text is no URL by the rule for requests, or undefined where it is one. A fragment is not told apart. */
export function urlMistake(text: string): string | undefined {
  const parts = parse(toBytes(text), true);
  return parts instanceof Failure ? parts.message : undefined;
}

/** The URL of a text, or why it is none. */
export function parseUrl(text: string): Url | Failure {
  const mistake = urlMistake(text);
  if (mistake !== undefined) return wrong(mistake);
  const [main, fragment] = cut(toBytes(text), "#");
  const parts = parse(main, false);
  const plain = unescape(fragment, "fragment");
  if (parts instanceof Failure) return parts;
  return plain instanceof Failure ? plain : new Url({ ...parts, fragment });
}

const EMPTY = { scheme: "", opaque: "", user: "", host: "", path: "", rawPath: "", query: "", fragment: "" };

function parse(text: string, viaRequest: boolean): Parts | Failure {
  const base: Parts = { ...EMPTY, forceQuery: false, omitHost: false };
  if (hasControl(text)) return wrong("net/url: invalid control character in URL");
  if (text === "" && viaRequest) return wrong("empty url");
  if (text === "*") return { ...base, path: "*" };
  if (text.startsWith(":")) return wrong("missing protocol scheme");
  const found = /^([A-Za-z][A-Za-z0-9+\-.]*):/.exec(text)?.[1];
  const scheme = (found ?? "").toLowerCase();
  const after = found === undefined ? text : text.slice(found.length + 1);
  const forceQuery = after.endsWith("?") && after.indexOf("?") === after.length - 1;
  const [rest, query] = cut(after, "?");
  const known = { ...base, scheme, forceQuery, query };
  if (!rest.startsWith("/")) {
    if (scheme !== "") return { ...known, opaque: rest };
    if (viaRequest) return wrong("invalid URI for request");
    if (cut(rest, "/")[0].includes(":")) return wrong("first path segment in URL cannot contain colon");
  }
  return parseRest(known, rest, viaRequest);
}

function parseRest(known: Parts, rest: string, viaRequest: boolean): Parts | Failure {
  const { scheme } = known;
  const hasAuthority = (scheme !== "" || (!viaRequest && !rest.startsWith("///"))) && rest.startsWith("//");
  const slash = hasAuthority ? rest.indexOf("/", 2) : 0;
  const raw = slash < 0 ? "" : rest.slice(slash);
  const authority = hasAuthority
    ? parseAuthority(scheme, rest.slice(2, slash < 0 ? undefined : slash))
    : undefined;
  if (authority instanceof Failure) return authority;
  const path = unescape(raw, "path");
  if (path instanceof Failure) return path;
  const rawPath = raw === escape(path, "path") ? "" : raw;
  if (authority !== undefined) return { ...known, ...authority, path, rawPath };
  return { ...known, path, rawPath, omitHost: scheme !== "" && rest.startsWith("/") };
}

/** A control character of ASCII. */
function hasControl(text: string): boolean {
  for (const char of text) if (char < " " || char === "\x7f") return true;
  return false;
}

interface Authority {
  readonly user: string;
  readonly host: string;
}

function parseAuthority(scheme: string, text: string): Authority | Failure {
  const at = text.lastIndexOf("@");
  const host = parseHost(scheme, text.slice(at + 1));
  if (host instanceof Failure) return host;
  if (at < 0) return { user: "", host };
  const info = text.slice(0, at);
  if (!/^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/.test(info)) return wrong("net/url: invalid userinfo");
  const [name = "", password = ""] = cut(info, ":").map((part) => unescape(part, "user"));
  if (name instanceof Failure) return name;
  if (password instanceof Failure) return password;
  const secret = info.includes(":") ? `:${escape(password, "user")}` : "";
  return { user: `${escape(name, "user")}${secret}@`, host };
}

function parseHost(scheme: string, host: string): string | Failure {
  const open = host.lastIndexOf("[");
  if (open > 0) return wrong("invalid IP-literal");
  if (open === 0) return parseBracketed(host);
  const isStrict = scheme === "http" || scheme === "https";
  const colon = isStrict ? host.indexOf(":") : host.lastIndexOf(":");
  const port = colon < 0 ? "" : host.slice(colon);
  return isPort(port) ? unescape(host, "host") : wrong(`invalid port ${JSON.stringify(port)} after host`);
}

/** `[address]:port`; what is after `%25` in the address is a zone. */
function parseBracketed(host: string): string | Failure {
  const close = host.lastIndexOf("]");
  if (close < 0) return wrong("missing ']' in host");
  const port = host.slice(close + 1);
  if (!isPort(port)) return wrong(`invalid port ${JSON.stringify(port)} after host`);
  const inner = host.slice(1, close);
  const at = inner.indexOf("%25");
  const address = unescape(at < 0 ? inner : inner.slice(0, at), "host");
  if (address instanceof Failure) return address;
  const zone = at < 0 ? "" : unescape(inner.slice(at), "zone");
  if (zone instanceof Failure) return zone;
  const size = zone === "%" ? undefined : ipBytes(address)?.length;
  if (size === 4) return wrong("invalid IP-literal");
  return size === 16
    ? `[${address}${zone}]${port}`
    : wrong(`invalid host: ${JSON.stringify(address + zone)}`);
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
    if (typeof key !== "string" || typeof value !== "string") continue;
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
