/** What is known of flaws in the images that workloads run: whether code with one was seen loaded. */
import type { Image, Inventory, Judgement } from "@plimsoll/core";
import { clusterRef } from "../control-plane/cluster.ts";
import { ownWorkloads, pathText } from "../identity/place.ts";

export type Flaw = NonNullable<Image["vulnerabilities"]>[number];

/** How many are named; the rest are counted. */
const named = 3;

/**
 * A judgement for each container whose image a scanner looked into, and one for each of which none told where others were
 * looked into; where nobody looked into any, that. `what`: `critical or high flaws`. `isTold`: another told of flaws, so that
 * nobody's looking into images is nothing to be said.
 */
export function* flawedContainers(
  inventory: Inventory,
  isMeant: (flaw: Flaw) => boolean,
  what: string,
  isTold = false,
): Generator<Judgement> {
  const places = ownWorkloads(inventory).flatMap(({ ref, containers }) =>
    containers.map(({ image, path }) => ({
      resource: ref,
      path: pathText(...path, "image"),
      value: image,
      flaws: inventory.imageOf(image)?.vulnerabilities,
    })),
  );
  if (places.every(({ flaws }) => flaws === undefined)) {
    if (!isTold) yield nobodyLooked(inventory);
    return;
  }
  for (const { flaws, ...place } of places) yield { ...place, ...judgeImage(flaws?.filter(isMeant), what) };
}

function judgeImage(flaws: readonly Flaw[] | undefined, what: string): Pick<Judgement, "result" | "because"> {
  if (flaws === undefined) return { result: "unknown", because: "No scanner told of its image" };
  const of = (state: Flaw["loaded"]): readonly Flaw[] => flaws.filter(({ loaded }) => loaded === state);
  const [loaded, open] = [of("observed"), of("unknown")];
  if (loaded.length > 0)
    return { result: "fail", because: `Code with ${what} was seen loaded: ${listed(loaded)}` };
  if (open.length > 0)
    return {
      result: "unknown",
      because: `Whether code with ${what} is loaded was not seen completely: ${listed(open)}`,
    };
  return { result: "pass", because: `No code with ${what} was loaded` };
}

/** `CVE-2024-0001 in pkg:deb/zlib1g@1 (fixed in 2), … and 4 more`; what can be mended first. */
function listed(flaws: readonly Flaw[]): string {
  const sorted = flaws.toSorted(
    (a, b) =>
      Number(b.fixedIn !== undefined) - Number(a.fixedIn !== undefined) ||
      (a.id + a.package < b.id + b.package ? -1 : 1),
  );
  const texts = sorted
    .slice(0, named)
    .map(
      ({ id, package: of, fixedIn }) =>
        `${id} in ${of} (${fixedIn === undefined ? "no fix is published" : `fixed in ${fixedIn}`})`,
    );
  const more = sorted.length - texts.length;
  return `${texts.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

function nobodyLooked({ server }: Inventory): Judgement {
  return server.kind === "files"
    ? { resource: clusterRef, result: "skip", because: "no scanner told of the images" }
    : {
        resource: clusterRef,
        result: "unknown",
        because:
          "What the images hold, and what of it is loaded, is not in this snapshot: an image scan and a runtime sensor would tell",
      };
}

export const exampleImage = "registry.example.com/shop/app:1.0";

/** What a scanner told of that image, and whether it was seen loaded. */
export function exampleFlaw(flaw: Partial<Flaw>): readonly Image[] {
  const log4j = "pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1";
  const told = { id: "CVE-2021-44228", package: log4j, fixedIn: "2.15.0", exploited: false, ...flaw };
  return [
    { reference: exampleImage, sources: ["example"], vulnerabilities: [{ loaded: "unknown", ...told }] },
  ];
}
