/** On which nodes a pod may stand, as far as its spec and the nodes' labels and taints decide it. */
import { isJsonArray, isJsonObject, type Json, type JsonObject } from "../../model/json.ts";
import { matchesSelector } from "../../inventory/selector.ts";
import { entriesOf } from "./demand.ts";
import type { NodeRoom } from "./book.ts";

export function mayStand(spec: JsonObject, { name, labels, taints }: NodeRoom): boolean {
  const { nodeSelector, nodeName } = spec;
  if (typeof nodeName === "string" && nodeName !== "" && nodeName !== name) return false;
  if (isJsonObject(nodeSelector))
    for (const [key, value] of Object.entries(nodeSelector)) if (labels[key] !== value) return false;
  const tolerations = entriesOf(spec["tolerations"]);
  const repels = taints.some(
    (taint) => taint["effect"] !== "PreferNoSchedule" && !tolerations.some((each) => tolerates(each, taint)),
  );
  return !repels && isWanted(spec, name, labels);
}

function tolerates(toleration: JsonObject, taint: JsonObject): boolean {
  const { effect, key, operator, value } = toleration;
  if (typeof effect === "string" && effect !== "" && effect !== taint["effect"]) return false;
  if (key === undefined || key === "") return operator === "Exists";
  return key === taint["key"] && (operator === "Exists" || (value ?? "") === (taint["value"] ?? ""));
}

/** Terms are alternatives; what cannot be compared here, as `Gt`, does not rule a node out. */
function isWanted(spec: JsonObject, name: string, labels: NodeRoom["labels"]): boolean {
  const terms = requiredTerms(spec);
  if (terms === undefined) return true;
  return terms.some((term) => {
    const { matchExpressions = [], matchFields = [] } = term;
    if (entriesOf(matchExpressions).length + entriesOf(matchFields).length === 0) return false;
    return (
      matchesSelector({ matchExpressions: compared(matchExpressions) }, labels) &&
      matchesSelector({ matchExpressions: compared(matchFields) }, { "metadata.name": name })
    );
  });
}

function requiredTerms(spec: JsonObject): readonly JsonObject[] | undefined {
  const required = objectIn(objectIn(spec["affinity"], "nodeAffinity"), required_);
  return required === undefined ? undefined : entriesOf(required["nodeSelectorTerms"]);
}

const required_ = "requiredDuringSchedulingIgnoredDuringExecution";

function compared(expressions: Json): readonly Json[] {
  return entriesOf(expressions).filter(({ operator }) => operator !== "Gt" && operator !== "Lt");
}

function objectIn(value: Json | undefined, key: string): JsonObject | undefined {
  const found = isJsonObject(value) ? value[key] : undefined;
  return isJsonObject(found) ? found : undefined;
}

/** What else decides where it stands, and is not looked at here. */
export function undecided(spec: JsonObject): readonly string[] {
  const affinity = isJsonObject(spec["affinity"]) ? spec["affinity"] : {};
  const containers = [...entriesOf(spec["containers"]), ...entriesOf(spec["initContainers"])];
  const found: readonly (readonly [string, boolean])[] = [
    ["pods that it wants near it", objectIn(affinity, "podAffinity")?.[required_] !== undefined],
    ["pods that it keeps away from", objectIn(affinity, "podAntiAffinity")?.[required_] !== undefined],
    [
      "how its pods are spread",
      entriesOf(spec["topologySpreadConstraints"]).some(
        (each) => each["whenUnsatisfiable"] !== "ScheduleAnyway",
      ),
    ],
    [
      "where its volumes are",
      entriesOf(spec["volumes"]).some(
        (volume) => volume["persistentVolumeClaim"] !== undefined || volume["ephemeral"] !== undefined,
      ),
    ],
    [
      "ports of nodes",
      containers.some(({ ports }) => entriesOf(ports).some((port) => port["hostPort"] !== undefined)),
    ],
    ["devices that it claims", isJsonArray(spec["resourceClaims"]) && spec["resourceClaims"].length > 0],
    [
      "labels compared by number",
      (requiredTerms(spec) ?? []).some((term) =>
        entriesOf(term["matchExpressions"]).some(({ operator }) => operator === "Gt" || operator === "Lt"),
      ),
    ],
    [
      "a scheduler of its own",
      spec["schedulerName"] !== undefined && spec["schedulerName"] !== "default-scheduler",
    ],
  ];
  return found.flatMap(([words, is]) => (is ? [words] : []));
}
