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
import { clusterRef } from "../control-plane/cluster.ts";

const summaryKind = "spdx.softwarecomposition.kubescape.io/v1beta1/VulnerabilityManifestSummary";

function* judge(inventory: Inventory): Generator<Judgement> {
  const summaries = inventory.ofKind(summaryKind);
  for (const { resource } of summaries)
    yield { resource: refOf(resource), path: "spec.severities", ...judgeSummary(resource) };
  if (summaries.length > 0) return;
  yield inventory.server.kind === "files"
    ? { resource: clusterRef, result: "skip", because: "no cluster in this scan" }
    : {
        resource: clusterRef,
        result: "unknown",
        because:
          "What the images hold, and what of it is loaded, is not in this snapshot: an image scan and a runtime sensor would tell",
      };
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

export const loadedVulnerabilities = defineControl({
  id: "loaded-vulnerabilities",
  title: "No vulnerable code that is loaded is left in place",
  severity: "high",
  why: "Of the holes a scanner lists, those in code that runs are the ones an attacker can reach. The rest of the list hides them.",
  remediation:
    "Rebuild the image on a fixed base, or update the package the summary names, and roll it out. Begin with workloads that are exposed. Where no fix exists, take the package out or keep callers away by a network policy.",
  equivalents: ["kubescape:C-0083", "kubescape:C-0084", "kubescape:C-0085"],
  target: "cluster",
  reads: [summaryKind],
  judge,
  noFix: "The image has to be built anew.",
  examples: {
    pass: [{ resources: [summaryOf(0)] }],
    fail: [{ resources: [summaryOf(2)] }],
  },
});
