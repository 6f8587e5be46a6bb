import {
  defineControl,
  isJsonObject,
  refOf,
  type ExampleResource,
  type Inventory,
  type JsonObject,
  type Judgement,
  type Resource,
} from "@plimsoll/core";
import { exampleFlaw, exampleImage, flawedContainers, type Flaw } from "./flaws.ts";

const summaryKind = "spdx.softwarecomposition.kubescape.io/v1beta1/VulnerabilityManifestSummary";

function* judge(inventory: Inventory): Generator<Judgement> {
  const summaries = inventory.ofKind(summaryKind);
  for (const { resource } of summaries)
    yield { resource: refOf(resource), path: "spec.severities", ...judgeSummary(resource) };
  yield* flawedContainers(inventory, isGrave, "critical or high flaws", summaries.length > 0);
}

/** Those that attackers are known to use are told by a control of their own. */
function isGrave({ severity, exploited }: Flaw): boolean {
  return !exploited && (severity === "critical" || severity === "high");
}

function judgeSummary(resource: Resource): Pick<Judgement, "result" | "because"> {
  const spec = isJsonObject(resource["spec"]) ? resource["spec"] : {};
  if (!sawWhatIsLoaded(resource, spec))
    return {
      result: "unknown",
      because:
        "The summary does not say what is loaded: its sensor has not watched the workload from its start",
    };
  const [critical, high] = [loaded(spec, "critical"), loaded(spec, "high")];
  if (critical + high === 0)
    return { result: "pass", because: "no critical or high vulnerability lies in code that was seen loaded" };
  return {
    result: "fail",
    because: `${critical} critical and ${high} high vulnerabilities lie in code that was seen loaded`,
  };
}

/** Kubescape marks summaries whose counts of loaded code mean something. */
function sawWhatIsLoaded({ metadata }: Resource, spec: JsonObject): boolean {
  if (metadata.labels?.["kubescape.io/context"] === "filtered") return true;
  const references = isJsonObject(spec["vulnerabilitiesRef"])
    ? spec["vulnerabilitiesRef"]["relevant"]
    : undefined;
  return isJsonObject(references) && typeof references["name"] === "string" && references["name"] !== "";
}

/** Its `relevant` is left out where it is zero. */
function loaded(spec: JsonObject, level: string): number {
  const counts = isJsonObject(spec["severities"]) ? spec["severities"][level] : undefined;
  const count = isJsonObject(counts) ? counts["relevant"] : undefined;
  return typeof count === "number" ? count : 0;
}

function summaryOf(relevantCount: number): ExampleResource {
  return {
    apiVersion: "spdx.softwarecomposition.kubescape.io/v1beta1",
    kind: "VulnerabilityManifestSummary",
    metadata: {
      name: "deployment-web-web",
      namespace: "shop",
      labels: { "kubescape.io/context": "filtered" },
    },
    spec: { severities: { critical: { all: 7, relevant: relevantCount }, high: { all: 21, relevant: 0 } } },
  };
}

const container = { image: exampleImage };

export const loadedVulnerabilities = defineControl({
  id: "loaded-vulnerabilities",
  title: "No vulnerable code that is loaded is left in place",
  severity: "high",
  why: "Of the holes a scanner lists, those in code that runs are the ones an attacker can reach. The rest of the list hides them.",
  remediation:
    "Rebuild the image on a fixed base, or update the package that is named, and roll it out. Begin with workloads that are exposed. Where no fix exists, take the package out or keep callers away by a network policy.",
  equivalents: ["kubescape:C-0083", "kubescape:C-0084", "kubescape:C-0085"],
  target: "cluster",
  reads: [summaryKind],
  judge,
  noFix: "The image has to be built anew.",
  examples: {
    pass: [
      { resources: [summaryOf(0)] },
      { container, images: exampleFlaw({ severity: "high", loaded: "not-observed" }) },
      {
        name: "of medium severity",
        container,
        images: exampleFlaw({ severity: "medium", loaded: "observed" }),
      },
    ],
    fail: [
      { resources: [summaryOf(2)] },
      { container, images: exampleFlaw({ severity: "high", loaded: "observed" }) },
    ],
  },
});
