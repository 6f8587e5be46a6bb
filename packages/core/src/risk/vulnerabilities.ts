/**
 * Flaws of images joined to what was seen: whether the package was loaded, who is exposed with it, and what could not be
 * seen. What is not known never makes a flaw less urgent.
 */
import { createLedgers } from "../evidence/ledger.ts";
import { enough, expectations } from "../evidence/expected.ts";
import { isTraceable, rungs, usesOf, type Rung, type Use } from "../evidence/reachability.ts";
import { detailText } from "../evidence/tell.ts";
import { imagesByName } from "../inventory/images.ts";
import type { Inventory } from "../inventory/inventory.ts";
import type { EvidenceState, Enough } from "../model/evidence.ts";
import type { Image, Package, Vulnerability } from "../model/image.ts";
import type { ContainerKey, Observation } from "../model/observation.ts";
import { severities, type Severity } from "../model/finding.ts";
import { refKey, type ResourceRef } from "../model/resource.ts";
import type { Snapshot } from "../model/snapshot.ts";
import type { Workload } from "../model/workload.ts";

/** One flaw in one image, with those that run it. */
export interface FlawUse {
  readonly id: string;
  readonly image: string;
  readonly package: string;
  readonly fixedIn?: string;
  readonly severity?: Severity;
  readonly exploited: boolean;
  readonly rung: Rung;
  /** Whether the package was loaded: `not-observed` only where nothing was lacking. */
  readonly loaded: EvidenceState;
  /** What showed it, or what could not be seen. */
  readonly because: string;
  /** Somebody from outside the cluster reaches a workload that runs it; `unknown` where that is not known. */
  readonly exposed: "yes" | "no" | "unknown";
  /** Who runs the image. */
  readonly workloads: readonly ResourceRef[];
}

type Flawed = Pick<Snapshot, "observations" | "images"> & Pick<Partial<Snapshot>, "watches">;

/** The images with what was seen of their packages, for the graph and the priorities. */
export function withUse(snapshot: Flawed, inventory: Inventory, least: Enough = enough): readonly Image[] {
  if (!snapshot.images.some(({ vulnerabilities }) => vulnerabilities !== undefined)) return snapshot.images;
  const lookOf = lookers(snapshot, inventory, least);
  return snapshot.images.map((image) => {
    if (image.vulnerabilities === undefined) return image;
    const look = lookOf(image);
    return {
      ...image,
      vulnerabilities: image.vulnerabilities.map((flaw) => ({ ...flaw, loaded: look(flaw).loaded })),
    };
  });
}

/** Every flaw, the most urgent first. */
export function flawsIn(snapshot: Flawed, inventory: Inventory, least: Enough = enough): readonly FlawUse[] {
  const lookOf = lookers(snapshot, inventory, least);
  const runners = runnersOf(inventory, snapshot.images);
  return snapshot.images
    .flatMap((image) => {
      const look = lookOf(image);
      const running = runners.get(image) ?? [];
      const exposed = exposureOf(running, inventory);
      const workloads = [...new Map(running.map(({ workload: { root } }) => [refKey(root), root])).values()];
      return (image.vulnerabilities ?? []).map((flaw): FlawUse => {
        const { id, fixedIn, severity, exploited } = flaw;
        return {
          id,
          image: image.reference,
          package: flaw.package,
          ...(fixedIn === undefined ? {} : { fixedIn }),
          ...(severity === undefined ? {} : { severity }),
          exploited,
          ...look(flaw),
          exposed,
          workloads,
        };
      });
    })
    .sort(byUrgency);
}

type Looked = Pick<FlawUse, "rung" | "loaded" | "because">;

function lookers(
  snapshot: Flawed,
  inventory: Inventory,
  least: Enough,
): (image: Image) => (flaw: Vulnerability) => Looked {
  const runners = runnersOf(inventory, snapshot.images);
  const seen = { observations: snapshot.observations, watches: snapshot.watches ?? [] };
  const ledgers = createLedgers(seen, expectations(inventory), least);
  const byPlace = Map.groupBy(snapshot.observations, ({ container }) => placeOf(container));
  return (image) => {
    const places = (runners.get(image) ?? []).map(({ key }) => key);
    const isNamed = imagesByName([image]);
    const own = places.flatMap((key) =>
      (byPlace.get(placeOf(key)) ?? []).filter(
        (each) => isOfImage(each, image) || isNamed(each.container.image!) !== undefined,
      ),
    );
    const use = usesOf(own);
    const lack = lackOf(places, ledgers);
    const packages = new Map((image.packages ?? []).map((entry) => [entry.purl, entry]));
    const known = new Map<string, Looked>();
    return (flaw) => {
      const before = known.get(flaw.package);
      if (before !== undefined) return before;
      const looked = lookedAt(packages.get(flaw.package), use, lack);
      known.set(flaw.package, looked);
      return looked;
    };
  };
}

/** Sensors name an image by its digest, or as the pod does; where they say nothing it is believed to be this one. */
function isOfImage({ container }: Observation, { reference, digest }: Image): boolean {
  const { image } = container;
  return (
    image === undefined ||
    image === reference ||
    digest === undefined ||
    image === digest ||
    image.endsWith(`@${digest}`)
  );
}

/** Why silence says nothing; undefined where it means that it was not done. */
function lackOf(
  places: readonly ContainerKey[],
  ledgers: ReturnType<typeof createLedgers>,
): string | undefined {
  if (places.length === 0) return "nothing that was read runs the image";
  for (const place of places) {
    const { kinds } = ledgers(place);
    for (const kind of ["file", "library", "exec"] as const) {
      const lack = kinds[kind].lacks.find(({ counts }) => counts);
      if (lack !== undefined) return lack.text;
    }
  }
  return undefined;
}

function lookedAt(
  found: Package | undefined,
  use: (found: Package) => Use,
  lack: string | undefined,
): Looked {
  if (found === undefined || !isTraceable(found))
    return {
      rung: "installed",
      loaded: "unknown",
      because: "no list of the package's files: bring one from plimsoll packages, Syft or Trivy",
    };
  const { rung, witness } = use(found);
  if (rungs.indexOf(rung) >= rungs.indexOf("loaded"))
    return { rung, loaded: "observed", because: `${rung}: ${detailText(witness!.detail)}` };
  if (lack !== undefined) return { rung, loaded: "unknown", because: lack };
  return { rung, loaded: "not-observed", because: "watched completely, and none of its code was loaded" };
}

/** Images that workloads run and in which nobody looked for flaws, each once, sorted. */
export function unlookedImages(
  workloads: readonly Pick<Workload, "containers">[],
  images: readonly Image[],
): readonly string[] {
  const imageOf = imagesByName(images);
  const unlooked = workloads.flatMap(({ containers }) =>
    containers.flatMap(({ image }) => (imageOf(image)?.vulnerabilities === undefined ? [image] : [])),
  );
  return [...new Set(unlooked)].sort();
}

interface Runner {
  readonly workload: Workload;
  readonly key: ContainerKey;
}

/** By the image that their pods mean; of several that bear its very name, by each. */
function runnersOf(
  { workloads }: Inventory,
  images: readonly Image[],
): ReadonlyMap<Image, readonly Runner[]> {
  const runners = new Map<Image, Runner[]>();
  const asWritten = Map.groupBy(images, ({ reference }) => reference);
  const meant = imagesByName(images);
  for (const workload of workloads) {
    if (workload.derived) continue;
    const { namespace, kind, name } = workload.root;
    for (const { image: reference, name: container } of workload.containers) {
      const key = { namespace, workloadKind: kind, workload: name, container };
      const found = meant(reference);
      for (const image of asWritten.get(reference) ?? (found === undefined ? [] : [found])) {
        const known = runners.get(image);
        if (known === undefined) runners.set(image, [{ workload, key }]);
        else known.push({ workload, key });
      }
    }
  }
  return runners;
}

function placeOf({ namespace, workloadKind, workload, container }: ContainerKey): string {
  return [namespace, workloadKind, workload, container].join("/");
}

function exposureOf(running: readonly Runner[], inventory: Inventory): FlawUse["exposed"] {
  const levels = running.map(({ workload }) => inventory.exposureOf(workload).level);
  if (levels.some((level) => level === "internet" || level === "external")) return "yes";
  return levels.length === 0 || levels.includes("unknown") ? "unknown" : "no";
}

const states: readonly EvidenceState[] = ["observed", "unknown", "not-observed"];
const ways = ["yes", "unknown", "no"] as const;

/** What no scanner grades may be grave. */
function gravity({ severity }: FlawUse): number {
  return severity === undefined ? 0 : severities.indexOf(severity);
}

/** Loaded, what attackers use, exposed, graver, on a higher rung, mendable; then by name. */
function byUrgency(a: FlawUse, b: FlawUse): number {
  return (
    states.indexOf(a.loaded) - states.indexOf(b.loaded) ||
    Number(b.exploited) - Number(a.exploited) ||
    ways.indexOf(a.exposed) - ways.indexOf(b.exposed) ||
    gravity(a) - gravity(b) ||
    rungs.indexOf(b.rung) - rungs.indexOf(a.rung) ||
    Number(b.fixedIn !== undefined) - Number(a.fixedIn !== undefined) ||
    compare(a.id, b.id) ||
    compare(a.image, b.image) ||
    compare(a.package, b.package)
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
