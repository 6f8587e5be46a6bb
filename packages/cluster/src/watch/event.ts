/** One line of a watch, checked: an event that is about an object of the kind that was asked for, or a fault. */
import type { Listing } from "../discover.ts";
import { isRawObject, type RawObject } from "../raw.ts";
import { refusalOf, type ApiError } from "../refusal.ts";
import { WatchFaultError } from "./fault.ts";

/** What tells one object, and one state of it, from every other. */
export interface Named {
  /** `namespace/name`, in the order of the server's own keys. */
  readonly key: string;
  readonly uid: string;
  readonly version: string;
  readonly object: RawObject;
}

export type WatchEvent =
  | (Named & { readonly type: "put" | "delete" })
  | { readonly type: "bookmark"; readonly version: string; readonly endsInitial: boolean };

/** Throws `WatchFaultError` (`corrupt`), and `ApiError` for what the server itself reports. */
export function eventOf(line: string, listing: Listing): WatchEvent {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    throw new WatchFaultError("corrupt", "a line that is no JSON", { cause: error });
  }
  const object = isRawObject(value) ? value["object"] : undefined;
  if (!isRawObject(value) || !isRawObject(object)) throw corrupt("a line that is no event");
  switch (value["type"]) {
    case "ADDED":
    case "MODIFIED":
      return { type: "put", ...namedOf(object, listing) };
    case "DELETED":
      return { type: "delete", ...namedOf(object, listing) };
    case "BOOKMARK":
      return bookmarkOf(object, listing);
    case "ERROR":
      throw reported(object);
    default:
      throw corrupt("an event of an unknown type");
  }
}

/** Throws `WatchFaultError` (`corrupt`) where an object is of another kind, or has no name or version. */
export function namedOf(object: RawObject, listing: Listing): Named {
  checkKind(object, listing);
  const metadata = object["metadata"];
  const { name, namespace = "", uid = "", resourceVersion: version } = isRawObject(metadata) ? metadata : {};
  if (typeof name !== "string" || name === "" || typeof version !== "string" || version === "") {
    throw corrupt("an object without a name or a version");
  }
  if (typeof namespace !== "string" || typeof uid !== "string") throw corrupt("an object of a wrong shape");
  return { key: `${namespace}/${name}`, uid, version, object };
}

/** Items of a list need not say what they are; what they say must be right. */
function checkKind(object: RawObject, { apiVersion, kind }: Listing): void {
  if ((object["kind"] ?? kind) !== kind || (object["apiVersion"] ?? apiVersion) !== apiVersion) {
    throw corrupt("an object of another kind");
  }
}

function bookmarkOf(object: RawObject, listing: Listing): WatchEvent {
  checkKind(object, listing);
  const metadata = object["metadata"];
  const version = isRawObject(metadata) ? metadata["resourceVersion"] : undefined;
  const notes = isRawObject(metadata) ? metadata["annotations"] : undefined;
  if (typeof version !== "string" || version === "") throw corrupt("a bookmark without a version");
  const endsInitial = isRawObject(notes) && notes["k8s.io/initial-events-end"] === "true";
  return { type: "bookmark", version, endsInitial };
}

function reported(status: RawObject): ApiError {
  const code = typeof status["code"] === "number" ? status["code"] : 500;
  const details = status["details"];
  const seconds = isRawObject(details) ? details["retryAfterSeconds"] : undefined;
  const gone = status["reason"] === "Expired" || status["reason"] === "Gone";
  return refusalOf(
    gone ? 410 : code,
    typeof status["message"] === "string" ? status["message"] : "",
    typeof seconds === "number" ? seconds : 0,
  );
}

function corrupt(message: string): WatchFaultError {
  return new WatchFaultError("corrupt", message);
}
