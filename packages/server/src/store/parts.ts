/** All parts of one kind that a store holds of a cluster, read page by page. */
import type { Part } from "./batch.ts";
import type { Store, StoredPart } from "./store.ts";

const usual = 1_000;

/** `most`: how many are held in memory at once; fewer where each is large. */
export async function* partsIn(
  store: Store,
  cluster: string,
  part: Part,
  most = usual,
): AsyncGenerator<StoredPart> {
  for (let after = ""; ;) {
    const page = await store.parts(cluster, part, after, most);
    yield* page;
    if (page.length < most) return;
    after = page.at(-1)!.key;
  }
}
