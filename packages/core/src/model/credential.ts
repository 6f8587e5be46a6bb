/**
 * Credentials written into manifests: how they are recognised, and the marker that stands in their place. Pure; the
 * keyed digest of a marker is made where the text is read. All patterns take linear time.
 */

/** What stands in place of a credential: `plimsoll-redacted:PATTERN:LENGTH:DIGEST`, often inside a longer text. */
export interface CredentialMarker {
  /** What it was recognised by: `password`, `aws-access-key`, `jwt` … */
  readonly pattern: string;
  /** Length of what was there, in UTF-16 code units. */
  readonly length: number;
  /** 16 hexadecimal digits, keyed: the same credential in two places has the same digest, and no more is told by it. */
  readonly digest: string;
}

/** A credential found in a text: where it begins and ends, and what it was recognised by. */
export interface CredentialSpan {
  readonly start: number;
  readonly end: number;
  readonly pattern: string;
}

export const credentialMarkerPrefix = "plimsoll-redacted:";

const markerPattern = /plimsoll-redacted:([a-z0-9-]+):(\d+):([0-9a-f]{16})/g;

export function formatCredentialMarker({ pattern, length, digest }: CredentialMarker): string {
  return `${credentialMarkerPrefix}${pattern}:${length}:${digest}`;
}

/** Every marker in a text, in order. */
export function credentialMarkersIn(text: string): readonly CredentialMarker[] {
  if (!text.includes(credentialMarkerPrefix)) return [];
  return [...text.matchAll(markerPattern)].map(([, pattern = "", length = "0", digest = ""]) => ({
    pattern,
    length: Number(length),
    digest,
  }));
}

/** Shapes that mean a credential wherever they stand. The first group, where there is one, is the part that is secret. */
const shapes: readonly (readonly [pattern: string, shape: RegExp])[] = [
  [
    "private-key",
    /-----BEGIN [A-Z ]{0,30}PRIVATE KEY(?: BLOCK)?-----(?:(?!-----)[^])*(?:-----END [A-Z ]{0,40}-----)?/g,
  ],
  ["private-key", /\bAGE-SECRET-KEY-1[02-9AC-HJ-NP-Z]{58}/g],
  ["aws-access-key", /(?<![A-Za-z0-9])(?:AKIA|ASIA)[A-Z2-7]{16}(?![A-Za-z0-9])/g],
  ["github-token", /\b(?:gh[pousr]_[A-Za-z0-9]{36,255}|github_pat_[A-Za-z0-9_]{22,255})/g],
  ["gitlab-token", /\bgl(?:pat|dt|rt|ptt|oas|soat|cbt|agent|imt|ft)-[\w-]{20,300}/g],
  ["slack-token", /\b(?:xox[abeoprs]-[A-Za-z0-9-]{10,300}|xapp-\d-[A-Za-z0-9-]{10,300})/g],
  ["slack-webhook", /hooks\.slack\.com\/(?:services|workflows)\/([A-Za-z0-9_/]{20,200})/g],
  ["stripe-key", /\b(?:[sr]k_(?:live|test)_[A-Za-z0-9]{16,250}|whsec_[A-Za-z0-9+/=]{24,100})/g],
  ["npm-token", /\bnpm_[A-Za-z0-9]{36}\b/g],
  ["pypi-token", /\bpypi-AgE[\w-]{50,1000}/g],
  ["google-api-key", /\bAIza[\w-]{35}(?![\w-])/g],
  ["google-token", /\b(?:ya29\.[\w-]{20,1000}|GOCSPX-[\w-]{28})/g],
  ["jwt", /(?<![\w-])eyJ[\w-]{10,4000}\.eyJ[\w-]{10,20000}\.[\w-]{10,4000}/g],
  ["sendgrid-key", /\bSG\.[\w-]{16,64}\.[\w-]{16,64}/g],
  ["openai-key", /(?<![\w-])sk-(?:ant-|proj-|svcacct-)?[A-Za-z0-9_-]{32,250}/g],
  ["huggingface-token", /\bhf_[A-Za-z]{34}\b/g],
  ["digitalocean-token", /\bdo[opr]_v1_[0-9a-f]{64}/g],
  ["vault-token", /\bhv[sbr]\.[\w-]{24,300}/g],
  ["docker-token", /\bdckr_(?:pat|oat)_[\w-]{20,100}/g],
  ["databricks-token", /\bdapi[0-9a-f]{32}\b/g],
  ["grafana-token", /\bgl(?:sa|c)_[A-Za-z0-9+/=]{32,300}(?:_[0-9a-f]{8})?/g],
  ["telegram-token", /(?<![\w:])\d{8,10}:AA[\w-]{33}(?![\w-])/g],
  ["azure-key", /(?:AccountKey|SharedAccessKey|SharedSecretValue)=([A-Za-z0-9+/]{40,120}={0,2})/g],
  ["azure-signature", /[?&]sig=([A-Za-z0-9%+/=]{30,200})/g],
  [
    "password-hash",
    /\$2[abxy]\$\d\d\$[./A-Za-z0-9]{53}|\$(?:apr1|1|5|6)\$[^\s:$"']{1,40}\$[./A-Za-z0-9]{22,86}|\{SHA\}[A-Za-z0-9+/]{27}=/g,
  ],
  ["url-password", /[A-Za-z][A-Za-z0-9+.-]{1,30}:\/\/[^\s/:@"'<>?#]{0,200}:([^\s/@"'<>]{1,500})@/g],
  ["authorization", /\bBearer\s{1,4}([A-Za-z0-9._~+/-]{20,5000}={0,2})/g],
  [
    "authorization",
    /[Aa]uthorization["']?\s{0,4}[:=]\s{0,4}["']?(?:Basic|Token|token|basic)\s{1,4}([A-Za-z0-9._~+/-]{8,5000}={0,2})/g,
  ],
];

/** Every shape holds one of these: most texts hold none, and are not looked at further. */
const shapeHint =
  /-----BEGIN|AGE-SECRET|A[KS]IA|gh[pousr]_|github_pat_|\bgl[a-z]{2,5}-|xox[a-z]-|xapp-|hooks\.slack|[sr]k_[lt]|whsec_|npm_|pypi-|AIza|ya29|GOCSPX|eyJ|SG\.|(?<![\w-])sk-|hf_|do[opr]_v1|hv[sbr]\.|dckr_|\bdapi|gl(?:sa|c)_|:AA|Key=|SharedSecretValue|sig=|\$[2156a]|\{SHA\}|:\/\/[^/]{0,700}@|Bearer|[Aa]uthorization/;
/** The same for assignments. */
const assignmentHint = /pass|pwd|secret|token|key|masterauth/i;

const shortestShape = 12;
const shortestAssignment = 8;

/**
 * The credentials in a value: shapes known wherever they stand, assignments inside a text (`--password=x`,
 * `"token": "x"`), and the whole value where its name says that it is one. Sorted, not overlapping. References such as
 * `$(VAR)`, paths, booleans and placeholders are none.
 */
export function credentialsIn(name: string, value: string): readonly CredentialSpan[] {
  if (value.length === 0) return [];
  const spans: CredentialSpan[] = [];
  if (value.length >= shortestShape && shapeHint.test(value)) findShapes(value, spans);
  const marked = value.includes(credentialMarkerPrefix) ? [...value.matchAll(markerPattern)] : [];
  const word = name === "" || marked.length > 0 ? undefined : credentialWord(name);
  if (word !== undefined && spans.length === 0 && isLiteral(word, value.trim(), "whole")) {
    return [{ start: 0, end: value.length, pattern: word }];
  }
  findAssignments(value, spans);
  const outside = ({ start, end }: CredentialSpan): boolean =>
    !marked.some((marker) => start < marker.index + marker[0].length && end > marker.index);
  return apart(marked.length === 0 ? spans : spans.filter(outside));
}

function findShapes(value: string, spans: CredentialSpan[]): void {
  for (const [pattern, shape] of shapes) {
    for (const match of value.matchAll(shape)) {
      const [whole, part] = match;
      const end = part === undefined ? match.index + whole.length : endOfPart(match, part);
      const start = end - (part ?? whole).length;
      if (part === undefined || !isPlaceholder(part)) spans.push({ start, end, pattern });
    }
  }
}

/** Where the group of a match ends: only an `@` follows it in any shape, if anything does. */
function endOfPart(match: RegExpExecArray, part: string): number {
  return match.index + match[0].lastIndexOf(part) + part.length;
}

/** Sorted, and of those that overlap the one that begins first. */
function apart(spans: CredentialSpan[]): readonly CredentialSpan[] {
  if (spans.length < 2) return spans;
  spans.sort((a, b) => a.start - b.start || b.end - a.end);
  const kept: CredentialSpan[] = [];
  for (const span of spans) if (span.start >= (kept.at(-1)?.end ?? 0)) kept.push(span);
  return kept;
}

const words: { readonly [word: string]: string } = {
  password: "password",
  passwd: "password",
  passphrase: "password",
  passwort: "password",
  userpassword: "password",
  dbpassword: "password",
  requirepass: "password",
  masterauth: "password",
  secret: "secret",
  clientsecret: "secret",
  token: "token",
  authtoken: "token",
  accesstoken: "token",
  credential: "secret",
  credentials: "secret",
  apikey: "key",
  secretkey: "key",
  accesskey: "key",
  privatekey: "key",
};
/** Words that make a password of a name only together with another: `DB_PWD`, never `PWD`. */
const secondWords: { readonly [word: string]: string } = {
  pwd: "password",
  pass: "password",
  pw: "password",
};
const keyOwners =
  /^(?:api|access|secret|private|auth|signing|signature|encryption|encrypt|master|account|shared|admin|hmac|jwt|session|storage|deploy|cookie|license|webhook)$/;
/** Last words that say nothing of their own: `TOKEN_VALUE`, `SECRET_KEY_BASE`, `PASSWORD_1`. */
const silentWords = /^(?:value|base|plain|text|plaintext|literal|\d+)$/;

/** Names come again and again; what they speak of is worked out once, for so many of them. */
const known = new Map<string, string | undefined>();
const mostKnown = 5_000;

/** The kind of credential that a name speaks of (`password`, `secret`, `token`, `key`), judged by its last words. */
export function credentialWord(name: string): string | undefined {
  if (name.length < 4 || name.length > 200) return undefined;
  const before = known.get(name);
  if (before !== undefined || known.has(name)) return before;
  const word = wordOf(name);
  if (known.size < mostKnown) known.set(name, word);
  return word;
}

function wordOf(name: string): string | undefined {
  const parts = name
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1_$2")
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((part) => part !== "");
  while (parts.length > 1 && silentWords.test(parts.at(-1)!)) parts.pop();
  const last = (parts.at(-1) ?? "").replace(/\d+$/, "");
  const before = parts.at(-2) ?? "";
  if (Object.hasOwn(words, last)) return words[last];
  if (parts.length > 1 && Object.hasOwn(secondWords, last)) return secondWords[last];
  return last === "key" && keyOwners.test(before) ? "key" : undefined;
}

const nothing =
  /^(?:true|false|yes|no|on|off|[01]|none|null|nil|undefined|enabled?|disabled?|required?|optional|default|n\/a|string|str|redacted|\[redacted\]|x{3,}|\*{3,}|\.{3,}|-+|\||>|\|-|>-)$/i;
const reference = /\$\(|\$\{|\{\{|<%|%\(|^\$|^<[^>]*>$|^%[A-Za-z_]+%$|^@/;
const place =
  /^(?:\/|\.{1,2}\/|~\/|[A-Za-z]:\\|(?:file|vault|op|arn|ref\+[a-z]+|secret|secretref|awssm|gcpsm|env|https?|k8s|kubernetes|projects)[:/])/i;

function isPlaceholder(value: string): boolean {
  return nothing.test(value) || reference.test(value);
}

/** Lower-case words (and short numbers) joined by hyphens or dots, as objects are named: more likely the name of a Secret than its value. */
const objectName = /^[a-z]+(?:[-.](?:[a-z]+|\d{1,3}))+$/;

/** `whole`: the value stands alone. `tight`: `name=value` in a text, as flags have it; `loose`: `name = value`, as code has it. */
type Setting = "whole" | "tight" | "loose";

/** Names of variables and calls: `request.form.password`, `os.environ["PASSWORD"]`. */
const expression = /^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+$|[()[\]]/;

/** Whether a value under such a name is the credential itself. */
function isLiteral(word: string, value: string, setting: Setting): boolean {
  if (value.length === 0 || isPlaceholder(value) || place.test(value)) return false;
  if (word === "password") return setting !== "loose" || !expression.test(value);
  if (value.length < 6 || /^[\d.]+[a-z]{0,2}$/i.test(value) || objectName.test(value)) return false;
  if (/\s/.test(value)) return false;
  if (setting === "whole") return !/^[A-Za-z]{1,7}$/.test(value);
  return /\d/.test(value) && /[A-Za-z]/.test(value) && !/[()[\]]/.test(value);
}

const assignment =
  /(?:passw(?:or)?d|passphrase|requirepass|masterauth|_pwd|_pass|secret|token|(?:api|access|secret|private|auth|signing|encryption|master|account|shared)[-_.]?key)(?:\\?["'])?(?:[ \t]{0,4}(?::=|[:=](?![=~]))[ \t]{0,4}|[ \t]{1,4}(?=["']))/gi;
const wordCharacter = /[\w.-]/;

/** `password: x`, `token=x`, `"apiKey": "x"`: a credential's name directly before a colon or an equals sign. */
function findAssignments(value: string, spans: CredentialSpan[]): void {
  if (value.length < shortestAssignment || !assignmentHint.test(value)) return;
  let done = 0;
  for (const match of value.matchAll(assignment)) {
    if (match.index < done) continue; // inside the value before
    const word = credentialWord(nameBefore(value, match));
    if (word === undefined) continue;
    const { start, end } = assigned(value, match.index + match[0].length);
    const setting = match[0].endsWith("=") && !/\s/.test(match[0]) ? "tight" : "loose";
    if (isLiteral(word, value.slice(start, end), setting)) spans.push({ start, end, pattern: word });
    done = end;
  }
}

/** The whole name: what the match begins with may be its end only. */
function nameBefore(value: string, match: RegExpExecArray): string {
  let begin = match.index;
  while (begin > 0 && match.index - begin < 80 && wordCharacter.test(value[begin - 1]!)) begin -= 1;
  return value.slice(begin, match.index) + match[0].replace(/\\?["']?\s*(?::=|[:=])?\s*$/, "");
}

const unquotedEnd = /[\s"'`,;&|<>)}\\]/g;

/** The extent of an assigned value: up to its closing quote, or to the next space or delimiter. */
function assigned(text: string, at: number): { start: number; end: number } {
  const quote = text[at] === "\\" ? text.slice(at, at + 2) : text[at];
  if (quote === '"' || quote === "'" || quote === '\\"') {
    const start = at + quote.length;
    const end = text.indexOf(quote, start);
    if (end !== -1 && !text.slice(start, end).includes("\n")) return { start, end };
  }
  unquotedEnd.lastIndex = at;
  const match = unquotedEnd.exec(text);
  return { start: at, end: match === null ? text.length : match.index };
}
