/** Inputs that mean harm, by number: what is given, and what must come of it. The tests that hold a case name its number. */
export interface AbuseCase {
  readonly number: number;
  readonly surface:
    | "yaml"
    | "json"
    | "object"
    | "rbac"
    | "graph"
    | "cel"
    | "policy"
    | "page"
    | "command"
    | "sensor"
    | "export"
    | "network"
    | "api"
    | "store";
  readonly input: string;
  readonly verdict: string;
}

const refused = "refused in one line that names source and limit; the rest is scanned";

export const abuseCases: readonly AbuseCase[] = [
  { number: 1, surface: "yaml", input: "aliases nested nine deep, nine at a time", verdict: refused },
  { number: 2, surface: "yaml", input: "a million aliases of one long node", verdict: refused },
  { number: 3, surface: "yaml", input: "an anchor that holds itself", verdict: refused },
  {
    number: 4,
    surface: "yaml",
    input: "thousands of merges of thousands of keys",
    verdict: "refused, or read in linear time",
  },
  { number: 5, surface: "yaml", input: "a thousand brackets", verdict: refused },
  { number: 6, surface: "yaml", input: "a hundred thousand brackets", verdict: refused },
  { number: 7, surface: "yaml", input: "a mapping a thousand deep", verdict: refused },
  { number: 8, surface: "yaml", input: "a million lines of comment", verdict: "read" },
  { number: 9, surface: "yaml", input: "twenty thousand documents", verdict: "read" },
  { number: 10, surface: "yaml", input: "a text of ten megabytes", verdict: refused },
  { number: 11, surface: "yaml", input: "a key given twice", verdict: refused },
  { number: 12, surface: "json", input: "a key given twice", verdict: refused },
  { number: 13, surface: "json", input: "arrays twenty thousand deep", verdict: refused },
  {
    number: 14,
    surface: "yaml",
    input: "__proto__ and constructor as keys",
    verdict: "data like any other; no prototype changes",
  },
  { number: 15, surface: "yaml", input: "tags that name functions, files or types", verdict: refused },
  {
    number: 16,
    surface: "yaml",
    input: "yes, on, 0o17, 010, .inf, ~ and dates",
    verdict: "the value Kubernetes' decoder reads",
  },
  { number: 17, surface: "json", input: "numbers that no double holds", verdict: "exact, or refused" },
  {
    number: 18,
    surface: "yaml",
    input: "marks of order, UTF-16, bad UTF-8, NUL",
    verdict: "read as meant, or refused",
  },
  { number: 19, surface: "yaml", input: "CRLF, tabs, trailing NUL", verdict: "the same findings as with LF" },
  {
    number: 20,
    surface: "yaml",
    input: "a chart's template as a manifest",
    verdict: "told as a template; incomplete",
  },
  {
    number: 21,
    surface: "json",
    input: "a file cut at every byte",
    verdict: "never a crash, never nothing found",
  },
  { number: 22, surface: "json", input: "lists in lists, deep", verdict: "read to depth ten, else refused" },
  { number: 23, surface: "yaml", input: "a list of fifty thousand", verdict: "read" },
  { number: 24, surface: "object", input: "an object over three megabytes", verdict: refused },
  {
    number: 25,
    surface: "object",
    input: "names too long, empty, with paths or emoji",
    verdict: "an id that is safe",
  },
  { number: 26, surface: "object", input: "metadata missing, null, a list", verdict: refused },
  {
    number: 27,
    surface: "object",
    input: "containers that are no list",
    verdict: "a gap that names path and type",
  },
  { number: 28, surface: "object", input: "annotations of the wrong type", verdict: "told, never a crash" },
  {
    number: 29,
    surface: "object",
    input: "kinds of the wrong case, removed versions",
    verdict: "not evaluated, with the reason",
  },
  {
    number: 30,
    surface: "object",
    input: "labels made to match another tenant's selectors",
    verdict: "no match across namespaces",
  },
  {
    number: 31,
    surface: "object",
    input: "an owner who excuses himself by annotation",
    verdict: "heeded only where the settings allow it",
  },
  { number: 32, surface: "object", input: "a deletionTimestamp", verdict: "judged all the same" },
  {
    number: 33,
    surface: "object",
    input: "privileged in init, sidecar, ephemeral containers and custom resources",
    verdict: "found",
  },
  {
    number: 34,
    surface: "object",
    input: "annotation and field that contradict",
    verdict: "the worse of the two",
  },
  {
    number: 35,
    surface: "object",
    input: "user ids beyond 31 bits, negative, as text",
    verdict: "never taken for fine",
  },
  {
    number: 36,
    surface: "rbac",
    input: "five thousand ClusterRoles that gather each other in a circle",
    verdict: "ends; what they gather is held",
  },
  {
    number: 37,
    surface: "rbac",
    input: "wildcards everywhere, system:masters, users with the system: prefix",
    verdict: "the path is found",
  },
  {
    number: 38,
    surface: "graph",
    input: "a hundred thousand steps, made by one tenant",
    verdict: "bounded, and told where the search ended early",
  },
  {
    number: 39,
    surface: "object",
    input: "owners in a circle, of itself, of another namespace",
    verdict: "ends; told, and judged by itself",
  },
  { number: 41, surface: "cel", input: "a pattern made to backtrack", verdict: "linear time" },
  { number: 42, surface: "cel", input: "loops nested eight deep", verdict: "stopped at the budget" },
  { number: 43, surface: "cel", input: "texts and lists that double", verdict: "stopped at the budget" },
  {
    number: 44,
    surface: "cel",
    input: "twenty thousand parentheses, a megabyte of text",
    verdict: "refused with its place",
  },
  {
    number: 45,
    surface: "cel",
    input: "fields called __proto__ and constructor",
    verdict: "keys like any other",
  },
  {
    number: 46,
    surface: "policy",
    input: "a check that always fails to run",
    verdict: "unknown, told; the others run",
  },
  { number: 47, surface: "policy", input: "functions nobody has", verdict: "refused at load" },
  { number: 48, surface: "policy", input: "parameters of another namespace", verdict: "not read" },
  { number: 49, surface: "policy", input: "huge or slow patterns", verdict: "linear time, or refused" },
  {
    number: 52,
    surface: "policy",
    input: "an exported policy over the server's cost limit",
    verdict: "none: a real server accepts every one",
  },
  {
    number: 74,
    surface: "network",
    input: "an answer that names a metadata address to ask next",
    verdict: "refused; nothing is sent there",
  },
  {
    number: 75,
    surface: "network",
    input: "a redirect to another host, to less than https, to loopback",
    verdict: "credentials dropped, or refused",
  },
  {
    number: 76,
    surface: "network",
    input: "127.1, 0x7f000001, mapped addresses, localhost., names that change",
    verdict: "refused",
  },
  {
    number: 77,
    surface: "network",
    input: "answers that drip, do not end, or are all headers",
    verdict: "ended at a limit",
  },
  {
    number: 78,
    surface: "network",
    input: "a host whose name begins like an allowed one",
    verdict: "another host",
  },
  {
    number: 79,
    surface: "network",
    input: "a notifier's address inside the cluster, or a cloud's metadata",
    verdict: "refused unless the settings name it",
  },
  {
    number: 80,
    surface: "network",
    input: "credentials in addresses and tokens in headers",
    verdict: "in no log, error or answer",
  },
  {
    number: 81,
    surface: "network",
    input: "self-signed, ended, another name's certificate, TLS 1.1",
    verdict: "refused; no variable changes it",
  },
  {
    number: 82,
    surface: "api",
    input: "no token, another audience's, ended, unsigned, another issuer's",
    verdict: "401, no detail",
  },
  {
    number: 83,
    surface: "api",
    input: "somebody without get in a namespace",
    verdict: "absent in lists, counts, search, history, live",
  },
  {
    number: 84,
    surface: "api",
    input: "an API server that fails or is silent when asked for rights",
    verdict: "nothing is shown",
  },
  {
    number: 85,
    surface: "api",
    input: "rights taken away while a stream is open",
    verdict: "the stream ends within 15 s",
  },
  { number: 86, surface: "api", input: "a token in the address", verdict: "refused" },
  {
    number: 87,
    surface: "api",
    input: "other sites' pages, names that are not ours",
    verdict: "refused",
  },
  {
    number: 88,
    surface: "api",
    input: "huge bodies, queries and pages, forged cursors",
    verdict: "refused at the door",
  },
  { number: 89, surface: "api", input: "__proto__ and nested keys", verdict: "refused; nothing changes" },
  {
    number: 90,
    surface: "api",
    input: "what means something to SQL in every parameter",
    verdict: "data",
  },
  { number: 91, surface: "api", input: "paths that lead out, encoded once and twice", verdict: "404" },
  {
    number: 92,
    surface: "api",
    input: "requests that hide another",
    verdict: "the connection is closed; others are served",
  },
  {
    number: 93,
    surface: "api",
    input: "guessing; a thousand paths",
    verdict: "made to wait; metrics do not grow",
  },
  { number: 94, surface: "page", input: "markup and scripts in every name", verdict: "text; nothing runs" },
  {
    number: 95,
    surface: "page",
    input: "the same, the page opened from a file",
    verdict: "nothing is fetched",
  },
  { number: 97, surface: "command", input: "escape sequences in names", verdict: "shown, never obeyed" },
  {
    number: 98,
    surface: "export",
    input: "cells that begin like formulas",
    verdict: "neutralised, read back whole",
  },
  {
    number: 99,
    surface: "export",
    input: "characters that XML and URIs forbid",
    verdict: "valid against the schema",
  },
  { number: 100, surface: "export", input: "a line break and a forged line", verdict: "one line" },
  { number: 101, surface: "command", input: "commands for CI runners in names", verdict: "neutralised" },
  {
    number: 102,
    surface: "command",
    input: "pipes, devices, loops of links, names like options",
    verdict: "passed over with a word",
  },
  {
    number: 103,
    surface: "command",
    input: "an output that is a link, not writable, or on a full disk",
    verdict: "refused; what was there stays",
  },
  { number: 104, surface: "command", input: "a kubeconfig in an untrusted folder", verdict: "not used" },
  {
    number: 105,
    surface: "command",
    input: "a signal in the middle of writing",
    verdict: "the old output whole",
  },
  {
    number: 106,
    surface: "sensor",
    input: "a flood of programs with long arguments and hostile names, in ever new containers",
    verdict: "bounded memory; every event kept, or counted as shed or as too many",
  },
  {
    number: 107,
    surface: "sensor",
    input: "a tool that was killed, or whose buffer ran over",
    verdict: "a gap in its watch, or a count of losses; nothing unseen is taken as not done",
  },
  {
    number: 108,
    surface: "sensor",
    input: "records of another node's pods, or under another node's name",
    verdict: "refused and counted",
  },
  {
    number: 109,
    surface: "store",
    input: "flipped bytes, cut files, missing and newer ones",
    verdict: "told, set aside, read anew; never a wrong answer",
  },
  {
    number: 110,
    surface: "store",
    input: "a full disk, a failing one, one that cannot be written",
    verdict: "told while it lasts; nothing acknowledged is lost",
  },
];
