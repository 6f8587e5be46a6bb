/** Kubernetes' functions of URLs. */
import { Url, escapedPath, fromBytes, parseUrl, queryOf, splitHost, urlMistake } from "../values/url.ts";
import { CelMap, fail, noOverload } from "../values/value.ts";
import type { Value } from "../values/value.ts";
import { define } from "./registry.ts";
import type { FunctionDefinition } from "./registry.ts";

const U = "kubernetes.URL";

function getter(name: string, id: string, read: (parts: Url["parts"]) => string): FunctionDefinition {
  return define(name, [`url_get_${id} ${U}.() -> string`], (url) =>
    url instanceof Url ? fromBytes(read(url.parts)) : noOverload(name, url),
  );
}

function query(url: Value): Value {
  if (!(url instanceof Url)) return noOverload("getQuery", url);
  const entries = Array.from(queryOf(url.parts), ([key, values]) => [key, [key, values] as const] as const);
  return new CelMap(new Map(entries));
}

/** The functions of this library. */
export const urls: readonly FunctionDefinition[] = [
  define("url", [`string_to_url (string) -> ${U}`], (text) => {
    if (typeof text !== "string") return noOverload("url", text);
    const url = parseUrl(text);
    if (url instanceof Url) return url;
    return fail("invalid", `URL parse error during conversion from string: ${url.message}`);
  }),
  define("isURL", ["is_url_string (string) -> bool"], (text) =>
    typeof text === "string" ? urlMistake(text) === undefined : noOverload("isURL", text),
  ),
  getter("getScheme", "scheme", (parts) => parts.scheme),
  getter("getHost", "host", (parts) => parts.host),
  getter("getHostname", "hostname", (parts) => splitHost(parts.host).name),
  getter("getPort", "port", (parts) => splitHost(parts.host).port),
  getter("getEscapedPath", "escaped_path", escapedPath),
  define("getQuery", [`url_get_query ${U}.() -> map(string, list(string))`], query),
];
