/** What an engine's error means to who asked. The engine's own words stay in `cause`: they can hold what a cluster wrote. */
import { StoreError, type StoreErrorCode } from "../error.ts";

const words: { readonly [C in StoreErrorCode]?: string } = {
  full: "no space is left where the store is; nothing acknowledged is lost, and it goes on once there is space",
  "read-only": "the store cannot be written to",
  damaged: "the store is damaged; opening it again repairs what can be",
  locked: "another process has the store open",
  "too-slow": "the query took too long and was ended; ask for less",
  unavailable: "the store's disk or server does not answer as it should",
};

/** SQLite's primary result codes, https://sqlite.org/rescode.html. */
const sqliteCodes: { readonly [code: number]: StoreErrorCode } = {
  5: "locked",
  6: "locked",
  8: "read-only",
  9: "too-slow",
  10: "unavailable",
  11: "damaged",
  13: "full",
  14: "unavailable",
  26: "damaged",
};

/**
 * What SQLite's extended codes tell more closely. The file that its readers share cannot grow: SQLite calls that a failing
 * disk, and it is a full one.
 */
const extendedCodes: { readonly [code: number]: StoreErrorCode } = {
  4874: "full", // SQLITE_IOERR_SHMSIZE
};

/** PostgreSQL's, https://www.postgresql.org/docs/current/errcodes-appendix.html: whole codes, else their class. */
const postgresCodes: { readonly [code: string]: StoreErrorCode } = {
  "53100": "full",
  "57014": "too-slow",
  "55P03": "too-slow",
  "25006": "read-only",
  XX001: "damaged",
  XX002: "damaged",
  "08": "unavailable",
  "53": "unavailable",
  "57": "unavailable",
  "58": "unavailable",
  "40": "unavailable",
};

/** The operating system's, of files beside a database. */
const systemCodes: { readonly [code: string]: StoreErrorCode } = {
  ENOSPC: "full",
  EDQUOT: "full",
  EROFS: "read-only",
  EACCES: "read-only",
  EPERM: "read-only",
  EIO: "unavailable",
  EMFILE: "unavailable",
  ENFILE: "unavailable",
};

const connection = /^(?:ECONN|EPIPE|ENOTFOUND|EAI_|ETIMEDOUT|EHOST|ENET|ENOENT)/;

/** Our own mistakes (a failed assertion, SQL that does not parse) stay what they are. */
export function failureOf(error: unknown): unknown {
  if (error instanceof StoreError || !(error instanceof Error)) return error;
  const code = codeOf(error);
  return code === undefined ? error : new StoreError(code, words[code] ?? code, { cause: error });
}

function codeOf(error: Error): StoreErrorCode | undefined {
  const { code, errcode } = error as { readonly code?: unknown; readonly errcode?: unknown };
  if (typeof errcode === "number") return extendedCodes[errcode] ?? sqliteCodes[errcode & 0xff];
  if (typeof code === "string") {
    const known = postgresCodes[code] ?? (code.length === 5 ? postgresCodes[code.slice(0, 2)] : undefined);
    if (known !== undefined) return known;
    const system = systemCodes[code];
    if (system !== undefined) return system;
    if (connection.test(code)) return "unavailable";
  }
  return /^(?:Connection terminated|timeout exceeded when trying to connect|Client has encountered)/.test(
    error.message,
  )
    ? "unavailable"
    : undefined;
}
