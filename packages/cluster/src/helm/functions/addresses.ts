/** Paths and URLs, as Go takes them apart. */
import { posix } from "node:path";
import { aliases, define } from "../template/define.ts";
import { failure } from "../template/fault.ts";
import { dictOf, type Definition, type Dict, type Value } from "../template/value.ts";

function clean(path: string): string {
  const normal = path === "" ? "." : posix.normalize(path);
  return normal.length > 1 && normal.endsWith("/") ? normal.slice(0, -1) : normal;
}

function base(path: string): string {
  if (path === "") return ".";
  const bare = path.replace(/\/+$/, "");
  return bare === "" ? "/" : bare.slice(bare.lastIndexOf("/") + 1);
}

function extension(path: string): string {
  const name = path.slice(path.lastIndexOf("/") + 1);
  return name.includes(".") ? name.slice(name.lastIndexOf(".")) : "";
}

function urlParse(text: string): Value {
  const match = /^(?:([a-zA-Z][a-zA-Z0-9+.-]*):)?(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/s.exec(
    text,
  );
  if (match === null || /[ \p{Cc}]/u.test(text))
    throw failure(`unable to parse url: ${JSON.stringify(text)}`);
  const [, scheme = "", authority, path = "", query = "", fragment = ""] = match;
  const opaque = scheme !== "" && authority === undefined && path !== "" && !path.startsWith("/");
  const at = (authority ?? "").lastIndexOf("@");
  const host = (authority ?? "").slice(at + 1);
  const hostname = host.startsWith("[") ? host.slice(1, host.indexOf("]")) : host.replace(/:[0-9]*$/, "");
  return dictOf([
    ["scheme", scheme.toLowerCase()],
    ["host", host],
    ["hostname", hostname],
    ["path", opaque ? "" : decoded(path)],
    ["query", query],
    ["opaque", opaque ? path : ""],
    ["fragment", decoded(fragment)],
    ["userinfo", at === -1 ? "" : (authority ?? "").slice(0, at)],
  ]);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw failure(`unable to parse url: invalid URL escape in ${JSON.stringify(text)}`);
  }
}

function encoded(text: string, kept: RegExp): string {
  return encodeURIComponent(text).replaceAll(/%[0-9A-F]{2}/g, (code) => {
    const char = String.fromCharCode(Number.parseInt(code.slice(1), 16));
    return kept.test(char) ? char : code;
  });
}

function urlJoin(parts: Dict): string {
  const get = (key: string): string => {
    const value = parts.entries.get(key) ?? "";
    if (typeof value !== "string") throw failure(`unable to parse ${key} key, must be of type string`);
    return value;
  };
  const [scheme, host, path, query] = ["scheme", "host", "path", "query"].map(get);
  const [opaque, fragment, user] = ["opaque", "fragment", "userinfo"].map(get);
  let out = scheme === "" ? "" : `${scheme}:`;
  if (opaque !== "") out += opaque;
  else {
    if (scheme !== "" || host !== "" || user !== "") {
      if (host !== "" || path !== "" || user !== "") out += "//";
      if (user !== "") out += `${user}@`;
      out += host;
    }
    if (path !== "" && !path!.startsWith("/") && host !== "") out += "/";
    out += encoded(path ?? "", /[$&+,/:;=@]/);
  }
  if (query !== "") out += `?${query}`;
  return fragment === "" ? out : `${out}#${encoded(fragment ?? "", /[$&+,/:;=?@!()*]/)}`;
}

export const addresses: readonly Definition[] = [
  ...aliases(define("base", "string -> string", base), "osBase"),
  ...aliases(
    define("dir", "string -> string", (path: string) => clean(path.slice(0, path.lastIndexOf("/") + 1))),
    "osDir",
  ),
  ...aliases(define("clean", "string -> string", clean), "osClean"),
  ...aliases(define("ext", "string -> string", extension), "osExt"),
  ...aliases(
    define("isAbs", "string -> bool", (path: string) => path.startsWith("/")),
    "osIsAbs",
  ),
  define("urlParse", "string -> any", urlParse),
  define("urlJoin", "dict -> string", urlJoin),
  define("getHostByName", "string -> string", () => ""),
];
