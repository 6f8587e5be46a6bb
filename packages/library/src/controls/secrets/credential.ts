/** The marks that stand where a source of the snapshot took a credential out, and the lists they may stand in. */
import { credentialMarkersIn, isJsonArray, isJsonObject, type Json, type JsonObject } from "@plimsoll/core";

/** What stood in a text, for people; `undefined` where nothing was taken out. */
export function credentialIn(value: Json | undefined): string | undefined {
  const found = typeof value === "string" ? credentialMarkersIn(value)[0] : undefined;
  if (found === undefined || found.pattern === "binary") return undefined;
  return `a credential (${found.pattern}, ${found.length} characters)`;
}

export const exampleCredential = "plimsoll-redacted:high-entropy:32:3f9a1c0b7d2e4a68";

export function objectsOf(value: Json | undefined): readonly JsonObject[] {
  return isJsonArray(value) ? value.map((entry) => (isJsonObject(entry) ? entry : {})) : [];
}

export function textsOf(value: Json | undefined): readonly string[] {
  return isJsonArray(value) ? value.map((entry) => (typeof entry === "string" ? entry : "")) : [];
}
