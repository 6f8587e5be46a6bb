/** Puts a marker in place of every credential found in a text. The key of its digest never leaves this machine. */
import { closeSync, constants, mkdirSync, openSync, readFileSync, writeSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { credentialsIn, formatCredentialMarker } from "@plimsoll/core";
import { isMissing } from "./failure.ts";

/** The value with markers for what looks like a credential; the value itself where nothing does. */
export function redacted(name: string, value: string): string {
  const spans = credentialsIn(name, value);
  if (spans.length === 0) return value;
  let text = "";
  let at = 0;
  for (const { start, end, pattern } of spans) {
    text += value.slice(at, start) + markerFor(pattern, value.slice(start, end));
    at = end;
  }
  return text + value.slice(at);
}

/** The marker for a text that is taken out as a whole. */
export function markerFor(pattern: string, secret: string): string {
  const digest = crypto().createHmac("sha256", digestKey()).update(secret).digest("hex").slice(0, 16);
  return formatCredentialMarker({ pattern, length: secret.length, digest });
}

/** Loaded where there is something to take out: most manifests hold no credential, and it takes long to load. */
function crypto(): typeof import("node:crypto") {
  return process.getBuiltinModule("node:crypto");
}

let key: Buffer | undefined;

/** `PLIMSOLL_DIGEST_KEY`, else the user's key file, made on first use, else a key for this process alone. */
function digestKey(): Buffer {
  key ??= keyFromEnvironment() ?? keyFromFile() ?? crypto().randomBytes(32);
  return key;
}

function keyFromEnvironment(): Buffer | undefined {
  const text = process.env["PLIMSOLL_DIGEST_KEY"];
  return text === undefined || text === "" ? undefined : Buffer.from(text);
}

function keyFromFile(): Buffer | undefined {
  const folder = join(process.env["XDG_CONFIG_HOME"] || join(homedir(), ".config"), "plimsoll");
  const file = join(folder, "digest.key");
  try {
    return usable(readFileSync(file));
  } catch (error) {
    return isMissing(error) ? newKey(folder, file) : undefined;
  }
}

/** Written whole or not at all: a second process that comes first wins, and its key is read. */
function newKey(folder: string, file: string): Buffer | undefined {
  const made = crypto().randomBytes(32).toString("hex");
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const handle = openSync(
      file,
      constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW,
      0o600,
    );
    try {
      writeSync(handle, made);
    } finally {
      closeSync(handle);
    }
    return Buffer.from(made);
  } catch {
    return undefined; // a read-only home: digests then hold for this process alone
  }
}

function usable(text: Buffer): Buffer | undefined {
  return text.length >= 32 ? text : undefined;
}
