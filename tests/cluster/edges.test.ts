/**
 * Every attack edge on the real cluster: the manifests of `edges/<edge>/present.yaml` are applied, a live scan finds the
 * edge between the things that it names, and the attack is made; then one condition is taken away (`absent.yaml`), and
 * both the edge and the attack are gone.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  connectivityKinds,
  createInventory,
  kindsNeeded,
  stepsOfEdge,
  vertexKey,
  type Image,
  type Resource,
  type Step,
} from "@plimsoll/core";
import { mergeSnapshots, readCluster, readFiles } from "@plimsoll/cluster";
import { library } from "@plimsoll/library";
import { afterAll, beforeAll, expect, test } from "vitest";
import { kubeconfigOf, openApi } from "./api.ts";
import { escapes } from "./edges/escapes.ts";
import { apply, manifestsOf, openLab, remove, type OpenLab, type Side } from "./edges/lab.ts";
import { others } from "./edges/others.ts";
import type { Proof } from "./edges/proof.ts";
import { openProber } from "./packets/prober.ts";

const api = openApi(kubeconfigOf("admin"));
const folder = mkdtempSync(join(tmpdir(), "plimsoll-edges-"));
const proofs: readonly Proof[] = [...escapes, ...others];
const kinds = [...new Set([...kindsNeeded(library.controls), ...connectivityKinds, "v1/ServiceAccount"])];
const edges = library.edges ?? [];

interface Seen {
  readonly steps: ReadonlyMap<string, readonly Step[]>;
  /** Whether it worked; in words, why it could not be tried. */
  readonly done: ReadonlyMap<string, boolean | string>;
}

const seen = new Map<Side, Seen>();
let lab: OpenLab;

beforeAll(async () => {
  lab = await openLab(api, folder);
  const of = (side: Side): readonly Resource[] =>
    proofs.flatMap((proof) => manifestsOf(proof, side, lab.state));
  let standing: readonly Resource[] = [...of("present"), ...of("absent")]; // of a run that was broken off
  for (const side of ["present", "absent"] as const) {
    const took = performance.now();
    await remove(api, standing);
    standing = of(side);
    await apply(api, standing);
    const runs = performance.now();
    seen.set(side, { steps: await scanned(side), done: await attempted() });
    const [ready, all] = [runs - took, performance.now() - took].map((time) => Math.round(time / 1000));
    console.log(`edges ${side}: ${standing.length} objects stood after ${ready} s, all done after ${all} s`);
  }
  await remove(api, standing);
  const line = ({ edge, by }: Proof): string =>
    `${edge}: ${found(edge, "present") ? "found" : "NOT FOUND"}, then ${found(edge, "absent") ? "STILL THERE" : "gone"}; ${by}`;
  console.log(proofs.map(line).join("\n"));
}, 600_000);

afterAll(async () => {
  await lab?.close();
  await api.close();
  rmSync(folder, { recursive: true });
});

/** The flaw of an image, as a scanner of images would tell; the lab's own has none. */
const flawed: Image = {
  reference: "plimsoll.test/probe:1",
  sources: ["edges.test.ts"],
  vulnerabilities: [
    {
      id: "CVE-2021-44228",
      package: "pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1",
      fixedIn: "2.15.0",
      exploited: true,
      loaded: "unknown",
    },
  ],
};

/** A live scan reads no Secrets: those of `is-token-of` come from its manifest, as they do for people. */
async function scanned(side: Side): Promise<Seen["steps"]> {
  const takenAt = new Date().toISOString();
  const live = await readCluster({ kubeconfig: kubeconfigOf("admin"), kinds, takenAt });
  expect(live.gaps).toEqual([]);
  const file = `edges/is-token-of/${side}.yaml`;
  const secrets = await readFiles([file], { cwd: import.meta.dirname, takenAt });
  const own = createInventory({ ...live, images: [...(live.images ?? []), flawed] });
  const merged = createInventory(mergeSnapshots(live, secrets));
  return new Map(
    edges.map((edge) => [edge.id, stepsOfEdge(edge, edge.id === "is-token-of" ? merged : own)] as const),
  );
}

async function attempted(): Promise<Seen["done"]> {
  const done = new Map<string, boolean | string>();
  const prober = await openProber(folder); // for these pods: the next have the same names
  const waiting = [...proofs];
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift())
      if (next.attempt !== undefined)
        done.set(next.edge, await inTime(next.attempt({ ...lab, prober })).catch(String));
  };
  await Promise.all([work(), work(), work()]);
  prober.close();
  return done;
}

/** An attempt that hangs is told by its name, and the others go on. */
function inTime(attempt: Promise<boolean>): Promise<boolean | string> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(resolve, 60_000, "no end within a minute");
  });
  return Promise.race([attempt, late]).finally(() => clearTimeout(timer));
}

/** A connection leads through the classes of pods that policies treat alike. */
function leads(steps: readonly Step[], from: string, to: string): boolean {
  const reached = new Set([from]);
  for (let hop = 0; hop < 4; hop += 1)
    for (const step of steps) if (reached.has(vertexKey(step.from))) reached.add(vertexKey(step.to));
  return reached.has(to);
}

function found(edge: string, side: Side): boolean {
  const { from, to } = proofs.find((proof) => proof.edge === edge)!;
  return leads(seen.get(side)!.steps.get(edge)!, from, to);
}

test("every edge of the library has its proof", () => {
  expect(proofs.map(({ edge }) => edge).toSorted()).toEqual(edges.map(({ id }) => id).toSorted());
});

test.each(proofs)("$edge: $by; and not without its condition", ({ edge, attempt }) => {
  const done = (side: Side): boolean | string | undefined => seen.get(side)!.done.get(edge);
  expect({ found: found(edge, "present"), done: done("present") }).toEqual({
    found: true,
    done: attempt === undefined ? undefined : true,
  });
  expect({ found: found(edge, "absent"), done: done("absent") }).toEqual({
    found: false,
    done: attempt === undefined ? undefined : false,
  });
});
