/** Opens the store that the options name: PostgreSQL by its URL, else a file of its own. */
import type { Doors } from "@plimsoll/cluster";
import type { Options } from "../config.ts";
import { openPostgresStore } from "./postgres/open.ts";
import { openThreadedStore } from "./sqlite/threaded.ts";
import type { Store } from "./store.ts";

export function openStore(
  { store, storePassword }: Options,
  { clock, disk }: Doors,
  onLost: () => void,
): Promise<Store> {
  if (!/^postgres(?:ql)?:\/\//.test(store)) return openThreadedStore({ clock, disk, file: store, onLost });
  return openPostgresStore(clock, {
    url: store,
    ...(storePassword === undefined ? {} : { password: storePassword }),
  });
}
