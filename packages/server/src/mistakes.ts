/** What a person can mend when the service cannot start, told as such and with what to do. */
import { UserError } from "@plimsoll/core";
import { failureText } from "./log.ts";
import { StoreError } from "./store/error.ts";

/** Why the store could not be opened. A disk that is full wants room, not another store. */
export function unopenedStore(error: unknown): never {
  if (error instanceof StoreError && error.code === "full")
    throw new UserError(
      "usage",
      "the store cannot be opened: no space is left where it is; nothing acknowledged is lost",
      "make room there and start it again, or give another with --store",
      { cause: error },
    );
  return inWords("usage", "give another with --store")(error);
}

/** A failure that is the user's to mend, with a hint; what is no failure of the world outside goes through as it is. */
export function inWords(code: "usage" | "bad-config", hint: string): (error: unknown) => never {
  return (error) => {
    if (error instanceof UserError || !(error instanceof Error)) throw error;
    throw new UserError(code, failureText(error), hint, { cause: error });
  };
}
