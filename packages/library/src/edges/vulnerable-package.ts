/** A workload that is reached from outside holds a package with a flaw that attackers are known to use. */
import {
  defineEdge,
  containerVertex,
  type Example,
  type Image,
  type Inventory,
  type Sighting,
  type Workload,
} from "@plimsoll/core";
import { withoutWays } from "./exposed.ts";

type Flaw = NonNullable<Image["vulnerabilities"]>[number];
type Found = Flaw & { readonly container: string };

/** Not those of packages that were watched and never loaded: the workload stays an entry by its exposure. */
function flawsOf({ containers }: Workload, { imageOf }: Inventory): readonly Found[] {
  return containers
    .flatMap(({ image, name }) =>
      (imageOf(image)?.vulnerabilities ?? []).map((flaw) => ({ ...flaw, container: name })),
    )
    .filter(({ exploited, loaded }) => exploited && loaded !== "not-observed");
}

function* find(inventory: Inventory): Generator<Sighting> {
  for (const workload of inventory.workloads) {
    if (workload.derived || workload.system !== undefined) continue;
    const flaws = flawsOf(workload, inventory);
    if (flaws.length === 0) continue;
    const { level, because, unsure, ways } = inventory.exposureOf(workload);
    if (level !== "internet" && level !== "external" && level !== "unknown") continue;
    const flaw = flaws.find(({ loaded }) => loaded === "observed") ?? flaws[0]!;
    const fix = flaw.fixedIn === undefined ? "no fix is published" : `fixed in ${flaw.fixedIn}`;
    yield {
      from: { kind: "outside", place: level === "internet" ? "internet" : "external" },
      to: containerVertex(workload, flaw.container, inventory),
      resource: workload.ref,
      container: flaw.container,
      conditions: [`${flaw.id} in ${flaw.package}, known to be exploited, ${fix}`, ...because.slice(0, 2)],
      breaks: withoutWays(ways),
      unsure: [
        ...unsure,
        ...(flaw.loaded === "observed" ? [] : ["whether the package is loaded is not seen"]),
      ],
    };
  }
}

const image = "registry.example.com/shop/app:1.0";
const resources = (type: string): NonNullable<Example["resources"]> => [
  {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "web", namespace: "shop", labels: { app: "web" } },
    spec: { containers: [{ name: "app", image, ports: [{ containerPort: 8080 }] }] },
  },
  {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "web", namespace: "shop" },
    spec: { type, selector: { app: "web" }, ports: [{ port: 80, targetPort: 8080 }] },
  },
];
const holding = (more: Partial<Flaw>): readonly Image[] => [
  {
    reference: image,
    sources: ["example"],
    vulnerabilities: [
      {
        id: "CVE-2021-44228",
        package: "pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1",
        fixedIn: "2.15.0",
        exploited: true,
        loaded: "unknown",
        ...more,
      },
    ],
  },
];

export const vulnerablePackage = defineEdge({
  id: "vulnerable-package",
  title: "An exposed workload holds a flaw that attackers are known to use",
  from: "outside",
  to: "workload",
  technique: "T1190",
  tactic: "initial-access",
  why: "What can be reached and is known to be attacked will be: a package that is loaded, with a published exploit, is the way in.",
  reads: ["exposure"],
  brokenBy: ["exploited-vulnerability"],
  find,
  examples: {
    present: [
      { resources: resources("LoadBalancer"), images: holding({ loaded: "observed" }) },
      { name: "not known whether it is loaded", resources: resources("LoadBalancer"), images: holding({}) },
    ],
    absent: [
      { resources: resources("LoadBalancer") },
      { resources: resources("ClusterIP"), images: holding({}) },
      { resources: resources("LoadBalancer"), images: holding({ exploited: false }) },
      { resources: resources("LoadBalancer"), images: holding({ loaded: "not-observed" }) },
    ],
  },
});
