/** What a running service was told by its agents, asked over its API: for judging elsewhere what it saw. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import {
  isJsonArray,
  isJsonObject,
  observationKinds,
  sanitize,
  UserError,
  type Detection,
  type FieldRecord,
  type Json,
  type Observation,
  type Watch,
} from "@plimsoll/core";
import type { Access } from "./access.ts";
import { NetworkError, type Doors } from "./doors.ts";
import { exchange, type Answer } from "./exchange.ts";
import { isSystemError, whyOf } from "./failure.ts";
import { ApiError } from "./refusal.ts";

export interface ServiceOptions {
  /** Its address: `https://plimsoll.example`, or on this machine `http://127.0.0.1:8443`. */
  readonly url: string;
  /** File with a bearer token; read anew each time. */
  readonly tokenFile?: string;
  /** File with the authority of its certificate, where the system does not know it. */
  readonly caFile?: string;
  readonly cwd: string;
}

export interface Shipped {
  readonly observations: readonly Observation[];
  readonly watches: readonly Watch[];
  readonly detections: readonly Detection[];
  /** What the owner of the token may not see. */
  readonly hidden: number;
  /** How edits of each field fared; empty where none was followed to its end, or the asker may not see it. */
  readonly record: readonly FieldRecord[];
}

const terms = { patience: 60_000, longest: 256 * 1024 * 1024 };

/** Throws a `UserError` where there is no such service, it lets nobody in, or what it says is not understood. */
export async function readService(options: ServiceOptions, doors: Doors): Promise<Shipped> {
  const access = accessTo(options);
  const told = shippedIn(await valueAt(access, doors, "/api/v1/observations"));
  if (told === undefined) throw odd(access, "its answer has another shape");
  const followed = await asked(access, doors, "/api/v1/followups");
  return { ...told, record: followed.status === 200 ? recordIn(valueOf(access, followed)) : [] };
}

/** What stands at a path. Throws a `UserError` where it is not told. */
export async function valueAt(access: Access, doors: Doors, path: string): Promise<Json> {
  const answer = await asked(access, doors, path);
  if (answer.status === 401 || answer.status === 403) throw refused(access, answer.status);
  if (answer.status !== 200) throw odd(access, `it answered with ${answer.status}`);
  return valueOf(access, answer);
}

function valueOf(access: Access, { body }: Answer): Json {
  try {
    return JSON.parse(new TextDecoder().decode(body)) as Json;
  } catch (error) {
    throw odd(access, "its answer is no JSON", error);
  }
}

function recordIn(value: Json): readonly FieldRecord[] {
  const list = isJsonObject(value) ? value["record"] : undefined;
  return (isJsonArray(list) ? list : []).flatMap((entry) => {
    const { field, confirmed, blamed } = isJsonObject(entry) ? entry : {};
    return typeof field === "string" && typeof confirmed === "number" && typeof blamed === "number"
      ? [{ field, confirmed, blamed }]
      : [];
  });
}

export function accessTo({ url, tokenFile, caFile, cwd }: ServiceOptions): Access {
  if (!URL.canParse(url))
    throw new UserError("usage", `${sanitize(url)} is no address`, "give one as https://plimsoll.example");
  const server = new URL(url);
  const isHere = ["127.0.0.1", "[::1]", "localhost"].includes(server.hostname);
  if (server.protocol !== "https:" && !(server.protocol === "http:" && isHere))
    throw new UserError("usage", "a token would travel in the clear", "give an https address");
  if (server.username !== "" || server.password !== "")
    throw new UserError("usage", "an address with credentials in it", "put the token into a file");
  const token = tokenFile === undefined ? undefined : readText(tokenFile, cwd).trim();
  return {
    name: server.host,
    server,
    tls: { rejectUnauthorized: true, ...(caFile === undefined ? {} : { ca: readText(caFile, cwd) }) },
    identify: async () => (token === undefined ? {} : { authorization: `Bearer ${token}` }),
  };
}

function readText(file: string, cwd: string): string {
  try {
    return readFileSync(resolve(cwd, file), "utf8");
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw new UserError("no-input", `cannot read ${sanitize(file)}: ${whyOf(error)}`, "", { cause: error });
  }
}

async function asked(access: Access, doors: Doors, path: string): Promise<Answer> {
  try {
    return await exchange(access, doors, { method: "GET", path }, terms);
  } catch (error) {
    if (!(error instanceof NetworkError) && !(error instanceof ApiError)) throw error;
    throw odd(access, error.message, error);
  }
}

function refused({ server }: Access, status: number): UserError {
  return new UserError(
    "no-cluster",
    `the service at ${server.host} ${status === 401 ? "does not know the token" : "does not let its owner see this"}`,
    status === 401
      ? "give a token meant for it: kubectl create token NAME --audience plimsoll > FILE, and --service-token FILE"
      : "",
  );
}

export function odd({ server }: Access, why: string, cause?: unknown): UserError {
  const hint = "give the address of `plimsoll serve`";
  return new UserError("no-cluster", `the service at ${server.host}: ${sanitize(why)}`, hint, { cause });
}

const kinds: ReadonlySet<string> = new Set(observationKinds);

function shippedIn(value: Json): Omit<Shipped, "record"> | undefined {
  if (!isJsonObject(value)) return undefined;
  const { observations, watches, detections, hidden } = value;
  if (![observations, watches, detections].every((list) => isJsonArray(list) && list.every(isOfContainer)))
    return undefined;
  if (typeof hidden !== "number" || !(observations as readonly Json[]).every(isObservation)) return undefined;
  return { observations, watches, detections, hidden } as unknown as Omit<Shipped, "record">;
}

function isOfContainer(entry: Json): boolean {
  const container = isJsonObject(entry) ? entry["container"] : undefined;
  return (
    isJsonObject(container) &&
    ["namespace", "workloadKind", "workload", "container"].every((key) => typeof container[key] === "string")
  );
}

function isObservation(entry: Json): boolean {
  const { detail, support } = entry as { readonly detail?: Json; readonly support?: Json };
  return (
    isJsonObject(detail) &&
    kinds.has(String(detail["kind"])) &&
    isJsonArray(support) &&
    support.length > 0 &&
    support.every(
      (each) => isJsonObject(each) && typeof each["first"] === "string" && typeof each["last"] === "string",
    )
  );
}
